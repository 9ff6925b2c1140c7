using System;
using System.Net.Sockets;
using System.Threading.Tasks;
using Xunit;

namespace SharpTcp.Sockets.Parity.Tests;

/// <summary>Its peer has sent ten bytes and then cut the connection off. What every call says then.</summary>
public abstract class ASocketThatWasResetBehindBytes(IWorld world) : TcpStateSuite(world)
{
    protected override ISocket InState() => WasReset(Data);

    [Fact]
    public void Send() => Says("SE.ConnectionReset", s => s.Send(Data));

    [Fact]
    public void SendNothing() => Says("SE.ConnectionReset", s => s.Send(Array.Empty<byte>()));

    [Fact]
    public Task SendAwaited() => SaysAsync("SE.ConnectionReset", s => s.SendAsync(Data, SocketFlags.None));

    [Fact]
    public void SendTo() => Says("SE.ConnectionReset", s => s.SendTo(Data, Somewhere));

    [Fact]
    public void SendAFileOfNothing() => Says("SE.ConnectionReset", s => s.SendFile(null, Data, null));

    [Fact]
    public void Receive() => Says("10", s => s.Receive(new byte[10]));

    [Fact]
    public Task ReceiveAwaited() => SaysAsync("10", s => s.ReceiveAsync(new byte[10], SocketFlags.None));

    [Fact]
    public void ReceivePeeking() => Says("10", s => s.Receive(new byte[10], SocketFlags.Peek));

    [Fact]
    public void Accept() => Says("InvalidOperationException", s => s.Accept());

    [Fact]
    public Task AcceptAwaited() => SaysAsync("InvalidOperationException", s => s.AcceptAsync());

    [Fact]
    public void Connect() => Says("SE.IsConnected", s => s.Connect(Refuses));

    [Fact]
    public Task ConnectAwaited() => SaysAsync("SE.IsConnected", s => s.ConnectAsync(Refuses));

    [Fact]
    public void Bind() => Says("ok", s => s.Bind(Loopback));

    [Fact]
    public void Listen() => Says("SE.InvalidArgument", s => s.Listen());

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
    public void Available() => Says("10", s => s.Available);

    [Fact]
    public void Connected() => Says("True", s => s.Connected);

    [Fact]
    public void IsBound() => Says("True", s => s.IsBound);

    [Fact]
    public void LocalEndPoint() => Says("endpoint", s => s.LocalEndPoint);

    [Fact]
    public void RemoteEndPoint() => Says("endpoint", s => s.RemoteEndPoint);

    [Fact]
    public void PollToRead() => Says("True", s => s.Poll(0, SelectMode.SelectRead));

    [Fact]
    public void PollToWrite() => Says("True", s => s.Poll(0, SelectMode.SelectWrite));

    [Fact]
    public void PollForErrors() => Says("True", s => s.Poll(0, SelectMode.SelectError));

    [Fact]
    public void NoDelay() => Says("False", s => s.NoDelay);

    [Fact]
    public void PendingError() => Says("10054", s => s.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error));

    [Fact]
    public void AcceptConnection() => Says("0", s => s.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.AcceptConnection));

    [Fact]
    public void CloseTwice() => Says("ok", s => Twice(s.Close));
}

public sealed class ASocketThatWasResetBehindBytesOfTheKernel() : ASocketThatWasResetBehindBytes(KernelWorld.Instance);

public sealed class ASocketThatWasResetBehindBytesOfTheStack() : ASocketThatWasResetBehindBytes(StackWorld.Instance);
