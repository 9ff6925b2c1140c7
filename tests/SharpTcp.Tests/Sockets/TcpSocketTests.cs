using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using SharpTcp.Protocols;
using SharpTcp.Testing;
using Xunit;
using Socket = SharpTcp.Sockets.Socket;
using NetworkStream = SharpTcp.Sockets.NetworkStream;

namespace SharpTcp.Tests.Sockets;

public sealed class TcpSocketTests
{
    [Theory]
    [InlineData(LinkOffloads.All)]
    [InlineData(LinkOffloads.None)]
    public void BytesComeBack(LinkOffloads offloads)
    {
        using var net = new TwoStacks(offloads);
        var (client, server) = net.Connect();
        var echo = Echo(server);
        var data = Bytes(1_000_000);
        var received = new byte[data.Length];
        var send = SendAll(client, data);
        net.Run(ReceiveAll(client, received));
        net.Run(send);
        net.Run(echo);

        Assert.Equal(data, received);
        Assert.Equal(0, net.Run(client.ReceiveAsync(new byte[1])));
    }

    /// <summary>Bytes are handed to a reader that waits, past the receive buffer: what does not fit him, and what follows, comes in order after it.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(999)]
    [InlineData(1000)]
    [InlineData(70_000)]
    public void AWaitingReaderGetsTheFirstBytesAndTheRestFollowsInOrder(int first)
    {
        using var net = new TwoStacks();
        var (client, server) = net.Connect();
        var data = Bytes(100_000);
        var received = new byte[data.Length];
        var waiting = server.ReceiveAsync(received.AsMemory(0, first)).AsTask();
        net.Settle();
        Assert.False(waiting.IsCompleted);
        net.Run(client.SendAsync(data.AsMemory(0, 1000)));
        net.Settle();
        var taken = net.Run(waiting);
        Assert.Equal(Math.Min(first, 1000), taken);
        Assert.Equal(1000 - taken, server.Available);

        // With bytes waiting nothing is handed past them.
        var rest = ReceiveAll(server, received.AsMemory(taken));
        net.Run(SendAll(client, data.AsMemory(1000)));
        net.Run(rest);
        Assert.Equal(data, received);
    }

