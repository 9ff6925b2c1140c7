using System;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace SharpTcp.Sockets.Parity.Tests;

/// <summary>A socket of either world: the members of System.Net.Sockets.Socket that the tests use.</summary>
public interface ISocket : IDisposable
{
    bool Connected { get; }

    bool IsBound { get; }

    int Available { get; }

    EndPoint? LocalEndPoint { get; }

    EndPoint? RemoteEndPoint { get; }

    AddressFamily AddressFamily { get; }

    SocketType SocketType { get; }

    ProtocolType ProtocolType { get; }

    bool Blocking { get; set; }

    bool NoDelay { get; set; }

    bool DualMode { get; set; }

    bool DontFragment { get; set; }

    bool EnableBroadcast { get; set; }

    bool ExclusiveAddressUse { get; set; }

    bool MulticastLoopback { get; set; }

    short Ttl { get; set; }

    int SendTimeout { get; set; }

    int ReceiveTimeout { get; set; }

    int SendBufferSize { get; set; }

    int ReceiveBufferSize { get; set; }

    LingerOption? LingerState { get; set; }

    void Bind(EndPoint localEP);

    void Listen();

    void Listen(int backlog);

    ISocket Accept();

    Task<ISocket> AcceptAsync();

    Task<ISocket> AcceptAsync(CancellationToken cancellation);

    Task<ISocket> AcceptAsync(ISocket into);

    void Connect(EndPoint remoteEP);

    void Connect(IPAddress address, int port);

    void Connect(IPAddress[] addresses, int port);

    Task ConnectAsync(EndPoint remoteEP);

    Task ConnectAsync(EndPoint remoteEP, CancellationToken cancellation);

    Task ConnectAsync(IPAddress address, int port);

    Task ConnectAsync(IPAddress[] addresses, int port);

    void Disconnect(bool reuse);

    Task DisconnectAsync(bool reuse);

    void Shutdown(SocketShutdown how);

    void Close();

    void Close(int timeout);

    int Send(byte[] buffer);

    int Send(byte[] buffer, SocketFlags flags);

    int Send(byte[] buffer, int size, SocketFlags flags);

    int Send(byte[] buffer, int offset, int size, SocketFlags flags);

    int Send(byte[] buffer, int offset, int size, SocketFlags flags, out SocketError error);

    int Send(ReadOnlySpan<byte> buffer);

    int Send(ReadOnlySpan<byte> buffer, SocketFlags flags);

    int Send(ReadOnlySpan<byte> buffer, SocketFlags flags, out SocketError error);

    int Send(IList<ArraySegment<byte>> buffers);

    int Send(IList<ArraySegment<byte>> buffers, SocketFlags flags, out SocketError error);

    Task<int> SendAsync(ArraySegment<byte> buffer);

    Task<int> SendAsync(IList<ArraySegment<byte>> buffers);

    Task<int> SendAsync(ReadOnlyMemory<byte> buffer, SocketFlags flags, CancellationToken cancellation = default);

    int Receive(byte[] buffer);

    int Receive(byte[] buffer, SocketFlags flags);

    int Receive(byte[] buffer, int size, SocketFlags flags);

    int Receive(byte[] buffer, int offset, int size, SocketFlags flags);

    int Receive(byte[] buffer, int offset, int size, SocketFlags flags, out SocketError error);

    int Receive(Span<byte> buffer);

    int Receive(Span<byte> buffer, SocketFlags flags, out SocketError error);

    int Receive(IList<ArraySegment<byte>> buffers);

    int Receive(IList<ArraySegment<byte>> buffers, SocketFlags flags, out SocketError error);

    Task<int> ReceiveAsync(ArraySegment<byte> buffer);

    Task<int> ReceiveAsync(IList<ArraySegment<byte>> buffers);

    Task<int> ReceiveAsync(Memory<byte> buffer, SocketFlags flags, CancellationToken cancellation = default);

    int SendTo(byte[] buffer, EndPoint remoteEP);

    int SendTo(byte[] buffer, int size, SocketFlags flags, EndPoint remoteEP);

    int SendTo(byte[] buffer, int offset, int size, SocketFlags flags, EndPoint remoteEP);

    int SendTo(ReadOnlySpan<byte> buffer, SocketFlags flags, SocketAddress address);

    Task<int> SendToAsync(ReadOnlyMemory<byte> buffer, EndPoint remoteEP, CancellationToken cancellation = default);

    Task<int> SendToAsync(ReadOnlyMemory<byte> buffer, SocketFlags flags, SocketAddress address, CancellationToken cancellation = default);

    int ReceiveFrom(byte[] buffer, ref EndPoint remoteEP);

    int ReceiveFrom(byte[] buffer, SocketFlags flags, ref EndPoint remoteEP);

    int ReceiveFrom(byte[] buffer, int offset, int size, SocketFlags flags, ref EndPoint remoteEP);

    int ReceiveFrom(Span<byte> buffer, SocketFlags flags, SocketAddress address);

    Task<SocketReceiveFromResult> ReceiveFromAsync(Memory<byte> buffer, EndPoint remoteEP, CancellationToken cancellation = default);

    Task<int> ReceiveFromAsync(Memory<byte> buffer, SocketFlags flags, SocketAddress address, CancellationToken cancellation = default);

    int ReceiveMessageFrom(byte[] buffer, int offset, int size, ref SocketFlags flags, ref EndPoint remoteEP, out IPPacketInformation information);

