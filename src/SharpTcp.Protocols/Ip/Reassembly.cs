using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>
/// Puts fragments of both families together again (RFC 791 §3.2, RFC 815, RFC 8200 §4.5), within bounds in memory, in all and for one source, in number and in time
/// (RFC 4963, CVE-2018-5391). Memory is counted by the size of the buffers and not of what lies in them.
/// </summary>
internal sealed class Reassembly
{
    /// <summary>The most datagrams that wait for fragments, those remembered as discarded included.</summary>
    public const int Capacity = 1024;

    private static readonly TimeSpan IPv4Timeout = TimeSpan.FromSeconds(30); // RFC 791 §3.2, RFC 1122 §3.3.2
    private static readonly TimeSpan IPv6Timeout = TimeSpan.FromSeconds(60); // RFC 8200 §4.5

    private readonly HostCore _host;
    private readonly Dictionary<ReassemblyKey, ReassemblyEntry> _entries;
    private readonly Dictionary<IpAddress, SourceQuota> _sources;
    private readonly Stack<ReassemblyEntry> _free = new();
    private readonly Stack<SourceQuota> _freeQuotas = new();
    private readonly byte[] _whole = new byte[ReassemblyEntry.HeaderCapacity + BufferPool.LargeChunk];
    private readonly RecencyList<ReassemblyEntry> _byAge = new();

    public Reassembly(HostCore host)
    {
        _host = host;
        var hash = new SipHash(host.Entropy);
        _entries = new Dictionary<ReassemblyKey, ReassemblyEntry>(new KeyComparer(hash));
        _sources = new Dictionary<IpAddress, SourceQuota>(new SourceComparer(hash));
    }

    /// <summary>Bytes of buffers taken now.</summary>
    public int Memory { get; private set; }

    /// <summary>Datagrams that wait, or are remembered as discarded.</summary>
    public int Count => _entries.Count;

    /// <summary>Takes a fragment of an IPv4 datagram.</summary>
    public DropReason AddIPv4(in InboundPacket inbound, in IPv4View ip, bool isGroup, Instant now)
    {
        _host.Counters.Add(Counter.FragmentsIn);
        var data = ip.Payload;
        var tooLong = ip.FragmentOffset + data.Length + IPv4View.MinHeaderLength > ushort.MaxValue; // "ping of death"
        var ragged = ip.MoreFragments && (data.Length & 7) != 0;
        if (data.IsEmpty || tooLong || ragged || HidesTransportHeader(ip))
        {
            return DropReason.BadFragment;
        }

        var key = new ReassemblyKey(ip.Source, ip.Destination, ip.Identification, ip.Protocol, inbound.Interface.Index);
        var entry = GetOrBegin(key, inbound, now);

        entry.IsGroup = isGroup;
        if (ip.FragmentOffset == 0 && !entry.IsDiscarded && entry.HeaderLength == 0)
        {
            entry.SetHeader(ip.Header);
        }

        var outcome = Add(entry, ip.FragmentOffset, data, ip.MoreFragments, ip.Ecn, out var reason);
        return outcome == FragmentOutcome.Complete ? CompleteIPv4(entry, now) : reason;
    }

    /// <summary>Takes a fragment of an IPv6 packet, whose length and end the walk over its headers has already checked.</summary>
    public DropReason AddIPv6(in InboundPacket inbound, in IPv6View ip, in IPv6ExtensionChain chain, Instant now)
    {
        _host.Counters.Add(Counter.FragmentsIn);
        var fragment = chain.Fragment;
        var headerLength = chain.FragmentHeaderOffset + FragmentView.HeaderLength;
        if (chain.FragmentData.IsEmpty || headerLength > ReassemblyEntry.HeaderCapacity)
        {
            return DropReason.BadFragment;
        }

        // RFC 8200 §4.5: source, destination and identification name the packet; the next header counts in the first fragment only.
        var key = new ReassemblyKey(ip.Source, ip.Destination, fragment.Identification, IpProtocol.Ipv6Fragment, inbound.Interface.Index);
        var entry = GetOrBegin(key, inbound, now);

        if (fragment.Offset == 0 && !entry.IsDiscarded && entry.HeaderLength == 0)
        {
            entry.SetHeader(ip.Packet[..headerLength]);
            entry.FragmentHeaderOffset = chain.FragmentHeaderOffset;
            entry.FragmentFieldOffset = chain.FragmentProtocolFieldOffset;
        }

        var outcome = Add(entry, fragment.Offset, chain.FragmentData, fragment.More, (byte)(ip.TrafficClass & 3), out var reason);
        return outcome == FragmentOutcome.Complete ? CompleteIPv6(entry, now) : reason;
    }

    /// <summary>Time is up (RFC 1122 §3.3.2, RFC 8200 §4.5): whoever sent the first fragment is told.</summary>
    public void OnTimeout(ReassemblyEntry entry, Instant now)
    {
        if (!entry.IsDiscarded)
        {
            _host.Counters.Add(Counter.ReassemblyTimeouts);
            if (entry.HeaderLength > 0 && !entry.FirstData.IsEmpty)
            {
                ReportTimeout(entry, now);
            }
        }

        Remove(entry);
    }