    [Fact]
    public void ASocketTellsWhatItsConnectionDoes()
    {
        using var net = new TwoStacks();
        var (client, server) = net.Connect();
        client.CongestionControl = "reno";
        net.Run(SendAll(client, Bytes(100_000)));
        net.Run(ReceiveAll(server, new byte[100_000]));
        net.Settle();
        var info = client.GetTcpInfo();
        Assert.Equal("reno", info.CongestionControl);
        Assert.Equal(100_000, info.BytesAcknowledged);
        Assert.Equal(100_000, server.GetTcpInfo().BytesReceived);
        Assert.Throws<ArgumentException>(() => client.CongestionControl = "vegas");
        Assert.Equal("reno", client.CongestionControl);
        Assert.Equal("cubic", server.CongestionControl);

        using var unconnected = new Socket(net.Client, AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Assert.Equal(SocketError.NotConnected, Assert.Throws<SocketException>(() => unconnected.GetTcpInfo()).SocketErrorCode);
    }

    [Fact]
    public void APeekingReaderLeavesTheBytes()
    {
        using var net = new TwoStacks();
        var (client, server) = net.Connect();
        var buffer = new byte[10];
        var peeking = server.ReceiveAsync(buffer.AsMemory(), SocketFlags.Peek).AsTask();
        net.Settle();
        net.Run(SendAll(client, Bytes(4)));

        Assert.Equal(4, net.Run(peeking));
        Assert.Equal(4, server.Available);
    }

    [Fact]
    public void AResetBehindHandedBytesDoesNotTakeThemBack()
    {
        using var net = new TwoStacks();
        var (client, server) = net.Connect();
        var buffer = new byte[10];
        var waiting = server.ReceiveAsync(buffer.AsMemory()).AsTask();
        net.Settle();
        var sent = client.SendAsync(Bytes(4));
        client.LingerState = new LingerOption(true, 0);
        client.Close();
        net.Run(sent);

        Assert.Equal(4, net.Run(waiting));
        var error = Assert.Throws<SocketException>(() => net.Run(server.ReceiveAsync(buffer.AsMemory())));
        Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
    }

    [Fact]
    public void EndpointsAreThoseOfTheConnection()
    {
        using var net = new TwoStacks();
        var (client, server) = net.Connect();

        Assert.True(client.Connected && server.Connected);
        Assert.Equal(client.LocalEndPoint, server.RemoteEndPoint);
        Assert.Equal(client.RemoteEndPoint, server.LocalEndPoint);
        Assert.Equal(TwoStacks.ClientAddress, ((IPEndPoint)client.LocalEndPoint!).Address);
    }

    [Fact]
    public void ConnectsOverIPv6ToAListenerForBothFamilies()
    {
        using var net = new TwoStacks();
        using var listener = net.Server.Listen(7000);
        foreach (var (address, seen) in new[] { (TwoStacks.ServerAddress6, "2001:db8::1"), (TwoStacks.ServerAddress, "::ffff:10.0.0.1") })
        {
            var accept = listener.AcceptSocketAsync();
            using var stream = net.Run(net.Client.ConnectAsync(address.ToString(), 7000));
            using var accepted = net.Run(accept);

            Assert.Equal(IPAddress.Parse(seen), ((IPEndPoint)accepted.RemoteEndPoint!).Address);
        }
    }

    [Fact]
    public void ConnectsOverTheLoopbackInterface()
    {
        using var net = new TwoStacks();
        using var listener = net.Server.Listen(7000);
        var accept = listener.AcceptSocketAsync();
        using var stream = net.Run(net.Server.ConnectAsync("127.0.0.1", 7000));
        using var accepted = net.Run(accept);
        net.Run(stream.WriteAsync(Bytes(10)));
        var buffer = new byte[20];

        Assert.Equal(10, net.Run(accepted.ReceiveAsync(buffer)));
    }

    [Fact]
    [Rfc("defect", "20")]
    public void HalfCloseLetsTheOtherDirectionGoOn()
    {
        using var net = new TwoStacks();
        var (client, server) = net.Connect();
        client.Shutdown(SocketShutdown.Send);

        Assert.Equal(0, net.Run(server.ReceiveAsync(new byte[10])));
        net.Run(server.SendAsync(Bytes(5)));
        Assert.Equal(5, net.Run(client.ReceiveAsync(new byte[10])));
        Assert.Equal(SocketError.Shutdown, Fails(() => net.Run(client.SendAsync(Bytes(1)))));
        server.Dispose();
        Assert.Equal(0, net.Run(client.ReceiveAsync(new byte[10])));
    }

    [Fact]
    public void NobodyListensAndTheConnectionIsRefused()
    {
        using var net = new TwoStacks();
        using var client = Stream(net.Client);

        Assert.Equal(SocketError.ConnectionRefused, Fails(() => net.Run(client.ConnectAsync(TwoStacks.ServerAddress, 9999))));
        Assert.False(client.Connected);
    }

    [Fact]
    public void ASocketWhoseAttemptFailedCanTryAgain()
    {
        using var net = new TwoStacks();
        using var client = Stream(net.Client);
        Fails(() => net.Run(client.ConnectAsync(TwoStacks.ServerAddress, 7000)));
        using var listener = net.Server.Listen(7000);
        net.Run(client.ConnectAsync(TwoStacks.ServerAddress, 7000));

        Assert.True(client.Connected);
    }

    [Fact]
    public void NobodyIsThereAndTheHostIsUnreachable()
    {
        using var net = new TwoStacks();
        using var client = Stream(net.Client);

        var error = Fails(() => net.Run(client.ConnectAsync(IPAddress.Parse("10.0.0.99"), 80)));
        Assert.True(error is SocketError.HostUnreachable or SocketError.TimedOut, error.ToString());
    }

    [Fact]
    public void NoRouteIsSaidAtOnce()
    {
        using var net = new TwoStacks();
        using var client = Stream(net.Client);

        Assert.Equal(SocketError.NetworkUnreachable, Fails(() => net.Run(client.ConnectAsync(IPAddress.Parse("192.0.2.1"), 80))));
    }

    [Fact]
    public void LingerOfZeroResets()
    {
        using var net = new TwoStacks();
        var (client, server) = net.Connect();
        var pending = server.ReceiveAsync(new byte[10]);
        client.LingerState = new LingerOption(true, 0);
        client.Dispose();

        Assert.Equal(SocketError.ConnectionReset, Fails(() => net.Run(pending)));
        Assert.False(server.Connected);
    }

    [Fact]
    public void CloseDeliversWhatIsQueued()
    {
        using var net = new TwoStacks();
        var (client, server) = net.Connect();
        var data = Bytes(200_000);
        net.Run(client.SendAsync(data));
        client.Dispose();
        var received = new byte[data.Length];
        net.Run(ReceiveAll(server, received));

        Assert.Equal(data, received);
        Assert.Equal(0, net.Run(server.ReceiveAsync(new byte[1])));
    }

    [Fact]
    public void ClosingWithATimeCutsOffAPeerThatDoesNotRead()
    {
        using var net = new TwoStacks();
        var (client, server) = net.Connect(socket => socket.SendBufferSize = 1_000_000);
        server.ReceiveBufferSize = 4096;
        net.Run(client.SendAsync(Bytes(1_000_000)));
        client.Close(5);
        net.Pass(TimeSpan.FromSeconds(6));
        var buffer = new byte[2_000_000];

        Assert.Equal(SocketError.ConnectionReset, Fails(() => net.Run(ReceiveAll(server, buffer))));
    }

    [Fact]
    public void CancellationLeavesTheStreamIntact()
    {
        using var net = new TwoStacks();
        var (client, server) = net.Connect();
        using var source = new CancellationTokenSource();
        var canceled = server.ReceiveAsync(new byte[10], source.Token).AsTask();
        source.Cancel();

        Assert.Throws<OperationCanceledException>(() => net.Run(canceled));
        net.Run(client.SendAsync(Bytes(7)));
        Assert.Equal(7, net.Run(server.ReceiveAsync(new byte[10])));
    }

    [Fact]
    public void CancelledBeforeItBegins()
    {
        using var net = new TwoStacks();
        var (client, server) = net.Connect();
        var canceled = new CancellationToken(canceled: true);

        Assert.True(client.SendAsync(Bytes(1), canceled).IsCanceled);
        Assert.True(server.ReceiveAsync(new byte[1], canceled).IsCanceled);
        Assert.True(client.ConnectAsync(TwoStacks.ServerAddress, 1, canceled).IsCanceled);
    }

    [Fact]
    public void CancelledConnectIsAborted()
    {
        using var net = new TwoStacks();
        using var client = Stream(net.Client);
        using var source = new CancellationTokenSource();
        var connect = client.ConnectAsync(IPAddress.Parse("10.0.0.99"), 80, source.Token).AsTask();
        net.Settle();
        source.Cancel();

        Assert.Throws<OperationCanceledException>(() => net.Run(connect));
        Assert.False(client.Connected);
    }

    [Fact]
    public void CancelledSendKeepsWhatWasAccepted()
    {
        using var net = new TwoStacks();
        var (client, server) = net.Connect(socket => socket.SendBufferSize = 10_000);
        server.ReceiveBufferSize = 10_000;
        using var source = new CancellationTokenSource();
        var send = client.SendAsync(Bytes(3_000_000), source.Token).AsTask();
        net.Settle();
        Assert.False(send.IsCompleted);
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => net.Run(send));
        client.Dispose();
        var received = net.Run(ReceiveToEnd(server));

        Assert.InRange(received.Length, 1, 2_999_999);
        Assert.Equal(Bytes(3_000_000).AsSpan(0, received.Length).ToArray(), received);
    }

