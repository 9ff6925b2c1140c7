using System.Collections;
using System.Net;
using System.Net.Sockets;

namespace SharpTcp.Sockets.Parity.Tests;

/// <summary>System.Net.Sockets on the kernel's loopback interface: what it says is right.</summary>
public sealed class KernelWorld : IWorld
{
    public static KernelWorld Instance { get; } = new();

    public ISocket Socket(AddressFamily family, SocketType type, ProtocolType protocol) => new KernelSocket(new System.Net.Sockets.Socket(family, type, protocol));

    public ISocket Socket(SocketType type, ProtocolType protocol) => new KernelSocket(new System.Net.Sockets.Socket(type, protocol));

    public void Select(IList? read, IList? write, IList? error, int microSeconds) => System.Net.Sockets.Socket.Select(read, write, error, microSeconds);

    public IListener Listener(IPEndPoint local) => new KernelListener(new System.Net.Sockets.TcpListener(local));

    public IListener Listener(int port) => new KernelListener(System.Net.Sockets.TcpListener.Create(port));

    public IClient Client() => new KernelClient(new System.Net.Sockets.TcpClient());

    public IClient Client(AddressFamily family) => new KernelClient(new System.Net.Sockets.TcpClient(family));

    public IClient Client(IPEndPoint local) => new KernelClient(new System.Net.Sockets.TcpClient(local));

    public IDatagrams Datagrams() => new KernelDatagrams(new System.Net.Sockets.UdpClient());

    public IDatagrams Datagrams(int port) => new KernelDatagrams(new System.Net.Sockets.UdpClient(port));

    public IDatagrams Datagrams(AddressFamily family) => new KernelDatagrams(new System.Net.Sockets.UdpClient(family));

    public IDatagrams Datagrams(IPEndPoint local) => new KernelDatagrams(new System.Net.Sockets.UdpClient(local));
}

/// <summary>SharpTcp.Sockets on the loopback interface of a running stack.</summary>
public sealed class StackWorld : IWorld
{
    private readonly NetworkStack _stack = new();

    private StackWorld() => _stack.Start();

    public static StackWorld Instance { get; } = new();

    public ISocket Socket(AddressFamily family, SocketType type, ProtocolType protocol) => new StackSocket(new Socket(_stack, family, type, protocol));

    public ISocket Socket(SocketType type, ProtocolType protocol) => new StackSocket(new Socket(_stack, type, protocol));

    public void Select(IList? read, IList? write, IList? error, int microSeconds) => Sockets.Socket.Select(read, write, error, microSeconds);

    public IListener Listener(IPEndPoint local) => new StackListener(new TcpListener(_stack, local));

    public IListener Listener(int port) => new StackListener(TcpListener.Create(_stack, port));

    public IClient Client() => new StackClient(new TcpClient(_stack));

    public IClient Client(AddressFamily family) => new StackClient(new TcpClient(_stack, family));

    public IClient Client(IPEndPoint local) => new StackClient(new TcpClient(_stack, local));

    public IDatagrams Datagrams() => new StackDatagrams(new UdpClient(_stack));

    public IDatagrams Datagrams(int port) => new StackDatagrams(new UdpClient(_stack, port));

    public IDatagrams Datagrams(AddressFamily family) => new StackDatagrams(new UdpClient(_stack, family));

    public IDatagrams Datagrams(IPEndPoint local) => new StackDatagrams(new UdpClient(_stack, local));
}