    /// <summary>A buffer for a datagram, or null; others give way before it is refused.</summary>
    public byte[]? TryRent(ReassemblyEntry entry, bool large)
    {
        var size = large ? BufferPool.LargeChunk : BufferPool.SmallChunk;
        var limit = _host.Options.ReassemblyMemory;
        while (entry.Quota!.Memory + size > limit / 4 && EvictOldest(entry, entry.Key.Source))
        {
        }

        while (Memory + size > limit && EvictOldest(entry, null))
        {
        }

        if (Memory + size > limit || entry.Quota.Memory + size > limit / 4 || _host.Buffers.TryRent(large, MemoryUse.Waiting) is not { } buffer)
        {
            return null;
        }

        Memory += size;
        entry.Quota.Memory += size;
        return buffer;
    }

    public void Return(ReassemblyEntry entry, byte[] buffer)
    {
        Memory -= buffer.Length;
        entry.Quota!.Memory -= buffer.Length;
        _host.Buffers.Return(buffer);
    }

    /// <summary>A first fragment too short for the ports, sequence number and flags that filters and we look at (RFC 1858 §3, RFC 7112).</summary>
    private static bool HidesTransportHeader(in IPv4View ip)
    {
        var needed = ip.Protocol switch
        {
            IpProtocol.Tcp => TcpView.MinHeaderLength,
            IpProtocol.Udp or IpProtocol.Icmp => 8,
            _ => 0,
        };
        return ip.FragmentOffset == 0 ? ip.Payload.Length < needed : ip.Protocol == IpProtocol.Tcp && ip.FragmentOffset < needed;
    }

    private FragmentOutcome Add(ReassemblyEntry entry, int offset, ReadOnlySpan<byte> data, bool more, byte ecn, out DropReason reason)
    {
        reason = DropReason.OverlappingFragment;
        if (entry.IsDiscarded)
        {
            return FragmentOutcome.Overlap;
        }

        var outcome = entry.Add(offset, data, more);
        switch (outcome)
        {
            case FragmentOutcome.Kept or FragmentOutcome.Complete:
                entry.EcnSeen |= 1 << ecn;
                reason = DropReason.None;
                break;
            case FragmentOutcome.Duplicate:
                reason = DropReason.DuplicateFragment;
                break;
            case FragmentOutcome.Overlap:
                entry.Discard(); // RFC 5722 §4, RFC 8200 §4.5
                break;
            default:
                reason = DropReason.ReassemblyFull;
                if (entry.Buffer is null)
                {
                    Remove(entry);
                }

                break;
        }

        return outcome;
    }

    private DropReason CompleteIPv4(ReassemblyEntry entry, Instant now)
    {
        var header = entry.HeaderLength;
        var length = header + entry.Total;
        if (length > ushort.MaxValue || !TryMergeEcn(entry, out var ecn))
        {
            Remove(entry);
            return DropReason.BadFragment;
        }

        var whole = _whole.AsSpan(0, length);
        entry.Header.CopyTo(whole);
        entry.Buffer.AsSpan(0, entry.Total).CopyTo(whole[header..]);
        BinaryPrimitives.WriteUInt16BigEndian(whole[2..], (ushort)length);
        BinaryPrimitives.WriteUInt16BigEndian(whole[6..], 0);
        whole[1] = (byte)((whole[1] & ~3) | ecn);
        IPv4Writer.WriteChecksum(whole[..header]);
        var inbound = WholePacket(entry, whole);
        var isGroup = entry.IsGroup;
        Remove(entry);
        _host.Counters.Add(Counter.Reassembled);
        return IPv4View.TryParse(whole, out var ip) ? _host.IPv4Input.Deliver(inbound, ip, isGroup, now) : DropReason.BadFragment;
    }

    private DropReason CompleteIPv6(ReassemblyEntry entry, Instant now)
    {
        var header = entry.FragmentHeaderOffset;
        var length = header + entry.Total;
        if (length - IPv6View.HeaderLength > ushort.MaxValue || !TryMergeEcn(entry, out var ecn))
        {
            Remove(entry);
            return DropReason.BadFragment;
        }

        var whole = _whole.AsSpan(0, length);
        entry.Header[..header].CopyTo(whole);
        whole[entry.FragmentFieldOffset] = entry.Header[header]; // the fragment header's own next header
        entry.Buffer.AsSpan(0, entry.Total).CopyTo(whole[header..]);
        BinaryPrimitives.WriteUInt16BigEndian(whole[IPv6View.PayloadLengthOffset..], (ushort)(length - IPv6View.HeaderLength));
        whole[1] = (byte)((whole[1] & ~0x30) | (ecn << 4));
        var inbound = WholePacket(entry, whole);
        Remove(entry);
        _host.Counters.Add(Counter.Reassembled);
        return IPv6View.TryParse(whole, out var ip) ? _host.IPv6Input.Process(inbound, ip, now) : DropReason.BadFragment;
    }

