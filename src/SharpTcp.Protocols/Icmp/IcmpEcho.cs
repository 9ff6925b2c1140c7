using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Net.Sockets;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>An answer to an echo request.</summary>
public readonly ref struct IcmpEchoReply
{
    /// <summary>Who answered.</summary>
    public required IpAddress Source { get; init; }

    /// <summary>The sequence number of the request.</summary>
    public required ushort Sequence { get; init; }

    /// <summary>Time to live or hop limit as received.</summary>
    public byte HopLimit { get; init; }

    /// <summary>What the IP layer says of it.</summary>
    public IpMeta Meta { get; init; }

    /// <summary>The data that came back; valid only inside the call.</summary>
    public ReadOnlySpan<byte> Data { get; init; }
}

/// <summary>Who sends echo requests. Called while the host is being driven: it takes note and returns; it never calls back.</summary>
public interface IIcmpEchoUser
{
    /// <summary>An answer came.</summary>
    void OnEchoReply(IcmpEchoPort port, in IcmpEchoReply reply, Instant now);

    /// <summary>Instead of an answer an error came, or the neighbour did not answer.</summary>
    void OnEchoError(IcmpEchoPort port, ushort sequence, in IcmpErrorReport error, Instant now);
}

/// <summary>The echo client of a host, for both families (RFC 1122 §3.2.2.6, RFC 4443 §4): its identifiers.</summary>
public sealed class IcmpEcho
{
    private readonly Dictionary<ushort, IcmpEchoPort> _ports = [];

    internal IcmpEcho(HostCore host) => Host = host;

    internal HostCore Host { get; }

    /// <summary>Takes an identifier of its own, by chance.</summary>
    /// <returns>The port, or null if all 65,536 identifiers are taken.</returns>
    public IcmpEchoPort? Open(IIcmpEchoUser user)
    {
        if (IsFull)
        {
            return null;
        }

        var identifier = (ushort)Host.Entropy.NextUInt32();
        while (_ports.ContainsKey(identifier))
        {
            identifier++;
        }

        var port = new IcmpEchoPort(this, identifier, user);
        _ports.Add(identifier, port);
        return port;
    }

    /// <summary>Whether all identifiers are taken.</summary>
    internal bool IsFull => _ports.Count > ushort.MaxValue;

    internal bool IsOpen(ushort identifier) => _ports.ContainsKey(identifier);

    internal void Close(IcmpEchoPort port) => _ports.Remove(port.Identifier);

    internal DropReason OnReply(ushort identifier, in IcmpEchoReply reply, Instant now)
    {
        if (!_ports.TryGetValue(identifier, out var port))
        {
            return DropReason.NoPort;
        }

        Host.Counters.Add(Counter.EchoRepliesIn);
        port.User.OnEchoReply(port, reply, now);
        return DropReason.None;
    }

    internal DropReason OnError(ushort identifier, ushort sequence, in IcmpErrorReport error, Instant now)
    {
        if (!_ports.TryGetValue(identifier, out var port))
        {
            return DropReason.NoPort;
        }

        port.User.OnEchoError(port, sequence, error, now);
        return DropReason.None;
    }
}

/// <summary>An identifier with which echo requests are sent.</summary>
public sealed class IcmpEchoPort
{
    private readonly IcmpEcho _owner;

    internal IcmpEchoPort(IcmpEcho owner, ushort identifier, IIcmpEchoUser user)
    {
        _owner = owner;
        Identifier = identifier;
        User = user;
    }

    /// <summary>The identifier of its requests.</summary>
    public ushort Identifier { get; }

    internal IIcmpEchoUser User { get; }

    /// <summary>Sends a request.</summary>
    /// <param name="destination">Whom to ask.</param>
    /// <param name="interfaceIndex">The interface to leave by, or 0; needed for link-local addresses if there are several.</param>
    /// <param name="sequence">Its sequence number.</param>
    /// <param name="data">What is to come back, at most 65,507 bytes (65,527 over IPv6).</param>
    /// <param name="hopLimit">Time to live or hop limit; 0 takes the host's default.</param>
    /// <param name="now">The time.</param>
    /// <returns>
    /// <see cref="SocketError.Success"/>, <see cref="SocketError.WouldBlock"/> (link full), <see cref="SocketError.MessageSize"/>,
    /// <see cref="SocketError.NetworkUnreachable"/> or <see cref="SocketError.HostUnreachable"/>.
    /// </returns>
    public SocketError Send(IpAddress destination, int interfaceIndex, ushort sequence, ReadOnlySpan<byte> data, byte hopLimit, Instant now)
    {
        var ip = _owner.Host.Ip;
        var error = ip.Resolve(default, destination, interfaceIndex, now, out var entry);
        if (error != SocketError.Success)
        {
            return error;
        }

        var header = ip.TransportHeader;
        header[0] = destination.IsIPv4 ? (byte)Icmpv4Type.EchoRequest : (byte)Icmpv6Type.EchoRequest;
        header[1] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(header[4..], Identifier);
        BinaryPrimitives.WriteUInt16BigEndian(header[6..], sequence);
        var packet = new TransportPacket
        {
            HeaderLength = Icmpv4View.HeaderLength,
            First = data,
            Protocol = destination.IsIPv4 ? IpProtocol.Icmp : IpProtocol.Icmpv6,
            HopLimit = hopLimit,
        };
        var status = ip.Send(entry!, ref packet, now);
        if (status == SendStatus.Sent)
        {
            _owner.Host.Counters.Add(Counter.EchoRequestsOut);
        }

        return status.ToSocketError();
    }

    /// <summary>Gives the identifier back.</summary>
    public void Close() => _owner.Close(this);
}
