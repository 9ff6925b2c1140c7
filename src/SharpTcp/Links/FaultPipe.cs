using System;
using System.Buffers;
using System.Collections.Generic;
using SharpTcp.Protocols;

namespace SharpTcp.Links;

/// <summary>
/// One direction of a <see cref="FaultyLink"/>: decides what befalls each packet and when it arrives. Times are nanoseconds. Not safe for several threads.
/// </summary>
internal sealed class FaultPipe : IDisposable
{
    /// <summary>No packet is under way.</summary>
    public const long Never = long.MaxValue;

    private const long NanosecondsPerSecond = 1_000_000_000;
    private const int NanosecondsPerTick = 100;
    private const int MostOvertakers = 3;
    private const long LongestHold = 10_000_000;
    private const int SmallPacket = 2048;
    private const int MostIdle = 8192;
    private const long MostBytes = 256L * 1024 * 1024;

    private readonly FaultOptions _options;
    private readonly LinkMedium _medium;
    private readonly PriorityQueue<Packet, (long Due, long Order)> _underWay = new();
    private readonly List<Packet> _held = [];
    private readonly Queue<long> _departures = new();
    private readonly Stack<Packet> _idle = new();
    private SeededRandom _random;
    private SeededRandom _burstRandom;
    private bool _isBad;
    private FaultCounters _counters;
    private long _linkFree;
    private long _lastDue;
    private long _order;
    private long _bytes;

    public FaultPipe(FaultOptions options, LinkMedium medium, ulong stream)
    {
        _options = options;
        _medium = medium;
        // The two directions of a link share a seed and no number.
        _random = new SeededRandom(new SeededRandom(options.Seed ^ (stream << 63)).Next());
        // Bursts have numbers of their own, which do not move the others.
        _burstRandom = new SeededRandom(~_random.State);
    }

    public FaultCounters Counters => _counters;

    /// <summary>When the next packet arrives.</summary>
    public long NextDue => TryPeek(out var packet) ? packet.Due : Never;

    /// <summary>Takes a frame, cut into packets with final checksums.</summary>
    public void Take(Span<byte> frame, in FrameMeta meta, long now)
    {
        if (meta.Segmentation == Segmentation.None)
        {
            PartialChecksum.Complete(frame, meta);
            var packet = Rent(frame.Length);
            frame.CopyTo(packet.Buffer);
            Take(packet, now);
        }
        else if (SuperFrame.TryParse(frame, meta, _medium, out var super))
        {
            for (var i = 0; i < super.Count; i++)
            {
                var packet = Rent(super.PacketLength(i));
                super.WritePacket(frame, i, packet.Buffer);
                Take(packet, now);
            }
        }
        else
        {
            _counters = _counters with { Overflowed = _counters.Overflowed + 1 };
        }
    }

    /// <summary>Shows the next packet if it has arrived; good until <see cref="Remove"/>.</summary>
    public bool TryPeekArrived(long now, out ReadOnlySpan<byte> packet)
    {
        var arrived = TryPeek(out var next) && next.Due <= now;
        packet = arrived ? next!.Buffer.AsSpan(0, next.Length) : default;
        return arrived;
    }

    /// <summary>Removes the packet that <see cref="TryPeekArrived"/> showed.</summary>
    public void Remove()
    {
        var packet = _underWay.Dequeue();
        _held.Remove(packet);
        Return(packet);
    }

    public void Dispose()
    {
        while (TryPeek(out _))
            Remove();
    }

    // Every packet draws the same numbers whatever befalls it, so that one setting does not alter what the others do.
    private void Take(Packet packet, long now)
    {
        var isLost = _random.NextShare() < _options.Loss | IsInBurst();
        var isDuplicated = _random.NextShare() < _options.Duplication;
        var isReordered = _random.NextShare() < _options.Reordering;
        var isCorrupted = _random.NextShare() < _options.Corruption;
        var bit = _random.NextShare();
        var overtakers = 1 + _random.NextBelow(MostOvertakers);
        var (jitter, duplicateJitter) = (NextJitter(), NextJitter());
        _counters = _counters with { Packets = _counters.Packets + 1 };
        if (isLost)
        {
            _counters = _counters with { Lost = _counters.Lost + 1 };
            Return(packet);
            return;
        }
        Packet? duplicate = null;
        if (isDuplicated)
        {
            _counters = _counters with { Duplicated = _counters.Duplicated + 1 };
            duplicate = Rent(packet.Length);
            packet.Buffer.AsSpan(0, packet.Length).CopyTo(duplicate.Buffer);
        }
        if (isCorrupted && TryFlip(packet.Buffer.AsSpan(0, packet.Length), bit))
            _counters = _counters with { Corrupted = _counters.Corrupted + 1 };
        Enqueue(packet, isReordered ? overtakers : 0, jitter, now);
        if (duplicate is not null)
            Enqueue(duplicate, 0, duplicateJitter, now);
    }

