using System;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Own = System.Net.Sockets;

namespace SharpTcp.Sockets.Parity.Tests;

/// <summary>Socket of this world.</summary>
public sealed class KernelSocket(Own.Socket s) : ISocket
{
    public bool Connected => s.Connected;

    public bool IsBound => s.IsBound;

    public int Available => s.Available;

    public EndPoint? LocalEndPoint => s.LocalEndPoint;

    public EndPoint? RemoteEndPoint => s.RemoteEndPoint;

    public AddressFamily AddressFamily => s.AddressFamily;

    public SocketType SocketType => s.SocketType;

    public ProtocolType ProtocolType => s.ProtocolType;

    public bool Blocking
    {
        get => s.Blocking;
        set => s.Blocking = value;
    }

    public bool NoDelay
    {
        get => s.NoDelay;
        set => s.NoDelay = value;
    }

    public bool DualMode
    {
        get => s.DualMode;
        set => s.DualMode = value;
    }

    public bool DontFragment
    {
        get => s.DontFragment;
        set => s.DontFragment = value;
    }

    public bool EnableBroadcast
    {
        get => s.EnableBroadcast;
        set => s.EnableBroadcast = value;
    }

    public bool ExclusiveAddressUse
    {
        get => s.ExclusiveAddressUse;
        set => s.ExclusiveAddressUse = value;
    }

    public bool MulticastLoopback
    {
        get => s.MulticastLoopback;
        set => s.MulticastLoopback = value;
    }

    public short Ttl
    {
        get => s.Ttl;
        set => s.Ttl = value;
    }

    public int SendTimeout
    {
        get => s.SendTimeout;
        set => s.SendTimeout = value;
    }

    public int ReceiveTimeout
    {
        get => s.ReceiveTimeout;
        set => s.ReceiveTimeout = value;
    }

    public int SendBufferSize
    {
        get => s.SendBufferSize;
        set => s.SendBufferSize = value;
    }

    public int ReceiveBufferSize
    {
        get => s.ReceiveBufferSize;
        set => s.ReceiveBufferSize = value;
    }

    public LingerOption? LingerState
    {
        get => s.LingerState;
        set => s.LingerState = value!;
    }

    public void Bind(EndPoint localEP) => s.Bind(localEP);

    public void Listen() => s.Listen();

    public void Listen(int backlog) => s.Listen(backlog);

    public ISocket Accept() => new KernelSocket(s.Accept());

    public Task<ISocket> AcceptAsync() => KernelSocket.Wrap(s.AcceptAsync());

    public Task<ISocket> AcceptAsync(CancellationToken cancellation) => KernelSocket.Wrap(s.AcceptAsync(cancellation).AsTask());

    public Task<ISocket> AcceptAsync(ISocket into) => KernelSocket.Wrap(s.AcceptAsync((Own.Socket)into.Own));

    public void Connect(EndPoint remoteEP) => s.Connect(remoteEP);

    public void Connect(IPAddress address, int port) => s.Connect(address, port);

    public void Connect(IPAddress[] addresses, int port) => s.Connect(addresses, port);

    public Task ConnectAsync(EndPoint remoteEP) => s.ConnectAsync(remoteEP);

    public Task ConnectAsync(EndPoint remoteEP, CancellationToken cancellation) => s.ConnectAsync(remoteEP, cancellation).AsTask();

    public Task ConnectAsync(IPAddress address, int port) => s.ConnectAsync(address, port);

    public Task ConnectAsync(IPAddress[] addresses, int port) => s.ConnectAsync(addresses, port);

    public void Disconnect(bool reuse) => s.Disconnect(reuse);

    public Task DisconnectAsync(bool reuse) => s.DisconnectAsync(reuse, CancellationToken.None).AsTask();

    public void Shutdown(SocketShutdown how) => s.Shutdown(how);

    public void Close() => s.Close();

    public void Close(int timeout) => s.Close(timeout);

    public int Send(byte[] buffer) => s.Send(buffer);

    public int Send(byte[] buffer, SocketFlags flags) => s.Send(buffer, flags);

    public int Send(byte[] buffer, int size, SocketFlags flags) => s.Send(buffer, size, flags);

    public int Send(byte[] buffer, int offset, int size, SocketFlags flags) => s.Send(buffer, offset, size, flags);

