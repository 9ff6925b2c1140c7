using System;
using System.Net.Sockets;
using System.Threading.Tasks;
using Xunit;

namespace SharpTcp.Sockets.Parity.Tests;

/// <summary>It is closed. What every call says then.</summary>
public abstract class AClosedSocket(IWorld world) : TcpStateSuite(world)
{
    protected override ISocket InState() => Make(WithPeer(_ => { }, waits: false), s => s.Close());

    [Fact]
    public void Send() => Says("ObjectDisposedException", s => s.Send(Data));

    [Fact]
    public void SendNothing() => Says("ObjectDisposedException", s => s.Send(Array.Empty<byte>()));

    [Fact]
    public Task SendAwaited() => SaysAsync("ObjectDisposedException", s => s.SendAsync(Data, SocketFlags.None));

    [Fact]
    public void SendTo() => Says("ObjectDisposedException", s => s.SendTo(Data, Somewhere));

    [Fact]
    public void SendAFileOfNothing() => Says("ObjectDisposedException", s => s.SendFile(null, Data, null));

    [Fact]
    public void Receive() => Says("ObjectDisposedException", s => s.Receive(new byte[10]));

    [Fact]
    public Task ReceiveAwaited() => SaysAsync("ObjectDisposedException", s => s.ReceiveAsync(new byte[10], SocketFlags.None));

    [Fact]
    public void ReceivePeeking() => Says("ObjectDisposedException", s => s.Receive(new byte[10], SocketFlags.Peek));

    [Fact]
    public void Accept() => Says("ObjectDisposedException", s => s.Accept());

    [Fact]
    public Task AcceptAwaited() => SaysAsync("ObjectDisposedException", s => s.AcceptAsync());

    [Fact]
    public void Connect() => Says("ObjectDisposedException", s => s.Connect(Refuses));

    [Fact]
    public Task ConnectAwaited() => SaysAsync("ObjectDisposedException", s => s.ConnectAsync(Refuses));

    [Fact]
    public void Bind() => Says("ObjectDisposedException", s => s.Bind(Loopback));

    [Fact]
    public void Listen() => Says("ObjectDisposedException", s => s.Listen());

    [Fact]
    public void ShutDownSending() => Says("ObjectDisposedException", s => s.Shutdown(SocketShutdown.Send));

    [Fact]
    public void ShutDownReceiving() => Says("ObjectDisposedException", s => s.Shutdown(SocketShutdown.Receive));

    [Fact]
    public void ShutDownBoth() => Says("ObjectDisposedException", s => s.Shutdown(SocketShutdown.Both));

    [Fact]
    public void ShutDownNonsense() => Says("ObjectDisposedException", s => s.Shutdown((SocketShutdown)7));

    [Fact]
    public void Disconnect() => Says("ObjectDisposedException", s => s.Disconnect(false));

    [Fact]
    public Task DisconnectAwaited() => SaysAsync("ObjectDisposedException", s => s.DisconnectAsync(true));

    [Fact]
    public void Available() => Says("ObjectDisposedException", s => s.Available);

    [Fact]
    public void Connected() => Says("False", s => s.Connected);

    [Fact]
    public void IsBound() => Says("True", s => s.IsBound);

    [Fact]
    public void LocalEndPoint() => Says("ObjectDisposedException", s => s.LocalEndPoint);

    [Fact]
    public void RemoteEndPoint() => Says("ObjectDisposedException", s => s.RemoteEndPoint);

    [Fact]
    public void PollToRead() => Says("ObjectDisposedException", s => s.Poll(0, SelectMode.SelectRead));

    [Fact]
    public void PollToWrite() => Says("ObjectDisposedException", s => s.Poll(0, SelectMode.SelectWrite));

    [Fact]
    public void PollForErrors() => Says("ObjectDisposedException", s => s.Poll(0, SelectMode.SelectError));

    [Fact]
    public void NoDelay() => Says("ObjectDisposedException", s => s.NoDelay);

    [Fact]
    public void PendingError() => Says("ObjectDisposedException", s => s.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error));

    [Fact]
    public void AcceptConnection() => Says("ObjectDisposedException", s => s.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.AcceptConnection));

    [Fact]
    public void CloseTwice() => Says("ok", s => Twice(s.Close));
}

public sealed class AClosedSocketOfTheKernel() : AClosedSocket(KernelWorld.Instance);

public sealed class AClosedSocketOfTheStack() : AClosedSocket(StackWorld.Instance);