    [Fact]
    public void DisposalEndsEveryCallThatWaits()
    {
        using var net = new TwoStacks();
        var (client, server) = net.Connect(socket => socket.SendBufferSize = 10_000);
        var receive = client.ReceiveAsync(new byte[10]);
        var second = client.ReceiveAsync(new byte[10]);
        var send = client.SendAsync(Bytes(5_000_000));
        using var listener = Stream(net.Server);
        listener.Bind(new IPEndPoint(IPAddress.Any, 0));
        listener.Listen();
        var accept = listener.AcceptAsync();
        client.Dispose();
        listener.Dispose();

        foreach (var task in new Task[] { receive, second, send, accept })
        {
            Assert.Equal(SocketError.OperationAborted, Fails(() => net.Run(task)));
        }

        Assert.Throws<ObjectDisposedException>(() => { _ = client.ReceiveAsync(new byte[10]); });
        Assert.Throws<ObjectDisposedException>(() => { _ = client.SendAsync(new byte[10]); });
        server.Dispose();
    }

    [Fact]
    public void CallsOfOneDirectionAreServedInOrder()
    {
        using var net = new TwoStacks();
        var (client, server) = net.Connect();
        var (first, second) = (new byte[3], new byte[3]);
        var firstTask = server.ReceiveAsync(first);
        var secondTask = server.ReceiveAsync(second);
        net.Run(client.SendAsync(new byte[] { 1, 2, 3, 4, 5, 6 }));

        Assert.Equal(3, net.Run(firstTask));
        Assert.Equal(3, net.Run(secondTask));
        Assert.Equal(new byte[] { 1, 2, 3 }, first);
        Assert.Equal(new byte[] { 4, 5, 6 }, second);
    }

