using System;
using System.Net.Sockets;
using System.Threading.Tasks;
using Xunit;

namespace SharpTcp.Sockets.Parity.Tests;

/// <summary>It listens, and nobody has come. What every call says then.</summary>
public abstract class AListeningSocket(IWorld world) : TcpStateSuite(world)
{
    protected override ISocket InState() => NonBlocking(Listening());

    [Fact]
    public void Send() => Says("SE.Shutdown", s => s.Send(Data));

    [Fact]
    public void SendNothing() => Says("SE.Shutdown", s => s.Send(Array.Empty<byte>()));

    [Fact]
    public Task SendAwaited() => SaysAsync("SE.Shutdown", s => s.SendAsync(Data, SocketFlags.None));

    [Fact]
    public void SendTo() => Says("SE.Shutdown", s => s.SendTo(Data, Somewhere));

    [Fact]
    public void SendAFileOfNothing() => Says("NotSupportedException", s => s.SendFile(null, Data, null));

    [Fact]
    public void Receive() => Says("SE.NotConnected", s => s.Receive(new byte[10]));

    [Fact]
    public Task ReceiveAwaited() => SaysAsync("SE.NotConnected", s => s.ReceiveAsync(new byte[10], SocketFlags.None));

    [Fact]
    public void ReceivePeeking() => Says("SE.NotConnected", s => s.Receive(new byte[10], SocketFlags.Peek));

    [Fact]
    public void Accept() => Says("SE.WouldBlock", s => s.Accept());

    [Fact]
    public void Connect() => Says("InvalidOperationException", s => s.Connect(Refuses));

    [Fact]
    public Task ConnectAwaited() => SaysAsync("InvalidOperationException", s => s.ConnectAsync(Refuses));

    [Fact]
    public void Bind() => Says("SE.InvalidArgument", s => s.Bind(Loopback));

    [Fact]
    public void Listen() => Says("ok", s => s.Listen());

    [Fact]
    public void ShutDownSending() => Says("ok", s => s.Shutdown(SocketShutdown.Send));

    [Fact]
    public void ShutDownReceiving() => Says("ok", s => s.Shutdown(SocketShutdown.Receive));

    [Fact]
    public void ShutDownBoth() => Says("ok", s => s.Shutdown(SocketShutdown.Both));

    [Fact]
    public void ShutDownNonsense() => Says("SE.InvalidArgument", s => s.Shutdown((SocketShutdown)7));

    [Fact]
    public void Disconnect() => Says("ok", s => s.Disconnect(false));

    [Fact]
    public Task DisconnectAwaited() => SaysAsync("ok", s => s.DisconnectAsync(true));

    [Fact]
    public void Available() => Says("SE.InvalidArgument", s => s.Available);

    [Fact]
    public void Connected() => Says("False", s => s.Connected);

    [Fact]
    public void IsBound() => Says("True", s => s.IsBound);

    [Fact]
    public void LocalEndPoint() => Says("endpoint", s => s.LocalEndPoint);

    [Fact]
    public void RemoteEndPoint() => Says("null", s => s.RemoteEndPoint);

    [Fact]
    public void PollToRead() => Says("False", s => s.Poll(0, SelectMode.SelectRead));

    [Fact]
    public void PollToWrite() => Says("False", s => s.Poll(0, SelectMode.SelectWrite));

    [Fact]
    public void PollForErrors() => Says("False", s => s.Poll(0, SelectMode.SelectError));

    [Fact]
    public void NoDelay() => Says("False", s => s.NoDelay);

    [Fact]
    public void PendingError() => Says("0", s => s.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error));

    [Fact]
    public void AcceptConnection() => Says("1", s => s.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.AcceptConnection));

    [Fact]
    public void CloseTwice() => Says("ok", s => Twice(s.Close));
}

public sealed class AListeningSocketOfTheKernel() : AListeningSocket(KernelWorld.Instance);

public sealed class AListeningSocketOfTheStack() : AListeningSocket(StackWorld.Instance);
