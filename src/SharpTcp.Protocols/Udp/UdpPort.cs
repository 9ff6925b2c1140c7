using System;
using System.Net.Sockets;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>A bound UDP port, maybe connected to a peer.</summary>
public sealed partial class UdpPort : IDatagramPort
{
    private readonly UdpLayer _layer;
    private readonly TransportEndpoint _bound;
    private readonly UdpReceiveQueue _queue;
    private SocketError _error;
    private bool _isBlocked;
    private bool _isClosed;

    internal UdpPort(UdpLayer layer, IUdpUser user, TransportEndpoint local, bool dualStack, bool reuseAddress)
    {
        _layer = layer;
        _bound = local;
        _queue = new UdpReceiveQueue(layer.Host.Buffers);
        User = user;
        Local = local;
        DualStack = dualStack;
        ReuseAddress = reuseAddress;
    }

    /// <summary>Its address and port.</summary>
    public TransportEndpoint Local { get; private set; }

    /// <summary>The only peer, if connected.</summary>
    public TransportEndpoint? Remote { get; private set; }

    /// <summary>Most payload bytes (with their bookkeeping) that wait to be received; what comes beyond is dropped and counted. Default 256 KiB.</summary>
    public int ReceiveBufferSize { get; set; } = 256 * 1024;

    /// <summary>Datagrams dropped because the receive buffer was full.</summary>
    public long Dropped { get; private set; }

    /// <summary>Whether a datagram waits.</summary>
    public bool IsReadable => !_queue.IsEmpty;

    /// <summary>Whether an error waits to be told.</summary>
    public bool HasError => _error != SocketError.Success;

    /// <summary>Payload bytes of the first datagram that waits, or 0.</summary>
    public int NextLength => _queue.NextLength;

    /// <summary>Allows sending to broadcast addresses. Default: no.</summary>
    public bool Broadcast { get; set; }

    /// <summary>Whether ICMP errors are reported although the port is not connected. Default: no.</summary>
    public bool ReceiveErrors { get; set; }

    /// <summary>Time to live or hop limit for unicast; 0 takes the host's default.</summary>
    public byte HopLimit { get; set; }

    /// <summary>Time to live or hop limit for multicast; default 1.</summary>
    public byte MulticastHopLimit { get; set; } = 1;

    /// <summary>The interface that datagrams to groups leave by where their destination names none; 0 for the host's choice.</summary>
    public int MulticastInterface { get; set; }

    /// <summary>Whether datagrams to a group come to this host's own listeners too (RFC 1112 §6.1). Default: yes.</summary>
    public bool MulticastLoopback { get; set; } = true;

    /// <summary>What the port wants of groups; null takes all that others on the host have joined.</summary>
    public UdpMemberships? Memberships { get; set; }

    /// <summary>DSCP and ECN.</summary>
    public byte TrafficClass { get; set; }

    /// <summary>Sends datagrams that may not be fragmented. Default: no.</summary>
    public bool DontFragment { get; set; }

    internal IUdpUser User { get; }

    internal bool DualStack { get; }

    internal bool ReuseAddress { get; }

    internal bool ReusePort { get; init; }

    internal UdpKey Key => Remote is { } remote
        ? new UdpKey(Local.Address, Local.Port, remote.Address, remote.Port)
        : new UdpKey(Local.Address, Local.Port, default, 0);

    internal UdpPort? NextSameKey { get; set; }

    internal UdpPort? NextOnPort { get; set; }

    /// <summary>Sets the only peer, and the local address by the way to it.</summary>
    public SocketError Connect(TransportEndpoint remote, Instant now)
    {
        if (!Speaks(remote.Address))
        {
            return SocketError.AddressFamilyNotSupported;
        }

        if (remote.Port == 0)
        {
            return SocketError.AddressNotAvailable;
        }

        var source = _bound.Address.IsUnspecified ? default : _bound.Address;
        var error = _layer.Host.Ip.Resolve(source, remote.Address, Zone(remote), now, out var entry);
        if (error != SocketError.Success)
        {
            return error;
        }

        if (entry!.IsBroadcast && !Broadcast)
        {
            return SocketError.AccessDenied;
        }

        _layer.Rekey(this, new TransportEndpoint(entry.Source, Local.Port, entry.Source.IsLinkLocal ? entry.Interface.Index : _bound.Scope), remote);
        return SocketError.Success;
    }

    /// <summary>Forgets the peer.</summary>
    public void Disconnect() => _layer.Rekey(this, new TransportEndpoint(_bound.Address, Local.Port, _bound.Scope), null);

    /// <summary>
    /// Sends one datagram (fragmented where it must be).
    /// </summary>
    /// <returns>
    /// <see cref="SocketError.Success"/>, <see cref="SocketError.WouldBlock"/> (link full; <see cref="UdpEvents.Writable"/> follows), or why not:
    /// <see cref="SocketError.MessageSize"/>, <see cref="SocketError.NetworkUnreachable"/>, <see cref="SocketError.AccessDenied"/> (broadcast not allowed), a pending error …
    /// </returns>
    public SocketError Send(ReadOnlySpan<byte> payload, TransportEndpoint destination, in UdpSendOptions options, Instant now)
    {
        var error = TakeError();
        if (error == SocketError.Success)
        {
            error = Resolve(payload, destination, options, now, out var entry);
            if (error == SocketError.Success)
            {
                return Send(payload, destination.Port, entry!, options, now);
            }
        }

        return error;
    }

