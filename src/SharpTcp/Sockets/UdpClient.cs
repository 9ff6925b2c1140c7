using System;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace SharpTcp.Sockets;

/// <summary>Sends and receives UDP datagrams.</summary>
public sealed partial class UdpClient : IDisposable
{
    private const int LargestDatagram = 65_535;

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(LargestDatagram);
    private Socket? _client;
    private bool _disposed;

    /// <summary>Makes an IPv4 client that is bound when it first sends.</summary>
    /// <param name="stack">The stack.</param>
    public UdpClient(NetworkStack stack)
        : this(stack, AddressFamily.InterNetwork)
    {
    }

    /// <inheritdoc cref="UdpClient(NetworkStack)"/>
    /// <summary>Makes a client of a family that is bound when it first sends.</summary>
    /// <param name="family">IPv4 or IPv6.</param>
    /// <exception cref="ArgumentException">It is another family.</exception>
    public UdpClient(NetworkStack stack, AddressFamily family) => _client = family is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6
        ? new Socket(stack, family, SocketType.Dgram, ProtocolType.Udp)
        : throw new ArgumentException($"The family is {family}: it must be IPv4 (InterNetwork) or IPv6 (InterNetworkV6).", nameof(family));

    /// <summary>Makes an IPv4 client that is bound to a port.</summary>
    /// <inheritdoc cref="UdpClient(NetworkStack, int, AddressFamily)"/>
    public UdpClient(NetworkStack stack, int port)
        : this(stack, port, AddressFamily.InterNetwork)
    {
    }

    /// <summary>Makes a client that is bound to a port, on every address of a family.</summary>
    /// <param name="stack">The stack.</param>
    /// <param name="port">The port; 0 takes a free one.</param>
    /// <param name="family">IPv4 or IPv6.</param>
    /// <exception cref="SocketException">The port is taken.</exception>
    public UdpClient(NetworkStack stack, int port, AddressFamily family)
        : this(stack, new IPEndPoint(family == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, port))
    {
    }

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

    /// <summary>The socket; null after the end of the client.</summary>
    [AllowNull]
    public Socket Client
    {
        get => _client!;
        set => _client = value;
    }

    /// <inheritdoc cref="Socket.Available"/>
    public int Available => Open.Available;

    /// <inheritdoc cref="Socket.EnableBroadcast"/>
    public bool EnableBroadcast
    {
        get => Open.EnableBroadcast;
        set => Open.EnableBroadcast = value;
    }

    /// <inheritdoc cref="Socket.DontFragment"/>
    public bool DontFragment
    {
        get => Open.DontFragment;
        set => Open.DontFragment = value;
    }

    /// <inheritdoc cref="Socket.ExclusiveAddressUse"/>
    public bool ExclusiveAddressUse
    {
        get => Open.ExclusiveAddressUse;
        set => Open.ExclusiveAddressUse = value;
    }

    /// <inheritdoc cref="Socket.Ttl"/>
    public short Ttl
    {
        get => Open.Ttl;
        set => Open.Ttl = value;
    }

    /// <inheritdoc cref="Socket.MulticastLoopback"/>
    public bool MulticastLoopback
    {
        get => Open.MulticastLoopback;
        set => Open.MulticastLoopback = value;
    }

    /// <summary>Listens to a group.</summary>
    /// <param name="multicastAddr">The group.</param>
    /// <exception cref="SocketException">As <see cref="Socket.JoinGroup"/>.</exception>
    public void JoinMulticastGroup(IPAddress multicastAddr) => Open.JoinGroup(multicastAddr);

    /// <summary>Listens to an IPv6 group on an interface.</summary>
    /// <inheritdoc cref="JoinMulticastGroup(IPAddress)"/>
    /// <param name="ifindex">The interface's index, or 0 for the stack's choice.</param>
    public void JoinMulticastGroup(int ifindex, IPAddress multicastAddr) => Open.JoinGroup(multicastAddr, ifindex);

    /// <summary>Listens to a group and sets how far datagrams to groups go.</summary>
    /// <inheritdoc cref="JoinMulticastGroup(IPAddress)"/>
    /// <param name="timeToLive">Time to live or hop limit, 1 to 255.</param>
    public void JoinMulticastGroup(IPAddress multicastAddr, int timeToLive)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(timeToLive, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(timeToLive, byte.MaxValue);
        Open.MulticastTimeToLive = (short)timeToLive;
        JoinMulticastGroup(multicastAddr);
    }

    /// <summary>Listens to an IPv4 group on the interface that has an address.</summary>
    /// <inheritdoc cref="JoinMulticastGroup(IPAddress)"/>
    /// <param name="localAddress">The address.</param>
    public void JoinMulticastGroup(IPAddress multicastAddr, IPAddress localAddress)
    {
        ArgumentNullException.ThrowIfNull(multicastAddr);
        Open.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.AddMembership, new MulticastOption(multicastAddr, localAddress));
    }

    /// <summary>Listens to a group no more.</summary>
    /// <param name="multicastAddr">The group.</param>
    /// <exception cref="SocketException">It is no member.</exception>
    public void DropMulticastGroup(IPAddress multicastAddr) => Open.LeaveGroup(multicastAddr);

    /// <inheritdoc cref="DropMulticastGroup(IPAddress)"/>
    /// <param name="ifindex">The interface's index, or 0 for the stack's choice.</param>
    public void DropMulticastGroup(IPAddress multicastAddr, int ifindex) => Open.LeaveGroup(multicastAddr, ifindex);

    /// <summary>Not supported, as on every Unix.</summary>
    /// <exception cref="PlatformNotSupportedException">Always.</exception>
    public void AllowNatTraversal(bool allowed) => throw new PlatformNotSupportedException("NAT traversal by protection levels is Windows's.");

    /// <summary>Sets the only peer.</summary>
    /// <param name="endPoint">The peer.</param>
    public void Connect(IPEndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        AllowBroadcast(endPoint.Address);
        Open.Connect(endPoint);
    }

    /// <inheritdoc cref="Connect(IPEndPoint)"/>
    /// <param name="addr">The peer's address.</param>
    /// <param name="port">The peer's port.</param>
    public void Connect(IPAddress addr, int port)
    {
        ArgumentNullException.ThrowIfNull(addr);
        Connect(new IPEndPoint(addr, port));
    }

    /// <inheritdoc cref="Dispose"/>
    public void Close() => Dispose();

    /// <summary>Closes the socket.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _client?.EndBothDirections();
        _client?.Dispose();
        _client = null;
    }

    private Socket Open
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return Client;
        }
    }

    /// <summary>Who names a broadcast address means it.</summary>
    private void AllowBroadcast(IPAddress address)
    {
        if (address.Equals(IPAddress.Broadcast) && !Open.EnableBroadcast)
        {
            Open.EnableBroadcast = true;
        }
    }
}
