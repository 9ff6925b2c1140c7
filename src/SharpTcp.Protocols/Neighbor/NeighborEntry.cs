using System;
using System.Collections.Generic;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>A neighbour: the state machine of RFC 4861 §7.3, which ARP shares.</summary>
internal sealed class NeighborEntry(NeighborTable table, NetworkInterface link, IpAddress address) : TimerEntry, IRecencyNode<NeighborEntry>
{
    private const int MaxSolicits = 3; // RFC 4861 §10: MAX_MULTICAST_SOLICIT, MAX_UNICAST_SOLICIT
    private static readonly TimeSpan RetransTimer = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DelayFirstProbeTime = TimeSpan.FromSeconds(5);

    private int _solicits;
    private Instant _reachableUntil;

    /// <summary>The interface that it is behind.</summary>
    public NetworkInterface Interface { get; } = link;

    /// <summary>Its IP address.</summary>
    public IpAddress Address { get; } = address;

    /// <summary>Its MAC address, unless the state is <see cref="NeighborState.Incomplete"/>.</summary>
    public MacAddress Mac { get; private set; }

    public NeighborState State { get; private set; }

    public bool IsRouter { get; set; }

    /// <summary>Whether the table has let go of it: who keeps a reference looks it up anew.</summary>
    public bool IsRemoved { get; set; }

    /// <summary>The address of ours that solicitations come from (RFC 4861 §7.2.2: that of the packet that caused them).</summary>
    public InterfaceAddress? SolicitFrom { get; set; }

    /// <summary>When resolution began, in state <see cref="NeighborState.Incomplete"/>.</summary>
    public Instant Since { get; private set; }

    /// <summary>Packets that wait for the MAC.</summary>
    public PendingPacket? Pending { get; set; }

    public int PendingCount { get; set; }

    /// <summary>Transports that wait for the MAC.</summary>
    public List<INeighborWaiter>? Waiters { get; set; }

    public NeighborEntry? Newer { get; set; }

    public NeighborEntry? Older { get; set; }

    /// <summary>A packet is about to be sent: whether the MAC may be used (RFC 4861 §7.3.3).</summary>
    public bool Use(Instant now)
    {
        switch (State)
        {
            case NeighborState.Incomplete:
                return false;
            case NeighborState.Reachable when now < _reachableUntil:
                return true;
            case NeighborState.Reachable or NeighborState.Stale:
                State = NeighborState.Delay;
                table.Timers.Schedule(this, now + DelayFirstProbeTime);
                return true;
            default:
                return true;
        }
    }

    /// <summary>Begins resolution: the first solicitation leaves.</summary>
    public void Resolve(Instant now)
    {
        State = NeighborState.Incomplete;
        Since = now;
        _solicits = 0;
        Solicit(now);
    }

    /// <summary>Sets the MAC for good.</summary>
    public void SetPermanent(MacAddress mac)
    {
        table.Timers.Cancel(this);
        Mac = mac;
        State = NeighborState.Permanent;
    }

    /// <summary>A transport saw progress (RFC 4861 §7.3.1): no need to ask.</summary>
    public void ConfirmReachable(Instant now)
    {
        if (State is NeighborState.Reachable or NeighborState.Stale or NeighborState.Delay or NeighborState.Probe)
        {
            SetReachable(now);
        }
    }

    /// <summary>It may be gone: it is asked at once.</summary>
    public void Suspect(Instant now)
    {
        if (State is NeighborState.Reachable or NeighborState.Stale or NeighborState.Delay)
        {
            State = NeighborState.Probe;
            _solicits = 0;
            Solicit(now);
        }
    }

    /// <summary>It said its MAC without being asked (source link-layer address, ARP request): RFC 4861 §7.2.3.</summary>
    public void Learn(MacAddress mac)
    {
        if (State == NeighborState.Permanent || (State != NeighborState.Incomplete && Mac == mac))
        {
            return;
        }

        SetStale(mac);
    }

    /// <summary>It answered, or announced itself: the table of RFC 4861 §7.2.5.</summary>
    /// <param name="mac">The MAC it gave, if any.</param>
    /// <param name="solicited">Whether it answers a question of ours.</param>
    /// <param name="isOverride">Whether it may replace a MAC that we know.</param>
    /// <param name="now">The time.</param>
    public void Advertise(MacAddress? mac, bool solicited, bool isOverride, Instant now)
    {
        if (State == NeighborState.Permanent)
        {
            return;
        }

        if (State == NeighborState.Incomplete)
        {
            if (mac is { } first)
            {
                SetStale(first);
                if (solicited)
                {
                    SetReachable(now);
                }
            }

            return;
        }

        var differs = mac is { } other && other != Mac;
        if (differs && !isOverride)
        {
            if (State == NeighborState.Reachable)
            {
                SetStale(Mac);
            }

            return;
        }

        if (solicited)
        {
            Mac = mac ?? Mac;
            SetReachable(now);
        }
        else if (differs)
        {
            SetStale(mac!.Value);
        }
    }

    protected internal override void OnTimer(Instant now)
    {
        if (State == NeighborState.Delay)
        {
            State = NeighborState.Probe;
            _solicits = 0;
        }

        if (_solicits < MaxSolicits)
        {
            Solicit(now);
        }
        else
        {
            table.Fail(this, now); // RFC 4861 §7.2.2, §7.3.3
        }
    }

    private void Solicit(Instant now)
    {
        // One a second and neighbour: RFC 1122 §2.3.2.1, RFC 4861 §10 RETRANS_TIMER.
        _solicits++;
        table.Timers.Schedule(this, now + (Address.IsIPv4 ? RetransTimer : Interface.IPv6RetransTimer));
        table.Solicit(this, State == NeighborState.Probe ? Mac : null);
    }

    private void SetReachable(Instant now)
    {
        if (State != NeighborState.Reachable)
        {
            State = NeighborState.Reachable;
            table.Timers.Cancel(this);
        }

        _reachableUntil = now + (Address.IsIPv4 ? table.ReachableTime : Interface.IPv6ReachableTime ?? table.ReachableTime);
    }

    private void SetStale(MacAddress mac)
    {
        var wasIncomplete = State == NeighborState.Incomplete;
        Mac = mac;
        State = NeighborState.Stale;
        table.Timers.Cancel(this);
        if (wasIncomplete)
        {
            table.MoveToKnown(this);
        }
    }
}
