using System;
using System.Net.Sockets;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>
/// Packets of one protocol. An IPv4 port receives them with their IP header, an IPv6 port without, as on other systems; checksums of what is sent are the user's own, except that of
/// ICMPv6, which covers addresses that only the host knows (RFC 3542 §3.1).
/// </summary>
public sealed class RawPort : IDatagramPort
{
    /// <summary>The protocol of a port that only sends packets whose header is its user's.</summary>
    public const byte AnyProtocol = 255;

    private readonly HostCore _host;
    private readonly bool _isIPv4;
    private readonly TransportEndpoint _bound;
    private readonly UdpReceiveQueue _queue;
    private readonly IRawUser _user;
    private bool _isClosed;

    internal RawPort(HostCore host, bool isIPv4, byte protocol, TransportEndpoint local, IRawUser user)
    {
        _host = host;
        _isIPv4 = isIPv4;
        _bound = local;
        _user = user;
        _queue = new UdpReceiveQueue(host.Buffers);
        Protocol = protocol;
        Local = local;
    }

    /// <summary>The protocol.</summary>
    public byte Protocol { get; }

    /// <inheritdoc/>
    public TransportEndpoint Local { get; private set; }

    /// <inheritdoc/>
    public TransportEndpoint? Remote { get; private set; }

    /// <inheritdoc/>
    public int ReceiveBufferSize { get; set; } = 256 * 1024;

    /// <inheritdoc/>
    public bool IsReadable => !_queue.IsEmpty;

    /// <inheritdoc/>
    public bool HasError => false;

    /// <inheritdoc/>
    public int NextLength => _queue.NextLength;

    /// <inheritdoc/>
    public bool Broadcast { get; set; }

    /// <inheritdoc/>
    public byte HopLimit { get; set; }

    /// <inheritdoc/>
    public byte TrafficClass { get; set; }

    /// <inheritdoc/>
    public bool DontFragment { get; set; }

    /// <summary>IPv4: what is sent begins with an IP header of the user's. Its length and checksum, and source and identification where they are 0, are filled in. Default: no.</summary>
    public bool HeaderIncluded { get; set; }

    /// <inheritdoc/>
    public SocketError Connect(TransportEndpoint remote, Instant now)
    {
        var error = _host.Ip.Resolve(Source, remote.Address, Zone(remote, 0), now, out var path);
        if (error == SocketError.Success)
        {
            Local = new TransportEndpoint(path!.Source, 0, _bound.Scope);
            Remote = remote;
        }

        return error;
    }

    /// <inheritdoc/>
    public SocketError Send(ReadOnlySpan<byte> payload, TransportEndpoint destination, in UdpSendOptions options, Instant now)
    {
        if (destination.Address.IsIPv4 != _isIPv4)
        {
            return SocketError.AddressFamilyNotSupported;
        }

        var error = _host.Ip.Resolve(Source, destination.Address, Zone(destination, options.Interface), now, out var path);
        if (error != SocketError.Success)
        {
            return error;
        }

        if (path!.IsBroadcast && !Broadcast)
        {
            return SocketError.AccessDenied;
        }

        return HeaderIncluded ? SendWhole(payload, path, now) : SendPayload(payload, path, options, now);
    }

    /// <inheritdoc/>
    public bool TryReceive(Span<byte> buffer, out UdpDatagram datagram, bool peek = false) => _queue.TryTake(buffer, out datagram, peek);

    /// <inheritdoc/>
    public SocketError TakeError() => SocketError.Success;

    /// <inheritdoc/>
    public void Close()
    {
        if (!_isClosed)
        {
            _isClosed = true;
            _host.Raw.Close(this);
            _queue.Clear();
        }
    }

    internal bool Takes(byte protocol, in IpMeta meta) =>
        protocol == Protocol && meta.Source.IsIPv4 == _isIPv4
        && (_bound.Scope == 0 || _bound.Scope == meta.Interface.Index)
        && (_bound.Address.IsUnspecified || _bound.Address == meta.Destination)
        && (Remote is not { } remote || remote.Address == meta.Source);

    internal void Enqueue(ReadOnlySpan<byte> data, in IpMeta meta)
    {
        if (_queue.TryAdd(data, 0, meta, ReceiveBufferSize))
        {
            _user.OnRawEvent();
        }
    }

    private IpAddress Source => _bound.Address.IsUnspecified ? default : _bound.Address;

    private int Zone(TransportEndpoint destination, int interfaceIndex) =>
        interfaceIndex != 0 ? interfaceIndex : destination.Scope != 0 ? destination.Scope : _bound.Scope;

    private SocketError SendPayload(ReadOnlySpan<byte> payload, Destination path, in UdpSendOptions options, Instant now)
    {
        var isIcmpv6 = Protocol == IpProtocol.Icmpv6 && !_isIPv4;
        if (isIcmpv6 && payload.Length < Icmpv6View.HeaderLength)
        {
            return SocketError.InvalidArgument;
        }

        var header = isIcmpv6 ? Icmpv6View.HeaderLength : 0;
        payload[..header].CopyTo(_host.Ip.TransportHeader);
        var packet = new TransportPacket
        {
            HeaderLength = header,
            First = payload[header..],
            Protocol = Protocol,
            HopLimit = options.HopLimit != 0 ? options.HopLimit : HopLimit,
            TrafficClass = options.TrafficClass ?? TrafficClass,
            DontFragment = DontFragment && _isIPv4,
            IsSummed = !isIcmpv6,
        };
        return _host.Ip.Send(path, ref packet, now).ToSocketError();
    }

    private SocketError SendWhole(ReadOnlySpan<byte> whole, Destination path, Instant now)
    {
        if (whole.Length is < IPv4View.MinHeaderLength or > ushort.MaxValue || whole[0] >> 4 != 4
            || (whole[0] & 15) * 4 is var length && (length < IPv4View.MinHeaderLength || length > whole.Length))
        {
            return SocketError.InvalidArgument;
        }

        var copy = _host.Ip.WholePacket[..whole.Length];
        whole.CopyTo(copy);
        PacketFiller.FillIPv4(copy, path.Source.ToIPv4(), _host.Ip.NextIdentification(path), PacketFill.Source | PacketFill.Identification | PacketFill.Length | PacketFill.HeaderChecksum);
        var packet = new TransportPacket { First = copy, Protocol = copy[9], IsWhole = true, DontFragment = true };
        return _host.Ip.Send(path, ref packet, now).ToSocketError();
    }
}
