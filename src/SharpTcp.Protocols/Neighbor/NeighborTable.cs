using System;
using System.Collections.Generic;
using System.Net.Sockets;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>
/// The neighbours of a host, of both families (RFC 4861 §5.1, RFC 826). Bounded twice, so that a scan of addresses that nobody has cannot push out the neighbours that
/// are in use (RFC 6583): those being resolved are counted by themselves.
/// </summary>
internal sealed class NeighborTable
{
    private static readonly TimeSpan BaseReachableTime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan MinimumResolution = TimeSpan.FromSeconds(1);

    private readonly HostCore _host;
    private readonly Dictionary<NeighborKey, NeighborEntry> _entries;
    private readonly RecencyList<NeighborEntry> _known = new();
    private readonly RecencyList<NeighborEntry> _resolving = new();
    private readonly PendingPackets _pending;

    public NeighborTable(HostCore host)
    {
        _host = host;
        _entries = new Dictionary<NeighborKey, NeighborEntry>(new KeyComparer(new SipHash(host.Entropy)));
        _pending = new PendingPackets(host);
        ReachableTime = host.Entropy.NextBetween(BaseReachableTime / 2, BaseReachableTime * 3 / 2); // RFC 4861 §6.3.2
    }

    public TimerWheel Timers => _host.Timers;

    public TimeSpan ReachableTime { get; }

    /// <summary>Neighbours whose MAC is known.</summary>
    public int KnownCount => _known.Count;

    /// <summary>Neighbours being resolved.</summary>
    public int ResolvingCount => _resolving.Count;

    private int MaxResolving => Math.Max(1, _host.Options.NeighborCapacity / 4);

    /// <summary>Bytes of packets that wait.</summary>
    public int PendingMemory => _pending.Memory;

    public NeighborEntry? Find(NetworkInterface link, IpAddress address) =>
        _entries.TryGetValue(new NeighborKey(link.Index, address), out var entry) ? entry : null;

    /// <summary>The MAC for a packet to a destination, if it is known.</summary>
    public bool TryUse(Destination destination, Instant now, out MacAddress mac)
    {
        var entry = destination.Neighbor;
        if (entry is null || entry.IsRemoved)
        {
            entry = Find(destination.Interface, destination.NextHop);
            destination.Neighbor = entry;
        }

        if (entry is null || !entry.Use(now))
        {
            mac = default;
            return false;
        }

        entry.SolicitFrom = destination.Origin;
        if (entry.State != NeighborState.Permanent)
        {
            _known.Touch(entry);
        }

        mac = entry.Mac;
        return true;
    }

    /// <summary>The MAC is not known: resolution begins if it has not yet, and the packet or its sender waits.</summary>
    public SendStatus Wait(Destination destination, in TransportPacket packet, ReadOnlySpan<byte> header, Instant now)
    {
        var entry = destination.Neighbor;
        var isNew = entry is null;
        entry ??= TryBeginResolution(destination, now);
        if (entry is null)
        {
            return SendStatus.NeighborFailed;
        }

        var status = SendStatus.NeighborPending;
        if (packet.Waiter is { } waiter)
        {
            (entry.Waiters ??= []).Add(waiter);
        }
        else
        {
            status = SendStatus.Sent;
            if (!_pending.TryAdd(entry, destination, packet, header))
            {
                _host.Counters.Add(Counter.NeighborQueueDrops);
            }
        }

        if (isNew)
        {
            entry.Resolve(now);
        }

        return status;
    }

    /// <summary>A neighbour told us its MAC in a question of its own; with <paramref name="create"/> it is remembered even if it was unknown.</summary>
    public bool Learn(NetworkInterface link, IpAddress address, MacAddress mac, bool create, Instant now)
    {
        var entry = Find(link, address);
        if (entry is null)
        {
            if (!create)
            {
                return false;
            }

            entry = new NeighborEntry(this, link, address);
            Insert(entry);
            _resolving.AddNewest(entry);
        }

        entry.Learn(mac);
        Flush(entry, now);
        return true;
    }