    private bool IsInBurst()
    {
        if (_options.Bursts is not { } bursts)
            return false;
        _isBad ^= _burstRandom.NextShare() < (_isBad ? bursts.End : bursts.Begin);
        return _burstRandom.NextShare() < bursts.Loss & _isBad;
    }

    private long NextJitter() => (long)(_random.NextShare() * _options.Jitter.Ticks) * NanosecondsPerTick;

    private void Enqueue(Packet packet, int overtakers, long jitter, long now)
    {
        if (_bytes > MostBytes || !TryTransmit(packet.Length, now, out var departure))
        {
            _counters = _counters with { Overflowed = _counters.Overflowed + 1 };
            Return(packet);
            return;
        }
        var due = departure + _options.Delay.Ticks * NanosecondsPerTick + jitter;
        if (overtakers > 0)
        {
            _counters = _counters with { Reordered = _counters.Reordered + 1 };
            packet.Overtakers = overtakers;
            _held.Add(packet);
            Schedule(packet, Math.Max(due, _lastDue) + LongestHold);
            return;
        }
        _lastDue = Math.Max(due, _lastDue);
        Schedule(packet, _lastDue);
        ReleaseOvertaken();
    }

    // A packet that enough later ones have overtaken arrives right behind the last of them.
    private void ReleaseOvertaken()
    {
        for (var i = 0; i < _held.Count; i++)
        {
            var packet = _held[i];
            if (--packet.Overtakers > 0)
                continue;
            _held.RemoveAt(i--);
            if (_lastDue < packet.Due)
                Schedule(packet, _lastDue);
        }
    }

    private void Schedule(Packet packet, long due)
    {
        packet.Due = due;
        packet.Order = _order++;
        _underWay.Enqueue(packet, (due, packet.Order));
    }

    // When a packet has passed the rate; false if too many wait for it already.
    private bool TryTransmit(int length, long now, out long departure)
    {
        departure = now;
        if (_options.BitsPerSecond == 0)
            return true;
        while (_departures.TryPeek(out var first) && first <= now)
            _departures.Dequeue();
        if (_departures.Count >= _options.QueuePackets)
            return false;
        _linkFree = Math.Max(now, _linkFree) + (long)((Int128)length * 8 * NanosecondsPerSecond / _options.BitsPerSecond);
        _departures.Enqueue(_linkFree);
        departure = _linkFree;
        return true;
    }

    private bool TryFlip(Span<byte> packet, double share)
    {
        var network = FrameLayout.HeaderLength(_medium);
        if (packet.Length <= network)
            return false;
        var version = packet[network] >> 4;
        if (_medium == LinkMedium.Ethernet && !IsIp(packet, version))
            return false;
        var body = packet[Math.Min(packet.Length, network + (version == 6 ? 40 : (packet[network] & 15) * 4))..];
        if (body.IsEmpty)
            return false;
        var bit = (long)(share * body.Length * 8);
        body[(int)(bit / 8)] ^= (byte)(1 << (int)(bit % 8));
        return true;
    }

    private static bool IsIp(ReadOnlySpan<byte> frame, int version) =>
        (frame[12], frame[13], version) is (0x08, 0x00, 4) or (0x86, 0xDD, 6);

    // A packet that was scheduled anew is in the queue twice; only its last place counts.
    private bool TryPeek([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Packet? packet)
    {
        while (_underWay.TryPeek(out packet, out var place))
        {
            if (packet.Order == place.Order)
                return true;
            _underWay.Dequeue();
        }
        return false;
    }

    private Packet Rent(int length)
    {
        _bytes += length;
        if (length > SmallPacket || !_idle.TryPop(out var packet))
            packet = new Packet(ArrayPool<byte>.Shared.Rent(Math.Max(length, SmallPacket)));
        packet.Length = length;
        return packet;
    }

    private void Return(Packet packet)
    {
        _bytes -= packet.Length;
        packet.Order = -1;
        // Packets of usual size are kept: at a million a second the garbage collector would be the slowest part of the link.
        if (packet.Buffer.Length == SmallPacket && _idle.Count < MostIdle)
            _idle.Push(packet);
        else
            ArrayPool<byte>.Shared.Return(packet.Buffer);
    }

    private sealed class Packet(byte[] buffer)
    {
        public byte[] Buffer { get; } = buffer;

        public int Length { get; set; }

        public long Due { get; set; }

        public long Order { get; set; }

        public int Overtakers { get; set; }
    }
}