    public int Send(byte[] buffer, int offset, int size, SocketFlags flags, out SocketError error) => s.Send(buffer, offset, size, flags, out error);

    public int Send(ReadOnlySpan<byte> buffer) => s.Send(buffer);

    public int Send(ReadOnlySpan<byte> buffer, SocketFlags flags) => s.Send(buffer, flags);

    public int Send(ReadOnlySpan<byte> buffer, SocketFlags flags, out SocketError error) => s.Send(buffer, flags, out error);

    public int Send(IList<ArraySegment<byte>> buffers) => s.Send(buffers);

    public int Send(IList<ArraySegment<byte>> buffers, SocketFlags flags, out SocketError error) => s.Send(buffers, flags, out error);

    public Task<int> SendAsync(ArraySegment<byte> buffer) => s.SendAsync(buffer);

    public Task<int> SendAsync(IList<ArraySegment<byte>> buffers) => s.SendAsync(buffers);

    public Task<int> SendAsync(ReadOnlyMemory<byte> buffer, SocketFlags flags, CancellationToken cancellation = default) => s.SendAsync(buffer, flags, cancellation).AsTask();

    public int Receive(byte[] buffer) => s.Receive(buffer);

    public int Receive(byte[] buffer, SocketFlags flags) => s.Receive(buffer, flags);

    public int Receive(byte[] buffer, int size, SocketFlags flags) => s.Receive(buffer, size, flags);

    public int Receive(byte[] buffer, int offset, int size, SocketFlags flags) => s.Receive(buffer, offset, size, flags);

    public int Receive(byte[] buffer, int offset, int size, SocketFlags flags, out SocketError error) => s.Receive(buffer, offset, size, flags, out error);

    public int Receive(Span<byte> buffer) => s.Receive(buffer);

    public int Receive(Span<byte> buffer, SocketFlags flags, out SocketError error) => s.Receive(buffer, flags, out error);

    public int Receive(IList<ArraySegment<byte>> buffers) => s.Receive(buffers);

    public int Receive(IList<ArraySegment<byte>> buffers, SocketFlags flags, out SocketError error) => s.Receive(buffers, flags, out error);

    public Task<int> ReceiveAsync(ArraySegment<byte> buffer) => s.ReceiveAsync(buffer);

    public Task<int> ReceiveAsync(IList<ArraySegment<byte>> buffers) => s.ReceiveAsync(buffers);

    public Task<int> ReceiveAsync(Memory<byte> buffer, SocketFlags flags, CancellationToken cancellation = default) => s.ReceiveAsync(buffer, flags, cancellation).AsTask();

    public int SendTo(byte[] buffer, EndPoint remoteEP) => s.SendTo(buffer, remoteEP);

    public int SendTo(byte[] buffer, int size, SocketFlags flags, EndPoint remoteEP) => s.SendTo(buffer, size, flags, remoteEP);

    public int SendTo(byte[] buffer, int offset, int size, SocketFlags flags, EndPoint remoteEP) => s.SendTo(buffer, offset, size, flags, remoteEP);

    public int SendTo(ReadOnlySpan<byte> buffer, SocketFlags flags, SocketAddress address) => s.SendTo(buffer, flags, address);

    public Task<int> SendToAsync(ReadOnlyMemory<byte> buffer, EndPoint remoteEP, CancellationToken cancellation = default) => s.SendToAsync(buffer, remoteEP, cancellation).AsTask();

    public Task<int> SendToAsync(ReadOnlyMemory<byte> buffer, SocketFlags flags, SocketAddress address, CancellationToken cancellation = default) => s.SendToAsync(buffer, flags, address, cancellation).AsTask();

    public int ReceiveFrom(byte[] buffer, ref EndPoint remoteEP) => s.ReceiveFrom(buffer, ref remoteEP);

    public int ReceiveFrom(byte[] buffer, SocketFlags flags, ref EndPoint remoteEP) => s.ReceiveFrom(buffer, flags, ref remoteEP);

    public int ReceiveFrom(byte[] buffer, int offset, int size, SocketFlags flags, ref EndPoint remoteEP) => s.ReceiveFrom(buffer, offset, size, flags, ref remoteEP);

    public int ReceiveFrom(Span<byte> buffer, SocketFlags flags, SocketAddress address) => s.ReceiveFrom(buffer, flags, address);

