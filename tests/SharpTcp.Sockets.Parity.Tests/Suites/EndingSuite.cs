using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace SharpTcp.Sockets.Parity.Tests;

/// <summary>How connections and calls end: half close, linger, reset, disposal under a call, cancellation, time limits.</summary>
public abstract class EndingSuite(IWorld world) : Suite(world)
{
    [Fact]
    public void AHalfClosedConnectionGoesOnTheOtherWay()
    {
        var (client, server) = Pair();
        client.Send(Data);
        client.Shutdown(SocketShutdown.Send);

        Assert.Equal(Data, ReceiveAll(server, 10));
        Assert.Equal(0, server.Receive(new byte[1]));
        Assert.Equal(0, server.Receive(new byte[1]));
        server.Send(Data);
        Assert.Equal(Data, ReceiveAll(client, 10));
    }

    [Fact]
    public async Task TheEndOfTheStreamEndsAnAwaitedReceive()
    {
        var (client, server) = Pair();
        var receive = server.ReceiveAsync(new byte[1], SocketFlags.None);
        client.Shutdown(SocketShutdown.Send);

        Assert.Equal(0, await receive.WaitAsync(Patience));
    }

    [Fact]
    public async Task AnAwaitedReceiveEndsWhenReceivingIsShutDown()
    {
        var (_, server) = Pair();
        var receive = server.ReceiveAsync(new byte[1], SocketFlags.None);
        await Settle();
        server.Shutdown(SocketShutdown.Receive);

        Assert.Equal(0, await receive.WaitAsync(Patience));
    }

    [Fact]
    public void WhatComesAfterReceivingWasShutDownCanBeRead()
    {
        var (client, server) = Pair();
        server.Shutdown(SocketShutdown.Receive);
        client.Send(Data);
        Until(() => server.Available == 10);

        Assert.Equal(Data, ReceiveAll(server, 10));
        Assert.Equal(0, server.Receive(new byte[1]));
    }

    [Fact]
    public void ClosingDeliversWhatIsQueued()
    {
        var (client, server) = Pair();
        client.Send(new byte[100_000]);
        client.Close();

        Assert.Equal(100_000, ReceiveAll(server, 100_000).Length);
        Assert.Equal(0, server.Receive(new byte[1]));
    }

    [Fact]
    public void ClosingWithBytesUnreadResets()
    {
        var (client, server) = Pair();
        server.Send(Data);
        Readable(client);
        client.Close();

        Assert.Equal("SE.ConnectionReset", Said(() => server.Receive(new byte[1])));
    }

    [Fact]
    public void LingerOfZeroResets()
    {
        var (client, server) = Pair();
        client.LingerState = new LingerOption(true, 0);
        client.Close();

        Assert.Equal("SE.ConnectionReset", Said(() => server.Receive(new byte[1])));
    }

    [Fact]
    public void CloseWithATimeDelivers()
    {
        var (client, server) = Pair();
        client.Send(Data);
        client.Close(1);

        Assert.Equal(Data, ReceiveAll(server, 10));
        Assert.Equal(0, server.Receive(new byte[1]));
    }

    [Fact]
    public void CloseWithATimeOfZeroResets()
    {
        var (client, server) = Pair();
        client.Close(0);

        Assert.Equal("SE.ConnectionReset", Said(() => server.Receive(new byte[1])));
    }

    [Fact]
    public void CloseWithANegativeTimeIsRefused()
    {
        var (client, _) = Pair();

        Assert.Equal("ArgumentOutOfRangeException(timeout)", Said(() => client.Close(-2)));
        Assert.True(client.Connected);
    }

    [Fact]
    public void AResetIsToldOnceToAReader()
    {
        var (client, server) = Pair();
        Reset(client, server);

        Assert.Equal("SE.ConnectionReset", Said(() => server.Receive(new byte[1])));
        Assert.Equal("0", Said(() => server.Receive(new byte[1])));
        Assert.Equal("SE.Shutdown", Said(() => server.Send(Data)));
    }