    /// <summary>A neighbour answered or announced itself. Whom we did not know stays unknown (RFC 4861 §7.2.5).</summary>
    public bool Advertise(NetworkInterface link, IpAddress address, MacAddress? mac, bool solicited, bool isOverride, bool? isRouter, Instant now)
    {
        if (Find(link, address) is not { } entry)
        {
            return false;
        }

        entry.Advertise(mac, solicited, isOverride, now);
        if (isRouter == false)
        {
            DropRouter(link, address); // RFC 4861 §7.2.5
        }
        else if (solicited && _host.RouteTable.SetAlive(link, address))
        {
            _host.Ip.Invalidate(); // back to the better way
        }

        entry.IsRouter = isRouter ?? entry.IsRouter;
        Flush(entry, now);
        return true;
    }

    /// <summary>Sets the MAC of a neighbour by hand.</summary>
    public void AddPermanent(NetworkInterface link, IpAddress address, MacAddress mac, Instant now)
    {
        var entry = Find(link, address);
        if (entry is null)
        {
            entry = new NeighborEntry(this, link, address);
            Insert(entry);
        }
        else if (entry.State != NeighborState.Permanent)
        {
            ListOf(entry).Remove(entry);
        }

        entry.SetPermanent(mac);
        Flush(entry, now);
    }

    /// <summary>Forgets every neighbour of an interface that was not set by hand (RFC 1122 §2.3.2.1).</summary>
    public void Forget(NetworkInterface link, Instant now)
    {
        ForgetIn(_known, link, now);
        ForgetIn(_resolving, link, now);
    }

    /// <summary>A transport doubts that its next hop is there.</summary>
    public static void Suspect(NeighborEntry? entry, Instant now)
    {
        if (entry is { IsRemoved: false })
        {
            entry.Suspect(now);
        }
    }

    /// <summary>Sends a question: by multicast or broadcast, or to the MAC that is believed.</summary>
    public void Solicit(NeighborEntry entry, MacAddress? to)
    {
        var source = AddressTable.SolicitSource(entry.Interface, entry.Address, entry.SolicitFrom);
        if (entry.Address.IsIPv4)
        {
            _host.LinkControl.SendArpRequest(entry.Interface, source is null ? IPv4Address.Unspecified : source.Address.ToIPv4(), entry.Address.ToIPv4(), to);
        }
        else if (source is not null)
        {
            _host.LinkControl.SendNeighborSolicitation(entry.Interface, source.Address.ToIPv6(), entry.Address.ToIPv6(), to);
        }
    }

    /// <summary>The MAC of a neighbour became known.</summary>
    public void MoveToKnown(NeighborEntry entry)
    {
        _resolving.Remove(entry);
        MakeRoom();
        _known.AddNewest(entry);
    }

    /// <summary>A neighbour did not answer: what waits for it is told, and it is forgotten.</summary>
    public void Fail(NeighborEntry entry, Instant now)
    {
        _host.Counters.Add(Counter.NeighborFailures);
        var isGateway = _host.RouteTable.SetDead(entry.Interface, entry.Address, now);
        if (_host.Redirects.Drop(entry.Interface, entry.Address, onlyAsRouter: false) || isGateway)
        {
            _host.Ip.Invalidate(); // RFC 4861 §7.3.3: next-hop determination again
        }

        Remove(entry, now);
    }

    /// <summary>Asks for a neighbour, although nothing waits for it (RFC 4191 §3.2).</summary>
    public void Ask(NetworkInterface link, IpAddress address, InterfaceAddress? from, Instant now)
    {
        if (Find(link, address) is { } known)
        {
            known.Suspect(now);
        }
        else if (_resolving.Count < MaxResolving)
        {
            var entry = new NeighborEntry(this, link, address) { SolicitFrom = from };
            Insert(entry);
            _resolving.AddNewest(entry);
            entry.Resolve(now);
        }
    }

    private NeighborEntry? TryBeginResolution(Destination destination, Instant now)
    {
        // One that has had its second gives way; younger ones keep their place, which also bounds the rate of questions.
        if (_resolving.Count >= MaxResolving)
        {
            var oldest = _resolving.Oldest!;
            if (now - oldest.Since < MinimumResolution)
            {
                return null;
            }

            Fail(oldest, now);
        }

        var entry = new NeighborEntry(this, destination.Interface, destination.NextHop) { SolicitFrom = destination.Origin };
        Insert(entry);
        _resolving.AddNewest(entry);
        destination.Neighbor = entry;
        return entry;
    }