    public Task<SocketReceiveFromResult> ReceiveFromAsync(Memory<byte> buffer, EndPoint remoteEP, CancellationToken cancellation = default) => s.ReceiveFromAsync(buffer, remoteEP, cancellation).AsTask();

    public Task<int> ReceiveFromAsync(Memory<byte> buffer, SocketFlags flags, SocketAddress address, CancellationToken cancellation = default) => s.ReceiveFromAsync(buffer, flags, address, cancellation).AsTask();

    public int ReceiveMessageFrom(byte[] buffer, int offset, int size, ref SocketFlags flags, ref EndPoint remoteEP, out IPPacketInformation information) => s.ReceiveMessageFrom(buffer, offset, size, ref flags, ref remoteEP, out information);

    public Task<SocketReceiveMessageFromResult> ReceiveMessageFromAsync(Memory<byte> buffer, EndPoint remoteEP, CancellationToken cancellation = default) => s.ReceiveMessageFromAsync(buffer, remoteEP, cancellation).AsTask();

    public bool Poll(int microSeconds, SelectMode mode) => s.Poll(microSeconds, mode);

    public bool Poll(TimeSpan timeout, SelectMode mode) => s.Poll(timeout, mode);

    public void SetSocketOption(SocketOptionLevel level, SocketOptionName name, int value) => s.SetSocketOption(level, name, value);

    public void SetSocketOption(SocketOptionLevel level, SocketOptionName name, bool value) => s.SetSocketOption(level, name, value);

    public void SetSocketOption(SocketOptionLevel level, SocketOptionName name, byte[] value) => s.SetSocketOption(level, name, value);

    public void SetSocketOption(SocketOptionLevel level, SocketOptionName name, object value) => s.SetSocketOption(level, name, value);

    public object? GetSocketOption(SocketOptionLevel level, SocketOptionName name) => s.GetSocketOption(level, name);

    public void GetSocketOption(SocketOptionLevel level, SocketOptionName name, byte[] value) => s.GetSocketOption(level, name, value);

    public byte[] GetSocketOption(SocketOptionLevel level, SocketOptionName name, int length) => s.GetSocketOption(level, name, length);

    public void SetRawSocketOption(int level, int name, ReadOnlySpan<byte> value) => s.SetRawSocketOption(level, name, value);

    public int GetRawSocketOption(int level, int name, Span<byte> value) => s.GetRawSocketOption(level, name, value);

    public int IOControl(IOControlCode code, byte[]? input, byte[]? output) => s.IOControl(code, input, output);

    public void SendFile(string? name, byte[]? before, byte[]? after) => s.SendFile(name, before, after, TransmitFileOptions.UseDefaultWorkerThread);

    public Task SendFileAsync(string? name) => s.SendFileAsync(name, CancellationToken.None).AsTask();

    public IAsyncResult BeginAccept(AsyncCallback? callback, object? state) => s.BeginAccept(callback, state);

    public ISocket EndAccept(IAsyncResult result) => new KernelSocket(s.EndAccept(result));

    public IAsyncResult BeginConnect(EndPoint remoteEP, AsyncCallback? callback, object? state) => s.BeginConnect(remoteEP, callback, state);

    public void EndConnect(IAsyncResult result) => s.EndConnect(result);

    public IAsyncResult BeginSend(byte[] buffer, int offset, int size, SocketFlags flags, AsyncCallback? callback, object? state) => s.BeginSend(buffer, offset, size, flags, callback, state);

    public int EndSend(IAsyncResult result) => s.EndSend(result);

    public IAsyncResult BeginReceive(byte[] buffer, int offset, int size, SocketFlags flags, AsyncCallback? callback, object? state) => s.BeginReceive(buffer, offset, size, flags, callback, state);

    public int EndReceive(IAsyncResult result) => s.EndReceive(result);

    public int EndReceive(IAsyncResult result, out SocketError error) => s.EndReceive(result, out error);

    public IAsyncResult BeginReceiveFrom(byte[] buffer, int offset, int size, SocketFlags flags, ref EndPoint remoteEP, AsyncCallback? callback, object? state) => s.BeginReceiveFrom(buffer, offset, size, flags, ref remoteEP, callback, state);

    public int EndReceiveFrom(IAsyncResult result, ref EndPoint remoteEP) => s.EndReceiveFrom(result, ref remoteEP);

    public void SetIPProtectionLevel(IPProtectionLevel level) => s.SetIPProtectionLevel(level);