    private static InboundPacket WholePacket(ReassemblyEntry entry, ReadOnlySpan<byte> whole) =>
        new() { Packet = whole, Interface = entry.Interface!, LinkBroadcast = entry.LinkBroadcast, Reassembled = true };

    /// <summary>RFC 3168 §5.3: one congested fragment makes the datagram congested; it cannot be if another came without ECN.</summary>
    private static bool TryMergeEcn(ReassemblyEntry entry, out int ecn)
    {
        const int congested = 1 << 3;
        const int notCapable = 1;
        ecn = (entry.EcnSeen & congested) != 0 ? 3
            : entry.EcnSeen == 1 << 1 ? 1
            : entry.EcnSeen == 1 << 2 ? 2
            : 0;
        return (entry.EcnSeen & (congested | notCapable)) != (congested | notCapable);
    }

    private void ReportTimeout(ReassemblyEntry entry, Instant now)
    {
        var length = Math.Min(entry.HeaderLength + entry.FirstData.Length, Icmpv6Writer.MaxErrorPacketLength);
        var quote = _whole.AsSpan(0, length);
        entry.Header.CopyTo(quote);
        entry.FirstData[..(length - entry.HeaderLength)].CopyTo(quote[entry.HeaderLength..]);
        var inbound = new InboundPacket { Packet = quote, Interface = entry.Interface!, LinkBroadcast = entry.LinkBroadcast };
        if (entry.Key.Source.IsIPv4)
        {
            _host.IcmpErrors.SendIPv4(inbound, Icmpv4Type.TimeExceeded, (byte)IcmpTimeExceededCode.Reassembly, 0, now);
        }
        else
        {
            _host.IcmpErrors.SendIPv6(inbound, Icmpv6Type.TimeExceeded, (byte)IcmpTimeExceededCode.Reassembly, 0, now);
        }
    }

    private ReassemblyEntry GetOrBegin(in ReassemblyKey key, in InboundPacket inbound, Instant now)
    {
        if (_entries.TryGetValue(key, out var entry))
        {
            return entry;
        }

        if (!_sources.TryGetValue(key.Source, out var quota))
        {
            quota = _freeQuotas.TryPop(out var free) ? free : new SourceQuota();
            _sources.Add(key.Source, quota);
        }

        if (quota.Entries >= Capacity / 4)
        {
            EvictOldest(null, key.Source);
        }
        else if (_entries.Count == Capacity)
        {
            EvictOldest(null, null);
        }

        // An eviction may have taken the last datagram of this very source, and its quota with it.
        if (!_sources.ContainsKey(key.Source))
        {
            _sources.Add(key.Source, quota = _freeQuotas.Pop());
        }

        entry = _free.TryPop(out var pooled) ? pooled : new ReassemblyEntry(this);
        entry.Begin(key, inbound.Interface);
        entry.LinkBroadcast = inbound.LinkBroadcast;
        entry.Quota = quota;
        quota.Entries++;
        _entries.Add(key, entry);
        _byAge.AddNewest(entry);
        _host.Timers.Schedule(entry, now + (key.Source.IsIPv4 ? IPv4Timeout : IPv6Timeout));
        return entry;
    }

    /// <summary>Lets the oldest datagram go, of one source or of all; false if there is none but <paramref name="spare"/>.</summary>
    private bool EvictOldest(ReassemblyEntry? spare, IpAddress? source)
    {
        for (var entry = _byAge.Oldest; entry is not null; entry = entry.Newer)
        {
            if (entry != spare && (source is null || entry.Key.Source == source.Value) && (spare is null || entry.Buffer is not null))
            {
                _host.Counters.Add(Counter.ReassemblyEvictions);
                Remove(entry);
                return true;
            }
        }

        return false;
    }

    private void Remove(ReassemblyEntry entry)
    {
        _host.Timers.Cancel(entry);
        entry.ReleaseBuffer();
        _entries.Remove(entry.Key);
        _byAge.Remove(entry);
        var quota = entry.Quota!;
        entry.Quota = null;
        if (--quota.Entries == 0)
        {
            _sources.Remove(entry.Key.Source);
            _freeQuotas.Push(quota);
        }

        _free.Push(entry);
    }

    private sealed class KeyComparer(SipHash hash) : IEqualityComparer<ReassemblyKey>
    {
        public bool Equals(ReassemblyKey x, ReassemblyKey y) => x == y;

        public int GetHashCode(ReassemblyKey key)
        {
            var source = key.Source.ToIPv6();
            var destination = key.Destination.ToIPv6();
            var rest = (ulong)key.Identification << 32 | (ulong)key.Protocol << 24 | (uint)key.Interface;
            return (int)hash.Compute(source.Upper, source.Lower, destination.Upper, destination.Lower, rest);
        }
    }

    private sealed class SourceComparer(SipHash hash) : IEqualityComparer<IpAddress>
    {
        public bool Equals(IpAddress x, IpAddress y) => x == y;

        public int GetHashCode(IpAddress address) => (int)hash.Compute(address.ToIPv6().Upper, address.ToIPv6().Lower, 0, 0, 0);
    }
}