    [Fact]
    public void AnEmptyReceiveWaitsForBytesAndTakesNone()
    {
        using var net = new TwoStacks();
        var (client, server) = net.Connect();
        var wait = server.ReceiveAsync(Memory<byte>.Empty).AsTask();
        net.Settle();
        Assert.False(wait.IsCompleted);
        net.Run(client.SendAsync(Bytes(4)));

        Assert.Equal(0, net.Run(wait));
        Assert.Equal(4, server.Available);
    }

    [Fact]
    public void PeekTakesNothing()
    {
        using var net = new TwoStacks();
        var (client, server) = net.Connect();
        net.Run(client.SendAsync(Bytes(4)));
        net.Settle();

        Assert.Equal(4, net.Run(server.ReceiveAsync(new byte[10], SocketFlags.Peek)));
        Assert.Equal(4, net.Run(server.ReceiveAsync(new byte[10])));
    }

    [Fact]
    [Rfc("defect", "20")]
    public void APortIsTakenOnce()
    {
        using var net = new TwoStacks();
        using var listener = net.Server.Listen(7000);

        Assert.Equal(SocketError.AddressAlreadyInUse, Fails(() => net.Server.Listen(7000)));
        using var elsewhere = net.Client.Listen(7000);
        listener.Stop();
        using var again = net.Server.Listen(7000);
    }

    [Fact]
    public void AnAddressThatIsNotOursCannotBeBound()
    {
        using var net = new TwoStacks();
        using var socket = Stream(net.Client);

        Assert.Equal(SocketError.AddressNotAvailable, Fails(() => socket.Bind(new IPEndPoint(TwoStacks.ServerAddress, 0))));
    }

    [Fact]
    public void ASocketWithoutAPeerIsNotConnected()
    {
        using var net = new TwoStacks();
        using var socket = Stream(net.Client);

        Assert.Equal(SocketError.Shutdown, Fails(() => net.Run(socket.SendAsync(Bytes(1)))));
        Assert.Equal(SocketError.NotConnected, Fails(() => net.Run(socket.ReceiveAsync(new byte[1]))));
        Assert.Equal(SocketError.NotConnected, Fails(() => socket.Shutdown(SocketShutdown.Both)));
        Assert.Null(socket.LocalEndPoint);
    }

    [Fact]
    public void WhatDoesNotBlockSaysSo()
    {
        using var net = new TwoStacks();
        var (client, server) = net.Connect();
        server.Blocking = false;

        Assert.Equal(SocketError.WouldBlock, Fails(() => server.Receive(new byte[1])));
        client.Send(Bytes(3));
        net.Settle();
        Assert.Equal(3, server.Receive(new byte[10]));
    }

