using System;
using System.Buffers;
using System.Collections.Generic;
using SharpTcp.Links;
using SharpTcp.Protocols;

namespace SharpTcp.Simulation;

/// <summary>One direction of a link: what befalls its packets, and when they come out.</summary>
public sealed class LinkPath
{
    private const int MaximumIdlePackets = 256;

    private readonly SimulatedNetwork _network;
    private readonly LinkSetup _setup;
    private readonly int _longestPacket;
    private readonly SeededEntropy _random;
    private readonly Stack<PacketUnderWay> _idle = new();
    private readonly LinkQueue _queue;
    private readonly ILinkEnd _to;
    private Instant _lastArrival;
    private bool _isBad;
    private PathCounters _counters;

    internal LinkPath(SimulatedNetwork network, string name, LinkSetup setup, SeededEntropy random, ILinkEnd from, ILinkEnd to)
    {
        _network = network;
        _setup = setup;
        _random = random;
        _to = to;
        _longestPacket = setup.Mtu + FrameLayout.LongestLinkHeader(setup.Medium);
        _queue = new LinkQueue(network.Time, from);
        Name = name;
    }

    /// <summary>The path's name, for people: <c>alice to bob</c>.</summary>
    public string Name { get; }

    /// <summary>What befalls packets from now on; what is under way is not touched.</summary>
    public LinkConditions Conditions
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            field = value;
        }
    }
    = LinkConditions.Perfect;

    /// <summary>Whether packets pass at all. What is sent while it is down is lost; what is under way arrives.</summary>
    public bool IsUp { get; set; } = true;

    /// <summary>
    /// Looks at every packet before chance does, with the packet from its link header on, and decides whether it passes; null lets all pass. For tests that lose one packet of their choice.
    /// </summary>
    public PacketFilter? Filter { get; set; }

    /// <summary>What became of its packets so far.</summary>
    public PathCounters Counters => _counters;

    /// <summary>Packets that are under way.</summary>
    public int UnderWay { get; private set; }

    /// <summary>Takes a frame; answers false if the sender is to wait.</summary>
    internal bool TrySend(ReadOnlySpan<byte> frame, in FrameMeta meta)
    {
        if (IsUp && Conditions.Backpressure && !_queue.HasRoom(Conditions))
        {
            _queue.TellOfRoom();
            return false;
        }

        Send(frame, meta, Conditions.Backpressure);
        return true;
    }

    /// <summary>Takes a frame, or drops it.</summary>
    internal void Send(ReadOnlySpan<byte> frame, in FrameMeta meta) => Send(frame, meta, isAdmitted: false);

    // A frame that was admitted is not dropped for want of room: its packets may overfill the queue.
    private void Send(ReadOnlySpan<byte> frame, in FrameMeta meta, bool isAdmitted)
    {
        if (!_setup.CarriesSuperFrames && SuperFrame.TryParse(frame, meta, _setup.Medium, out var super))
        {
            var packet = ArrayPool<byte>.Shared.Rent(super.LongestPacket);
            for (var i = 0; i < super.Count; i++)
            {
                super.WritePacket(frame, i, packet);
                Carry(packet.AsSpan(0, super.PacketLength(i)), default, isAdmitted);
            }

            ArrayPool<byte>.Shared.Return(packet);
        }
        else if (!_setup.CarriesSuperFrames && PartialChecksum.IsPending(frame.Length, meta))
        {
            var packet = ArrayPool<byte>.Shared.Rent(frame.Length);
            frame.CopyTo(packet);
            Carry(packet.AsSpan(0, frame.Length), PartialChecksum.Complete(packet.AsSpan(0, frame.Length), meta), isAdmitted);
            ArrayPool<byte>.Shared.Return(packet);
        }
        else
        {
            Carry(frame, meta, isAdmitted);
        }
    }

    internal void Arrive(PacketUnderWay packet)
    {
        UnderWay--;
        _counters = _counters with { Delivered = _counters.Delivered + 1 };
        _to.Deliver(packet.Frame, packet.Meta);
        packet.Free();
        if (_idle.Count < MaximumIdlePackets)
        {
            _idle.Push(packet);
        }
    }

    private void Carry(ReadOnlySpan<byte> frame, in FrameMeta meta, bool isAdmitted)
    {
        _counters = _counters with { Sent = _counters.Sent + 1 };
        var isSuper = meta.Segmentation != Segmentation.None;
        if (!IsUp || (!isSuper && frame.Length > _longestPacket))
        {
            _counters = _counters with { Cut = _counters.Cut + 1 };
            return;
        }

        if (Filter?.Invoke(frame) == false || IsLost())
        {
            _counters = _counters with { Lost = _counters.Lost + 1 };
            return;
        }

        if (!_queue.TryPass(Conditions, frame.Length, isAdmitted, out var departure))
        {
            _counters = _counters with { Overflowed = _counters.Overflowed + 1 };
            return;
        }

        Launch(frame, meta, departure);
        if (_random.Chance(Conditions.Duplication))
        {
            _counters = _counters with { Duplicated = _counters.Duplicated + 1 };
            Launch(frame, meta, departure);
        }
    }

    private void Launch(ReadOnlySpan<byte> frame, in FrameMeta meta, Instant departure)
    {
        var isCorrupt = _random.Chance(Conditions.Corruption);
        if (isCorrupt && !(meta.ChecksumVouched || meta.Segmentation != Segmentation.None) && BitError.TryPlace(frame, _setup.Medium, _random.NextShare(), out var bit))
        {
            _counters = _counters with { Corrupted = _counters.Corrupted + 1 };
        }
        else if (isCorrupt)
        {
            _counters = _counters with { Lost = _counters.Lost + 1 };
            return;
        }
        else
        {
            bit = BitError.None;
        }

        if (!_idle.TryPop(out var packet))
        {
            packet = new PacketUnderWay(this);
        }

        packet.Fill(frame, meta, bit);
        UnderWay++;
        _network.Time.Schedule(packet, ArrivalAfter(departure));
    }

    private Instant ArrivalAfter(Instant departure)
    {
        var arrival = departure + Conditions.Delay;
        if (Conditions.Jitter > TimeSpan.Zero)
        {
            arrival += new TimeSpan((long)(_random.NextShare() * Conditions.Jitter.Ticks));
        }

        if (_random.Chance(Conditions.Reordering))
        {
            _counters = _counters with { Delayed = _counters.Delayed + 1 };
            return arrival + new TimeSpan((long)(_random.NextShare() * Conditions.ReorderingDelay.Ticks));
        }

        _lastArrival = Instant.Max(arrival, _lastArrival);
        return _lastArrival;
    }

    private bool IsLost()
    {
        if (Conditions.Bursts is { } bursts)
        {
            _isBad ^= _random.Chance(_isBad ? bursts.End : bursts.Begin);
            if (_isBad && _random.Chance(bursts.Loss))
            {
                return true;
            }
        }

        return _random.Chance(Conditions.Loss);
    }
}

/// <summary>Decides whether a packet passes.</summary>
/// <param name="frame">The packet from its link header on.</param>
/// <returns>False to lose it.</returns>
public delegate bool PacketFilter(ReadOnlySpan<byte> frame);