    /// <summary>Takes the first datagram that waits; what does not fit <paramref name="buffer"/> is lost. With <paramref name="peek"/> it stays.</summary>
    /// <returns>Whether there was one.</returns>
    public bool TryReceive(Span<byte> buffer, out UdpDatagram datagram, bool peek = false) => _queue.TryTake(buffer, out datagram, peek);

    /// <summary>Takes the pending error, or <see cref="SocketError.Success"/>.</summary>
    public SocketError TakeError()
    {
        var error = _error;
        _error = SocketError.Success;
        return error;
    }

    /// <summary>Gives up the port.</summary>
    public void Close()
    {
        if (!_isClosed)
        {
            _isClosed = true;
            _layer.Remove(this);
            _queue.Clear();
        }
    }

    internal void SetLocalPort(ushort number) => Local = Local with { Port = number };

    internal void SetEndpoints(TransportEndpoint local, TransportEndpoint? remote)
    {
        Local = local;
        Remote = remote;
    }

    internal bool IsInZone(int interfaceIndex) => Local.Scope == 0 || interfaceIndex == 0 || Local.Scope == interfaceIndex;

    /// <summary>Whether a datagram to a group is for this port too.</summary>
    internal bool Takes(in UdpKey key, int interfaceIndex)
    {
        if (!IsInZone(interfaceIndex) || (Remote is { } remote && (remote.Address != key.Remote || remote.Port != key.RemotePort)))
        {
            return false;
        }

        if (Memberships is { } memberships && key.Local.IsMulticast && !memberships.Takes(key.Local, key.Remote, interfaceIndex))
        {
            return false; // RFC 3376 §3.2: each socket filters for itself
        }

        // A connected port has the address of an interface; a group is not that, but its peer may send to one.
        return Local.Address == key.Local || (_bound.Address.IsUnspecified && (DualStack || _bound.Address.IsIPv4 == key.Local.IsIPv4));
    }

    internal bool TryEnqueue(ReadOnlySpan<byte> payload, in UdpKey key, in IpMeta meta)
    {
        if (_queue.TryAdd(payload, key.RemotePort, meta, ReceiveBufferSize))
        {
            return true;
        }

        Dropped++;
        return false;
    }

    internal void Fail(SocketError error)
    {
        _error = error;
        User.OnUdpEvents(this, UdpEvents.Failed);
    }

    internal void Unblock()
    {
        _isBlocked = false;
        if (!_isClosed)
        {
            User.OnUdpEvents(this, UdpEvents.Writable);
        }
    }

    private bool Speaks(IpAddress address) => DualStack || _bound.Address.IsIPv4 == address.IsIPv4;

    private int Zone(TransportEndpoint destination) => destination.Scope != 0 ? destination.Scope : _bound.Scope;

    private SocketError Resolve(ReadOnlySpan<byte> payload, TransportEndpoint destination, in UdpSendOptions options, Instant now, out Destination? entry)
    {
        entry = null;
        var isIPv4 = destination.Address.IsIPv4;
        if (!Speaks(destination.Address))
        {
            return SocketError.AddressFamilyNotSupported;
        }

        if (destination.Port == 0)
        {
            return SocketError.AddressNotAvailable;
        }

        if (payload.Length > UdpWriter.MaxPayloadLength - (isIPv4 ? IPv4View.MinHeaderLength : 0))
        {
            return SocketError.MessageSize;
        }

        var source = !options.Source.IsUnspecified ? options.Source : CanBeSource(isIPv4) ? Local.Address : default;
        var zone = options.Interface != 0 ? options.Interface : Zone(destination);
        zone = zone == 0 && destination.Address.IsMulticast ? MulticastInterface : zone;
        var error = _layer.Host.Ip.Resolve(source, destination.Address, zone, now, out entry);
        return error == SocketError.Success && entry!.IsBroadcast && !Broadcast ? SocketError.AccessDenied : error;
    }

    /// <summary>A port bound to a group or broadcast address sends from an address of the host's choice.</summary>
    private bool CanBeSource(bool isIPv4) =>
        !Local.Address.IsUnspecified && Local.Address.IsUnicast && Local.Address.IsIPv4 == isIPv4
        && (Remote is not null || Local.Address == _bound.Address);

    private SocketError Send(ReadOnlySpan<byte> payload, ushort port, Destination entry, in UdpSendOptions options, Instant now)
    {
        var ip = _layer.Host.Ip;
        UdpWriter.Write(ip.TransportHeader, Local.Port, port, payload.Length);
        var packet = new TransportPacket
        {
            HeaderLength = UdpView.HeaderLength,
            First = payload,
            Protocol = IpProtocol.Udp,
            HopLimit = options.HopLimit != 0 ? options.HopLimit : entry.Address.IsMulticast ? MulticastHopLimit : HopLimit,
            TrafficClass = options.TrafficClass ?? TrafficClass,
            DontFragment = DontFragment && entry.Address.IsIPv4,
        };
        var status = ip.Send(entry, ref packet, now);
        if (status == SendStatus.Sent && MulticastLoopback && entry.Address.IsMulticast)
        {
            _layer.LoopBack(entry, port, Local.Port, payload, packet.HopLimit, packet.TrafficClass);
        }

        if (status == SendStatus.LinkFull && !_isBlocked)
        {
            _isBlocked = true;
            _layer.AddBlocked(this);
        }

        return status.ToSocketError();
    }
}