    Task<SocketReceiveMessageFromResult> ReceiveMessageFromAsync(Memory<byte> buffer, EndPoint remoteEP, CancellationToken cancellation = default);

    bool Poll(int microSeconds, SelectMode mode);

    bool Poll(TimeSpan timeout, SelectMode mode);

    void SetSocketOption(SocketOptionLevel level, SocketOptionName name, int value);

    void SetSocketOption(SocketOptionLevel level, SocketOptionName name, bool value);

    void SetSocketOption(SocketOptionLevel level, SocketOptionName name, byte[] value);

    void SetSocketOption(SocketOptionLevel level, SocketOptionName name, object value);

    object? GetSocketOption(SocketOptionLevel level, SocketOptionName name);

    void GetSocketOption(SocketOptionLevel level, SocketOptionName name, byte[] value);

    byte[] GetSocketOption(SocketOptionLevel level, SocketOptionName name, int length);

    void SetRawSocketOption(int level, int name, ReadOnlySpan<byte> value);

    int GetRawSocketOption(int level, int name, Span<byte> value);

    int IOControl(IOControlCode code, byte[]? input, byte[]? output);

    void SendFile(string? name, byte[]? before, byte[]? after);

    Task SendFileAsync(string? name);

    IAsyncResult BeginAccept(AsyncCallback? callback, object? state);

    ISocket EndAccept(IAsyncResult result);

    IAsyncResult BeginConnect(EndPoint remoteEP, AsyncCallback? callback, object? state);

    void EndConnect(IAsyncResult result);

    IAsyncResult BeginSend(byte[] buffer, int offset, int size, SocketFlags flags, AsyncCallback? callback, object? state);

    int EndSend(IAsyncResult result);

    IAsyncResult BeginReceive(byte[] buffer, int offset, int size, SocketFlags flags, AsyncCallback? callback, object? state);

    int EndReceive(IAsyncResult result);

    int EndReceive(IAsyncResult result, out SocketError error);

    IAsyncResult BeginReceiveFrom(byte[] buffer, int offset, int size, SocketFlags flags, ref EndPoint remoteEP, AsyncCallback? callback, object? state);

    int EndReceiveFrom(IAsyncResult result, ref EndPoint remoteEP);

    void SetIPProtectionLevel(IPProtectionLevel level);

    SocketInformation DuplicateAndClose(int process);

    /// <summary>A stream of the socket.</summary>
    Stream Stream(FileAccess access = FileAccess.ReadWrite, bool ownsSocket = false);

    /// <summary>Whether a stream that <see cref="Stream"/> gave has bytes.</summary>
    bool DataAvailable(Stream stream);

    /// <summary>Closes a stream that <see cref="Stream"/> gave, within a time.</summary>
    void Close(Stream stream, int timeout);

    /// <summary>The socket itself, for lists of sockets.</summary>
    object Own { get; }
}

/// <summary>The kernel or the stack, with the means to make sockets of it and the classes around them.</summary>
public interface IWorld
{
    ISocket Socket(AddressFamily family, SocketType type, ProtocolType protocol);

    ISocket Socket(SocketType type, ProtocolType protocol);

    void Select(System.Collections.IList? read, System.Collections.IList? write, System.Collections.IList? error, int microSeconds);

    IListener Listener(IPEndPoint local);

    IListener Listener(int port);

    IClient Client();

    IClient Client(AddressFamily family);

    IClient Client(IPEndPoint local);

    IDatagrams Datagrams();

    IDatagrams Datagrams(int port);

    IDatagrams Datagrams(AddressFamily family);

    IDatagrams Datagrams(IPEndPoint local);
}

/// <summary>TcpListener.</summary>
public interface IListener : IDisposable
{
    ISocket Server { get; }

    EndPoint LocalEndpoint { get; }

    bool ExclusiveAddressUse { get; set; }

    void Start();

    void Start(int backlog);

    void Stop();

    bool Pending();

    ISocket AcceptSocket();

    IClient AcceptTcpClient();

    Task<ISocket> AcceptSocketAsync(CancellationToken cancellation = default);

    Task<IClient> AcceptTcpClientAsync(CancellationToken cancellation = default);

    void AllowNatTraversal(bool allowed);
}

/// <summary>TcpClient.</summary>
public interface IClient : IDisposable
{
    bool HasClient { get; }

    bool Connected { get; }

    int Available { get; }

    bool NoDelay { get; set; }

    int ReceiveTimeout { get; set; }

    void Connect(IPEndPoint remoteEP);

    void Connect(IPAddress address, int port);

    Task ConnectAsync(IPEndPoint remoteEP, CancellationToken cancellation = default);

    Stream GetStream();

    void Close();
}

/// <summary>UdpClient.</summary>
public interface IDatagrams : IDisposable
{
    ISocket Client { get; }

    int Available { get; }

    short Ttl { get; set; }

    bool EnableBroadcast { get; set; }

    void Connect(IPEndPoint endPoint);

    int Send(byte[] datagram, int bytes);

    int Send(byte[] datagram, int bytes, IPEndPoint? endPoint);

    byte[] Receive(ref IPEndPoint? remoteEP);

    Task<int> SendAsync(ReadOnlyMemory<byte> datagram, IPEndPoint? endPoint, CancellationToken cancellation = default);

    Task<UdpReceiveResult> ReceiveAsync(CancellationToken cancellation = default);

    void AllowNatTraversal(bool allowed);

    void Close();
}