    private void Insert(NeighborEntry entry) => _entries.Add(new NeighborKey(entry.Interface.Index, entry.Address), entry);

    /// <summary>Before one more is known: the least recently used gives way, one that is stale before one that is being used.</summary>
    private void MakeRoom()
    {
        if (_known.Count < _host.Options.NeighborCapacity)
        {
            return;
        }

        const int looks = 16;
        var victim = _known.Oldest!;
        var candidate = victim;
        for (var i = 0; i < looks && candidate is not null; i++, candidate = candidate.Newer)
        {
            if (candidate.State == NeighborState.Stale)
            {
                victim = candidate;
                break;
            }
        }

        Timers.Cancel(victim);
        _known.Remove(victim);
        Delete(victim);
    }

    private void Remove(NeighborEntry entry, Instant now)
    {
        Timers.Cancel(entry);
        ListOf(entry).Remove(entry);
        Delete(entry);
        var isOtherWay = _host.RouteTable.HasAlternative(entry.Interface, entry.Address);
        while (PendingPackets.TakeFirst(entry) is { } pending)
        {
            if (TryOtherWay(pending.Destination!, now, out var other))
            {
                pending.Destination = other;
                _host.Ip.SendPending(pending, now);
                _pending.Release(pending);
            }
            else
            {
                _host.OnNeighborFailed(pending.Destination!, pending.Protocol, pending.Header, now);
                _pending.Drop(pending);
            }
        }

        TellWaiters(entry, resolved: isOtherWay, now);
    }

    /// <summary>A packet whose gateway is dead goes by another, if there is one (RFC 1122 §3.3.1.5).</summary>
    private bool TryOtherWay(Destination destination, Instant now, out Destination? other)
    {
        other = null;
        return destination.IsStale
            && _host.Ip.Resolve(destination.Key.Source, destination.Address, destination.Key.Interface, now, out other) == SocketError.Success
            && other!.NextHop != destination.NextHop && !_host.RouteTable.IsDead(other.Interface, other.NextHop);
    }

    /// <summary>A neighbour is no router any more: no way leads by it.</summary>
    private void DropRouter(NetworkInterface link, IpAddress address)
    {
        link.RouterDiscovery?.Routers.Drop(address.ToIPv6());
        if (_host.Redirects.Drop(link, address, onlyAsRouter: true))
        {
            _host.Ip.Invalidate();
        }
    }

    private RecencyList<NeighborEntry> ListOf(NeighborEntry entry) => entry.State == NeighborState.Incomplete ? _resolving : _known;

    private void Delete(NeighborEntry entry)
    {
        entry.IsRemoved = true;
        _entries.Remove(new NeighborKey(entry.Interface.Index, entry.Address));
    }

    private void ForgetIn(RecencyList<NeighborEntry> list, NetworkInterface link, Instant now)
    {
        var entry = list.Oldest;
        while (entry is not null)
        {
            var next = entry.Newer;
            if (entry.Interface == link)
            {
                Remove(entry, now);
            }

            entry = next;
        }
    }

    /// <summary>What waited goes, once the MAC is known.</summary>
    private void Flush(NeighborEntry entry, Instant now)
    {
        if (entry.State == NeighborState.Incomplete)
        {
            return;
        }

        while (PendingPackets.TakeFirst(entry) is { } pending)
        {
            _host.Ip.SendPending(pending, now);
            _pending.Release(pending);
        }

        TellWaiters(entry, resolved: true, now);
    }

    private static void TellWaiters(NeighborEntry entry, bool resolved, Instant now)
    {
        if (entry.Waiters is not { } waiters)
        {
            return;
        }

        entry.Waiters = null;
        foreach (var waiter in waiters)
        {
            if (resolved)
            {
                waiter.OnNeighborResolved(now);
            }
            else
            {
                waiter.OnNeighborFailed(now);
            }
        }
    }

    private readonly record struct NeighborKey(int Interface, IpAddress Address);

    private sealed class KeyComparer(SipHash hash) : IEqualityComparer<NeighborKey>
    {
        public bool Equals(NeighborKey x, NeighborKey y) => x == y;

        public int GetHashCode(NeighborKey key)
        {
            var address = key.Address.ToIPv6();
            return (int)hash.Compute(address.Upper, address.Lower, (ulong)key.Interface, 0, 0);
        }
    }
}
