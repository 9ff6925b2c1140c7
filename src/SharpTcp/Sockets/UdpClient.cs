using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace SharpTcp.Sockets;

/// <summary>Sends and receives UDP datagrams.</summary>
public sealed class UdpClient : IDisposable
{
    private const int LargestDatagram = 65_535;

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(LargestDatagram);

    /// <summary>Makes a client of a family that is bound when it first sends.</summary>
    /// <param name="stack">The stack.</param>
    /// <param name="family">The family.</param>
    public UdpClient(NetworkStack stack, AddressFamily family = AddressFamily.InterNetwork) =>
        Client = new Socket(stack, family, SocketType.Dgram, ProtocolType.Udp);

    /// <summary>Makes a client that is bound.</summary>
    /// <param name="stack">The stack.</param>
    /// <param name="localEP">Where; port 0 takes a free one.</param>
    /// <exception cref="SocketException">The port is taken, or the address is not the stack's.</exception>
    public UdpClient(NetworkStack stack, IPEndPoint localEP)
        : this(stack, (localEP ?? throw new ArgumentNullException(nameof(localEP))).AddressFamily)
    {
        try
        {
            Client.Bind(localEP);
        }
        catch
        {
            Client.Dispose();
            throw;
        }
    }

    /// <summary>The socket.</summary>
    public Socket Client { get; }

    /// <inheritdoc cref="Socket.Available"/>
    public int Available => Client.Available;

    /// <inheritdoc cref="Socket.EnableBroadcast"/>
    public bool EnableBroadcast
    {
        get => Client.EnableBroadcast;
        set => Client.EnableBroadcast = value;
    }

    /// <inheritdoc cref="Socket.Ttl"/>
    public short Ttl
    {
        get => Client.Ttl;
        set => Client.Ttl = value;
    }

    /// <inheritdoc cref="Socket.MulticastLoopback"/>
    public bool MulticastLoopback
    {
        get => Client.MulticastLoopback;
        set => Client.MulticastLoopback = value;
    }

    /// <summary>Listens to a group.</summary>
    /// <param name="multicastAddr">The group.</param>
    /// <exception cref="SocketException">As <see cref="Socket.JoinGroup"/>.</exception>
    public void JoinMulticastGroup(IPAddress multicastAddr) => Client.JoinGroup(multicastAddr);

    /// <summary>Listens to a group no more.</summary>
    /// <param name="multicastAddr">The group.</param>
    /// <exception cref="SocketException">It is no member.</exception>
    public void DropMulticastGroup(IPAddress multicastAddr) => Client.LeaveGroup(multicastAddr);

    /// <summary>Sets the only peer.</summary>
    /// <param name="endPoint">The peer.</param>
    public void Connect(IPEndPoint endPoint) => Client.Connect(endPoint);

    /// <summary>Sends a datagram.</summary>
    /// <param name="datagram">Its payload.</param>
    /// <param name="endPoint">To whom; null sends to the peer of <see cref="Connect"/>.</param>
    /// <param name="cancellationToken">Gives up waiting for room on the link.</param>
    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> datagram, IPEndPoint? endPoint, CancellationToken cancellationToken = default) =>
        endPoint is null
            ? Client.SendAsync(datagram, SocketFlags.None, cancellationToken)
            : Client.SendToAsync(datagram, SocketFlags.None, endPoint, cancellationToken);

    /// <summary>Sends a datagram to the peer of <see cref="Connect"/>.</summary>
    /// <param name="datagram">Its payload.</param>
    /// <param name="cancellationToken">Gives up waiting for room on the link.</param>
    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> datagram, CancellationToken cancellationToken = default) =>
        SendAsync(datagram, null, cancellationToken);

    /// <summary>Receives a datagram. One call at a time.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>A copy of the datagram, and the sender.</returns>
    public async ValueTask<UdpReceiveResult> ReceiveAsync(CancellationToken cancellationToken = default)
    {
        var any = new IPEndPoint(Client.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        var result = await Client.ReceiveFromAsync(_buffer, SocketFlags.None, any, cancellationToken).ConfigureAwait(false);
        return new UdpReceiveResult(_buffer.AsSpan(0, result.ReceivedBytes).ToArray(), (IPEndPoint)result.RemoteEndPoint);
    }

    /// <inheritdoc cref="Dispose"/>
    public void Close() => Dispose();

    /// <summary>Closes the socket.</summary>
    public void Dispose() => Client.Dispose();
}
