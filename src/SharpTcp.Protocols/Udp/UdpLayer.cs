using System;
using System.Collections.Generic;
using System.Net.Sockets;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>UDP (RFC 768, RFC 1122 §4.1): the ports of a host.</summary>
public sealed partial class UdpLayer
{
    private readonly UdpPortTable _table;
    private List<UdpPort> _blocked = [];
    private List<UdpPort> _unblocked = [];

    internal UdpLayer(HostCore host)
    {
        Host = host;
        _table = new UdpPortTable(host);
    }

    internal HostCore Host { get; }

    /// <summary>Binds a port; port 0 in <paramref name="local"/> takes an ephemeral one (RFC 6056).</summary>
    /// <param name="local">The address (or the unspecified one of the family) and port.</param>
    /// <param name="dualStack">For the IPv6 unspecified address: also receives IPv4.</param>
    /// <param name="reuseAddress">Shares address and port with others that say so too.</param>
    /// <param name="user">Who is told.</param>
    /// <param name="port">The port.</param>
    /// <returns><see cref="SocketError.Success"/>, <see cref="SocketError.AddressAlreadyInUse"/> or <see cref="SocketError.AddressNotAvailable"/>.</returns>
    public SocketError Bind(TransportEndpoint local, bool dualStack, bool reuseAddress, IUdpUser user, out UdpPort? port) =>
        Bind(local, dualStack, reuseAddress, reusePort: false, user, out port);

    /// <summary>
    /// The same, also for a port that shares address and number with others that say so by <paramref name="reusePort"/>: of those, the addresses and ports of a datagram choose one (SO_REUSEPORT).
    /// </summary>
    public SocketError Bind(TransportEndpoint local, bool dualStack, bool reuseAddress, bool reusePort, IUdpUser user, out UdpPort? port)
    {
        port = null;
        var address = local.Address;
        if (!address.IsUnspecified && !address.IsMulticast && !IsBroadcast(address) && Host.AddressTable.FindOwn(address, local.Scope) is not { IsUsable: true }
            && !(address.IsLoopback && Host.LoopbackInterface is not null))
        {
            return SocketError.AddressNotAvailable;
        }

        var candidate = new UdpPort(this, user, local, dualStack && address.IsUnspecified && address.IsIPv6, reuseAddress) { ReusePort = reusePort };
        if (local.Port == 0)
        {
            if (!_table.TryFindEphemeral(candidate, out var number))
            {
                return SocketError.AddressAlreadyInUse;
            }

            candidate.SetLocalPort(number);
        }
        else if (_table.Conflicts(candidate, local.Port))
        {
            return SocketError.AddressAlreadyInUse;
        }

        _table.Add(candidate);
        port = candidate;
        return SocketError.Success;
    }

    /// <summary>Takes a datagram, or a super-datagram of several.</summary>
    internal DropReason Receive(in InboundPacket inbound, ReadOnlySpan<byte> data, in IpMeta meta, Instant now)
    {
        if (!UdpView.TryParse(data, out var datagram))
        {
            return DropReason.BadTransportHeader;
        }

        if (!meta.ChecksumVouched && !datagram.VerifyChecksum(meta.Source, meta.Destination))
        {
            return DropReason.BadTransportChecksum; // RFC 1122 §4.1.3.4; RFC 8200 §8.1 for zero
        }

        if (datagram.DestinationPort == UdpPorts.DhcpV6Client && meta.Destination.IsIPv6 && meta.Interface.DhcpV6 is { } dhcp)
        {
            return dhcp.Receive(datagram, meta, now);
        }

        if (datagram.DestinationPort == UdpPorts.DhcpClient && meta.Destination.IsIPv4 && meta.Interface.Dhcp is { } client)
        {
            return client.Receive(datagram, now);
        }

        var key = new UdpKey(meta.Destination, datagram.DestinationPort, meta.Source, datagram.SourcePort);
        return meta.IsBroadcastOrMulticast ? DeliverToAll(key, datagram.Payload, meta) : DeliverToOne(inbound, key, datagram.Payload, meta, now);
    }

    internal DropReason OnIcmpError(in IcmpErrorReport report, Instant now)
    {
        var key = new UdpKey(report.Local.Address, report.Local.Port, report.Remote.Address, report.Remote.Port);
        if (_table.Find(key, 0) is not { } port)
        {
            return DropReason.NoPort;
        }

        if (report.Kind == IcmpErrorKind.PacketTooBig)
        {
            Host.Ip.ReducePathMtu(report.Local.Address, report.Remote.Address, report.Mtu, now);
        }
        else if (port.Remote is not null || port.ReceiveErrors)
        {
            port.Fail(report.ToSocketError()); // RFC 1122 §4.1.3.3
        }

        return DropReason.None;
    }