    [Fact]
    public void AResetIsToldOnceToAWriter()
    {
        var (client, server) = Pair();
        Reset(client, server);

        Assert.Equal("SE.ConnectionReset", Said(() => server.Send(Data)));
        Assert.Equal("0", Said(() => server.Receive(new byte[1])));
        Assert.Equal("SE.Shutdown", Said(() => server.Send(Data)));
    }

    [Fact]
    public void AResetIsToldOnceByTheErrorOption()
    {
        var (client, server) = Pair();
        Reset(client, server);

        Assert.Equal((int)SocketError.ConnectionReset, server.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error));
        Assert.Equal(0, server.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error));
        Assert.Equal("0", Said(() => server.Receive(new byte[1])));
    }

    [Fact]
    public async Task AResetEndsAnAwaitedReceive()
    {
        var (client, server) = Pair();
        var receive = server.ReceiveAsync(new byte[1], SocketFlags.None);
        await Settle();
        client.Close(0);

        Assert.Equal("SE.ConnectionReset", await SaidAsync(() => receive));
    }

    [Fact]
    public async Task AResetEndsABlockedReceive()
    {
        var (client, server) = Pair();
        var receive = InBackground(() => server.Receive(new byte[1]));
        await Settle();
        client.Close(0);

        Assert.Equal("SE.ConnectionReset", await receive.WaitAsync(Patience));
    }

    [Fact]
    public async Task AResetEndsAnAwaitedSend()
    {
        var (client, server) = Pair();
        var send = server.SendAsync(new byte[30_000_000], SocketFlags.None);
        await Settle();
        client.Close(0);

        Assert.Equal("SE.ConnectionReset", await SaidAsync(() => send));
    }

    [Fact]
    public void AResetLeavesBytesThatCameBefore()
    {
        var (client, server) = Pair();
        client.Send(Data);
        Readable(server);
        Reset(client, server);

        Assert.Equal(Data, ReceiveAll(server, 10));
    }

    [Fact]
    public void SendingToAPeerThatIsGoneFailsTheSecondTime()
    {
        var (client, server) = Pair();
        client.Close();
        Readable(server);
        server.Send(Data);
        Until(() => server.Poll(0, SelectMode.SelectError));

        Assert.Equal("SE.Shutdown", Said(() => server.Send(Data)));
    }

    [Fact]
    public async Task DisposalEndsAnAwaitedReceive()
    {
        var (client, server) = Pair();
        var receive = client.ReceiveAsync(new byte[1], SocketFlags.None);
        await Settle();
        client.Dispose();

        Assert.Equal("SE.OperationAborted", await SaidAsync(() => receive));
        Assert.Equal("SE.ConnectionReset", Said(() => server.Receive(new byte[1])));
    }

    [Fact]
    public async Task DisposalEndsABlockedReceive()
    {
        var (client, server) = Pair();
        var receive = InBackground(() => client.Receive(new byte[1]));
        await Settle();
        client.Dispose();

        Assert.Equal("SE.ConnectionAborted", await receive.WaitAsync(Patience));
        Assert.Equal("SE.ConnectionReset", Said(() => server.Receive(new byte[1])));
    }

    [Fact]
    public async Task DisposalEndsAnAwaitedSend()
    {
        var (client, _) = Pair();
        var send = client.SendAsync(new byte[30_000_000], SocketFlags.None);
        await Settle();
        client.Dispose();

        Assert.Equal("SE.OperationAborted", await SaidAsync(() => send));
    }

    [Fact]
    public async Task DisposalEndsABlockedSend()
    {
        var (client, _) = Pair();
        var send = InBackground(() => client.Send(new byte[30_000_000]));
        await Settle();
        client.Dispose();

        Assert.Equal("SE.ConnectionAborted", await send.WaitAsync(Patience));
    }

    [Fact]
    public async Task DisposalEndsAnAwaitedAccept()
    {
        var listener = Listening();
        var accept = listener.AcceptAsync();
        await Settle();
        listener.Dispose();

        Assert.Equal("SE.OperationAborted", await SaidAsync(() => accept));
    }

    [Fact]
    public async Task DisposalEndsABlockedAccept()
    {
        var listener = Listening();
        var accept = InBackground(listener.Accept);
        await Settle();
        listener.Dispose();

        Assert.Equal("SE.Interrupted", await accept.WaitAsync(Patience));
    }

    [Fact]
    public async Task DisposalEndsAnAwaitedReceiveFrom()
    {
        var socket = Bound();
        var receive = socket.ReceiveFromAsync(new byte[1], Any);
        await Settle();
        socket.Dispose();

        Assert.Equal("SE.OperationAborted", await SaidAsync(() => receive));
    }

    [Fact]
    public void DisposalOfAListenerResetsWhoWasNotAccepted()
    {
        var listener = Listening();
        var client = Tcp();
        client.Connect(listener.LocalEndPoint!);
        Readable(listener);
        listener.Dispose();

        Assert.Equal("SE.ConnectionReset", Said(() => client.Receive(new byte[1])));
    }

    [Fact]
    public async Task ACancelledReceiveLosesNothing()
    {
        var (client, server) = Pair();
        using var cancellation = new CancellationTokenSource();
        var receive = server.ReceiveAsync(new byte[10], SocketFlags.None, cancellation.Token);
        await cancellation.CancelAsync();

        Assert.Equal("canceled", await SaidAsync(() => receive));
        Assert.True(server.Connected);
        client.Send(Data);
        Assert.Equal(Data, ReceiveAll(server, 10));
    }

    [Fact]
    public async Task ACancelledSendLeavesTheSocketConnected()
    {
        var (client, _) = Pair();
        using var cancellation = new CancellationTokenSource();
        var send = client.SendAsync(new byte[30_000_000], SocketFlags.None, cancellation.Token);
        await Settle();
        await cancellation.CancelAsync();

        Assert.Equal("canceled", await SaidAsync(() => send));
        Assert.True(client.Connected);
    }

    [Fact]
    public async Task ACancelledAcceptTakesNobody()
    {
        var listener = Listening();
        using var cancellation = new CancellationTokenSource();
        var accept = listener.AcceptAsync(cancellation.Token);
        await cancellation.CancelAsync();

        Assert.Equal("canceled", await SaidAsync(() => accept));
        Tcp().Connect(listener.LocalEndPoint!);
        Own(listener.Accept());
    }

    [Fact]
    public async Task ACancelledReceiveFromLosesNothing()
    {
        var socket = Bound();
        using var cancellation = new CancellationTokenSource();
        var receive = socket.ReceiveFromAsync(new byte[10], Any, cancellation.Token);
        await cancellation.CancelAsync();

        Assert.Equal("canceled", await SaidAsync(() => receive));
        Udp().SendTo(Data, socket.LocalEndPoint!);
        Assert.Equal(10, socket.Receive(new byte[20]));
    }

    [Fact]
    public async Task WhatIsCancelledBeforeDoesNotBegin()
    {
        var (client, server) = Pair();
        var cancelled = new CancellationToken(canceled: true);

        Assert.Equal("canceled", await SaidAsync(() => client.SendAsync(Data, SocketFlags.None, cancelled)));
        Assert.Equal("canceled", await SaidAsync(() => client.ReceiveAsync(new byte[1], SocketFlags.None, cancelled)));
        Assert.Equal("canceled", await SaidAsync(() => Tcp().ConnectAsync(Nobody(), cancelled)));
        Assert.Equal("canceled", await SaidAsync(() => Listening().AcceptAsync(cancelled)));
        Assert.Equal(0, server.Available);
    }

    [Fact]
    public async Task CancellationComesBeforeDisposal()
    {
        var (client, _) = Pair();
        client.Dispose();

        Assert.Equal("canceled", await SaidAsync(() => client.ReceiveAsync(new byte[1], SocketFlags.None, new CancellationToken(canceled: true))));
    }

    [Fact]
    public void AReceiveTimesOutAndLosesNothing()
    {
        var (client, server) = Pair();
        server.ReceiveTimeout = 40;

        Assert.Equal("SE.TimedOut", Said(() => server.Receive(new byte[10])));
        Assert.True(server.Connected);
        client.Send(Data);
        Assert.Equal(Data, ReceiveAll(server, 10));
    }

    [Fact]
    public void AReceiveThatTimesOutSaysSoByItsErrorCode()
    {
        var (_, server) = Pair();
        server.ReceiveTimeout = 40;

        Assert.Equal(0, server.Receive(new byte[10], 0, 10, SocketFlags.None, out var error));
        Assert.Equal(SocketError.TimedOut, error);
    }

    [Fact]
    public void ASendTimesOut()
    {
        var (client, _) = Pair();
        client.SendTimeout = 40;

        Assert.Equal("SE.TimedOut", Said(() => client.Send(new byte[30_000_000])));
        Assert.True(client.Connected);
    }

    [Fact]
    public void AReceiveFromTimesOut()
    {
        var socket = Bound();
        socket.ReceiveTimeout = 40;
        EndPoint from = Any;

        Assert.Equal("SE.TimedOut", Said(() => socket.ReceiveFrom(new byte[10], ref from)));
    }

    [Fact]
    public async Task ATimeLimitIsNotForAwaitedCalls()
    {
        var (client, server) = Pair();
        server.ReceiveTimeout = 1;
        var receive = server.ReceiveAsync(new byte[10], SocketFlags.None);
        await Settle();
        client.Send(Data);

        Assert.Equal(10, await receive.WaitAsync(Patience));
    }

    [Fact]
    public void DisconnectingEndsTheStreamOfThePeer()
    {
        var (client, server) = Pair();
        client.Disconnect(false);

        Assert.Equal(0, server.Receive(new byte[1]));
        Assert.False(client.Connected);
        Assert.Equal("InvalidOperationException", Said(() => client.Connect(Nobody())));
    }

    [Fact]
    public void AShutDownSocketIsNotConnected()
    {
        var (client, server) = Pair();
        client.Shutdown(SocketShutdown.Send);

        Assert.False(client.Connected);
        Assert.True(server.Connected);
    }

    [Fact]
    public void WhatIsKnownOfAClosedSocket()
    {
        var (client, _) = Pair();
        client.Dispose();

        Assert.False(client.Connected);
        Assert.True(client.IsBound);
        Assert.True(client.Blocking);
        Assert.Equal(AddressFamily.InterNetwork, client.AddressFamily);
        Assert.Equal("ObjectDisposedException", Said(() => client.Blocking = true));
        Assert.Equal("ObjectDisposedException", Said(() => client.Ttl));
        Assert.Equal("ObjectDisposedException", Said(() => client.NoDelay = true));
        Assert.Equal("ObjectDisposedException", Said(() => client.LingerState));
        Assert.Equal("ObjectDisposedException", Said(() => client.Poll(0, SelectMode.SelectRead)));
    }

    [Fact]
    public async Task DisposalAndCallsFromManyThreadsEnd()
    {
        var (client, server) = Pair();
        var calls = new Task<string>[8];
        for (var i = 0; i < calls.Length; i++)
        {
            var isReader = i % 2 == 0;
            calls[i] = InBackground(() =>
            {
                while (true)
                {
                    _ = isReader ? client.Receive(new byte[100]) : client.Send(new byte[100]);
                }
            });
        }

        server.Send(new byte[50_000]);
        await Settle();
        client.Dispose();

        Assert.All(await Task.WhenAll(calls).WaitAsync(Patience), said => Assert.True(said is "ObjectDisposedException" || said.StartsWith("SE.", StringComparison.Ordinal), said));
    }
}

public sealed class EndingOfTheKernel() : EndingSuite(KernelWorld.Instance);

public sealed class EndingOfTheStack() : EndingSuite(StackWorld.Instance);