    public SocketInformation DuplicateAndClose(int process) => s.DuplicateAndClose(process);

    public Stream Stream(FileAccess access = FileAccess.ReadWrite, bool ownsSocket = false) => new Own.NetworkStream(s, access, ownsSocket);

    public bool DataAvailable(Stream stream) => ((Own.NetworkStream)stream).DataAvailable;

    public void Close(Stream stream, int timeout) => ((Own.NetworkStream)stream).Close(timeout);

    public object Own => s;

    public void Dispose() => s.Dispose();

    internal static async Task<ISocket> Wrap(Task<Own.Socket> accepted) => new KernelSocket(await accepted);
}

/// <summary>TcpListener of this world.</summary>
public sealed class KernelListener(Own.TcpListener s) : IListener
{
    public ISocket Server => new KernelSocket(s.Server);

    public EndPoint LocalEndpoint => s.LocalEndpoint;

    public bool ExclusiveAddressUse
    {
        get => s.ExclusiveAddressUse;
        set => s.ExclusiveAddressUse = value;
    }

    public void Start() => s.Start();

    public void Start(int backlog) => s.Start(backlog);

    public void Stop() => s.Stop();

    public bool Pending() => s.Pending();

    public ISocket AcceptSocket() => new KernelSocket(s.AcceptSocket());

    public IClient AcceptTcpClient() => new KernelClient(s.AcceptTcpClient());

    public Task<ISocket> AcceptSocketAsync(CancellationToken cancellation = default) => KernelSocket.Wrap(s.AcceptSocketAsync(cancellation).AsTask());

    public Task<IClient> AcceptTcpClientAsync(CancellationToken cancellation = default) => Wrap(s.AcceptTcpClientAsync(cancellation).AsTask());

    public void AllowNatTraversal(bool allowed) => s.AllowNatTraversal(allowed);

    public void Dispose() => s.Dispose();

    private static async Task<IClient> Wrap(Task<Own.TcpClient> accepted) => new KernelClient(await accepted);
}

/// <summary>TcpClient of this world.</summary>
public sealed class KernelClient(Own.TcpClient s) : IClient
{
    public bool HasClient => s.Client is not null;

    public bool Connected => s.Connected;

    public int Available => s.Available;

    public bool NoDelay
    {
        get => s.NoDelay;
        set => s.NoDelay = value;
    }

    public int ReceiveTimeout
    {
        get => s.ReceiveTimeout;
        set => s.ReceiveTimeout = value;
    }

    public void Connect(IPEndPoint remoteEP) => s.Connect(remoteEP);

    public void Connect(IPAddress address, int port) => s.Connect(address, port);

    public Task ConnectAsync(IPEndPoint remoteEP, CancellationToken cancellation = default) => s.ConnectAsync(remoteEP, cancellation).AsTask();

    public Stream GetStream() => s.GetStream();

    public void Close() => s.Close();

    public void Dispose() => s.Dispose();
}

/// <summary>UdpClient of this world.</summary>
public sealed class KernelDatagrams(Own.UdpClient s) : IDatagrams
{
    public ISocket Client => new KernelSocket(s.Client);

    public int Available => s.Available;

    public short Ttl
    {
        get => s.Ttl;
        set => s.Ttl = value;
    }

    public bool EnableBroadcast
    {
        get => s.EnableBroadcast;
        set => s.EnableBroadcast = value;
    }

    public void Connect(IPEndPoint endPoint) => s.Connect(endPoint);

    public int Send(byte[] datagram, int bytes) => s.Send(datagram, bytes);

    public int Send(byte[] datagram, int bytes, IPEndPoint? endPoint) => s.Send(datagram, bytes, endPoint);

    public byte[] Receive(ref IPEndPoint? remoteEP) => s.Receive(ref remoteEP);

    public Task<int> SendAsync(ReadOnlyMemory<byte> datagram, IPEndPoint? endPoint, CancellationToken cancellation = default) => s.SendAsync(datagram, endPoint, cancellation).AsTask();

    public Task<UdpReceiveResult> ReceiveAsync(CancellationToken cancellation = default) => s.ReceiveAsync(cancellation).AsTask();

    public void AllowNatTraversal(bool allowed) => s.AllowNatTraversal(allowed);

    public void Close() => s.Close();

    public void Dispose() => s.Dispose();
}