    /// <summary>A datagram was lost because its neighbour did not answer.</summary>
    internal void OnNeighborFailed(in IcmpErrorReport report)
    {
        var key = new UdpKey(report.Local.Address, report.Local.Port, report.Remote.Address, report.Remote.Port);
        _table.Find(key, 0)?.Fail(SocketError.HostUnreachable);
    }

    /// <summary>A datagram of our own to a group is for our own listeners too.</summary>
    internal void LoopBack(Destination entry, ushort port, ushort sourcePort, ReadOnlySpan<byte> payload, byte hopLimit, byte trafficClass)
    {
        if (entry.Interface.IsLoopback || !entry.Interface.Groups.Accepts(entry.Address, entry.Source))
        {
            return; // what goes over the loopback interface comes back by itself
        }

        var meta = new IpMeta
        {
            Source = entry.Source,
            Destination = entry.Address,
            Interface = entry.Interface,
            HopLimit = hopLimit,
            TrafficClass = trafficClass,
            IsBroadcastOrMulticast = true,
        };
        DeliverToAll(new UdpKey(entry.Address, port, entry.Source, sourcePort), payload, meta);
    }

    internal void OnWritable()
    {
        (_blocked, _unblocked) = (_unblocked, _blocked);
        foreach (var port in _unblocked)
        {
            port.Unblock();
        }

        _unblocked.Clear();
    }

    internal void AddBlocked(UdpPort port) => _blocked.Add(port);

    internal void Remove(UdpPort port) => _table.Remove(port);

    /// <summary>Moves a port whose addresses change to its new place in the table.</summary>
    internal void Rekey(UdpPort port, TransportEndpoint local, TransportEndpoint? remote)
    {
        _table.Remove(port);
        port.SetEndpoints(local, remote);
        _table.Add(port);
    }

    private bool IsBroadcast(IpAddress address)
    {
        if (address.IsIPv6)
        {
            return false;
        }

        foreach (var link in Host.Interfaces)
        {
            if (link.IsBroadcast(address.ToIPv4()))
            {
                return true;
            }
        }

        return false;
    }

    private DropReason DeliverToOne(in InboundPacket inbound, in UdpKey key, ReadOnlySpan<byte> payload, in IpMeta meta, Instant now)
    {
        if ((_table.Find(key, meta.Interface.Index) ?? OpenFlow(key, meta)) is not { } port)
        {
            Host.IcmpErrors.SendPortUnreachable(inbound, meta.Destination.IsIPv4, now); // RFC 1122 §4.1.3.1
            return DropReason.NoPort;
        }

        return Deliver(port, key, payload, meta);
    }

    /// <summary>Broadcast and multicast go to every port that listens (RFC 1122 §3.3.6); nobody is told if there is none.</summary>
    private DropReason DeliverToAll(in UdpKey key, ReadOnlySpan<byte> payload, in IpMeta meta)
    {
        if (key.Local.IsMulticast && !meta.Interface.Groups.Accepts(key.Local, key.Remote))
        {
            return DropReason.NotOurAddress; // no socket wants this source (RFC 3376 §3.2)
        }

        var outcome = DropReason.NoPort;
        for (var port = _table.FirstOn(key.LocalPort); port is not null; port = port.NextOnPort)
        {
            if (port.Takes(key, meta.Interface.Index) && Deliver(port, key, payload, meta) is var one && outcome != DropReason.None)
            {
                outcome = one;
            }
        }

        return outcome;
    }

    private DropReason Deliver(UdpPort port, in UdpKey key, ReadOnlySpan<byte> payload, in IpMeta meta)
    {
        var size = meta.SegmentSize != 0 ? meta.SegmentSize : Math.Max(1, payload.Length);
        var taken = false;
        do
        {
            var one = payload[..Math.Min(size, payload.Length)];
            payload = payload[one.Length..];
            if (port.TryEnqueue(one, key, meta))
            {
                Host.Counters.Add(Counter.UdpIn);
                taken = true;
            }
        }
        while (!payload.IsEmpty);

        if (taken)
        {
            port.User.OnUdpEvents(port, UdpEvents.Readable);
        }

        return taken ? DropReason.None : DropReason.ReceiveBufferFull;
    }
}