    [Fact]
    [Rfc("defect", "20")]
    public void OptionsAreKeptAcrossTheConnect()
    {
        using var net = new TwoStacks();
        var (client, _) = net.Connect(socket =>
        {
            socket.NoDelay = true;
            socket.Ttl = 9;
        });

        Assert.True(client.NoDelay);
        Assert.Equal(9, client.Ttl);
    }

    [Fact]
    public void AStackShutsDownWithFinAndThenWithReset()
    {
        using var net = new TwoStacks();
        var (client, server) = net.Connect();
        var (_, silent) = net.Connect();
        var end = net.Run(Task.FromResult(net.Client.ShutdownAsync(TimeSpan.FromSeconds(3))));
        Assert.Equal(0, net.Run(server.ReceiveAsync(new byte[1])));
        server.Dispose();
        net.Run(end);

        // A reset behind the end of the stream says no more than that the peer is gone: EPIPE of Linux.
        Assert.Equal(SocketError.Shutdown, Fails(() => net.Run(ReceiveTwice(silent))));
        Assert.Throws<ObjectDisposedException>(() => { _ = client.ReceiveAsync(new byte[1]); });
    }

    [Fact]
    public void AStreamReadsAndWrites()
    {
        using var net = new TwoStacks();
        var (client, server) = net.Connect();
        using var stream = new NetworkStream(client, ownsSocket: true);
        net.Run(stream.WriteAsync(Bytes(100)));
        var buffer = new byte[100];
        net.Run(ReceiveAll(server, buffer));

        Assert.Equal(Bytes(100), buffer);
        stream.Dispose();
        Assert.Equal(0, net.Run(server.ReceiveAsync(buffer)));
        server.Dispose();
    }

    [Fact]
    public void WhatIsNotSupportedSaysSo()
    {
        using var net = new TwoStacks();
        var (client, _) = net.Connect();

        Assert.Equal(SocketError.OperationNotSupported, Fails(() => net.Run(client.SendAsync(Bytes(1), SocketFlags.Multicast))));
        Assert.Equal(SocketError.ProtocolNotSupported, Fails(() => new Socket(net.Client, AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Udp)));
        Assert.Equal(SocketError.AddressFamilyNotSupported, Fails(() => new Socket(net.Client, AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)));
        Assert.Throws<NotSupportedException>(() => { _ = client.ConnectAsync(new UnixDomainSocketEndPoint("/nowhere")); });
    }

    internal static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        new Random(count % 7).NextBytes(bytes);
        for (var i = 0; i < count; i++)
        {
            bytes[i] = (byte)(i * 31 + i / 251);
        }

        return bytes;
    }

    internal static SocketError Fails(Action action)
    {
        var exception = Record.Exception(action);
        return Assert.IsType<SocketException>(exception).SocketErrorCode;
    }

    internal static Socket Stream(NetworkStack stack) => new(stack, AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    internal static async Task Echo(Socket socket)
    {
        var buffer = new byte[32 * 1024];
        int count;
        while ((count = await socket.ReceiveAsync(buffer)) > 0)
        {
            Assert.Equal(count, await socket.SendAsync(buffer.AsMemory(0, count)));
        }

        socket.Dispose();
    }

    internal static async Task SendAll(Socket socket, ReadOnlyMemory<byte> data)
    {
        Assert.Equal(data.Length, await socket.SendAsync(data));
        socket.Shutdown(SocketShutdown.Send);
    }

    internal static async Task ReceiveAll(Socket socket, Memory<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var count = await socket.ReceiveAsync(buffer);
            Assert.NotEqual(0, count);
            buffer = buffer[count..];
        }
    }

    private static async Task<byte[]> ReceiveToEnd(Socket socket)
    {
        using var all = new System.IO.MemoryStream();
        var buffer = new byte[10_000];
        int count;
        while ((count = await socket.ReceiveAsync(buffer)) > 0)
        {
            all.Write(buffer, 0, count);
        }

        return all.ToArray();
    }

    // A peer whose FIN came may still be sent to; the reset comes when the time is up.
    private static async Task ReceiveTwice(Socket socket)
    {
        Assert.Equal(0, await socket.ReceiveAsync(new byte[1]));
        await socket.SendAsync(new byte[1]);
        await socket.SendAsync(new byte[1]);
    }
}
