using System;
using System.Collections.Generic;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>The groups of an interface (RFC 1112, RFC 3810): what it lets in, and what it tells routers and switches about it.</summary>
internal sealed class GroupTable
{
    /// <summary>The most groups of an interface.</summary>
    public const int Capacity = 1024;

    private const int Robustness = 2; // RFC 3810 §9.1
    private static readonly TimeSpan UnsolicitedReportInterval = TimeSpan.FromSeconds(1); // RFC 3810 §9.11

    private readonly HostCore _host;
    private readonly NetworkInterface _link;
    private readonly Dictionary<IpAddress, GroupMembership> _groups = [];
    private readonly List<GroupMembership> _order = [];
    private readonly Dictionary<MacAddress, int> _macs = [];
    private readonly GeneralAnswer _generalAnswer;

    public GroupTable(HostCore host, NetworkInterface link)
    {
        _host = host;
        _link = link;
        _generalAnswer = new GeneralAnswer(this);
    }

    /// <summary>Whether a frame to a group's MAC may be for a group of ours.</summary>
    public bool AcceptsMac(MacAddress mac) => _macs.ContainsKey(mac);

    /// <summary>Whether the interface listens to a group.</summary>
    public bool Contains(IpAddress group) => _groups.TryGetValue(group, out var membership) && membership.Users > 0;

    /// <summary>One more user listens to a group; false if there is no room.</summary>
    public bool Join(IpAddress group, Instant now)
    {
        if (!_groups.TryGetValue(group, out var membership))
        {
            if (_groups.Count == Capacity)
            {
                return false;
            }

            membership = new GroupMembership(this, group);
            _groups.Add(group, membership);
            _order.Add(membership);
        }

        if (membership.Users++ == 0)
        {
            AddMac(MacAddress.ForMulticast(group), 1);
            BeginChange(membership, now);
        }

        return true;
    }

    /// <summary>One user less listens to a group.</summary>
    public void Leave(IpAddress group, Instant now)
    {
        if (!_groups.TryGetValue(group, out var membership) || membership.Users == 0 || --membership.Users > 0)
        {
            return;
        }

        AddMac(MacAddress.ForMulticast(group), -1);
        membership.AnswerDue = Instant.Never;
        BeginChange(membership, now);
    }

    /// <summary>There is a link-local address now: what was reported from the unspecified address is reported again, for routers ignore that one (RFC 3810 §5.2.13).</summary>
    public void OnLinkLocalUsable(Instant now)
    {
        foreach (var membership in _order)
        {
            if (membership.Users > 0 && membership.IsReported)
            {
                membership.ChangesLeft = Math.Max(membership.ChangesLeft, 1);
                membership.ChangeDue = now;
                Reschedule(membership);
            }
        }
    }

    /// <summary>Takes a query: answers come after a random delay (RFC 3810 §6.2).</summary>
    public DropReason OnQuery(in Icmpv6View message, in IPv6Envelope envelope, Instant now)
    {
        if (!MldQueryView.TryParse(message, envelope, out var query))
        {
            return DropReason.BadMld;
        }

        var due = now + _host.Entropy.NextBetween(TimeSpan.Zero, TimeSpan.FromMilliseconds(query.MaxResponseDelay));
        if (query.IsGeneral)
        {
            if (due < _generalAnswer.ScheduledFor)
            {
                _host.Timers.Schedule(_generalAnswer, due);
            }

            return DropReason.None;
        }

        if (_groups.TryGetValue(query.Group, out var membership) && membership.Users > 0 && membership.IsReported)
        {
            membership.AnswerDue = Instant.Min(membership.AnswerDue, due);
            Reschedule(membership);
        }

        return DropReason.None;
    }

    /// <summary>A group's state change report or answer is due.</summary>
    public void OnTimer(GroupMembership membership, Instant now)
    {
        var report = Begin();
        if (now >= membership.ChangeDue)
        {
            report.TryAdd(ChangeOf(membership), membership.Group.ToIPv6());
            membership.ChangeDue = --membership.ChangesLeft > 0
                ? now + _host.Entropy.NextBetween(TimeSpan.Zero, UnsolicitedReportInterval)
                : Instant.Never;
        }

        if (now >= membership.AnswerDue)
        {
            membership.AnswerDue = Instant.Never;
            report.TryAdd(MulticastRecordType.ModeIsExclude, membership.Group.ToIPv6());
        }

        Finish(ref report);
        Reschedule(membership);
        if (membership.Users == 0 && membership.ChangesLeft == 0)
        {
            _groups.Remove(membership.Group);
            _order.Remove(membership);
        }
    }

    private static MulticastRecordType ChangeOf(GroupMembership membership) =>
        membership.Users > 0 ? MulticastRecordType.ChangeToExclude : MulticastRecordType.ChangeToInclude;

    private void BeginChange(GroupMembership membership, Instant now)
    {
        if (!membership.IsReported || _link.IsLoopback || !_link.SpeaksIPv6)
        {
            if (membership.Users == 0)
            {
                _groups.Remove(membership.Group);
                _order.Remove(membership);
            }

            return;
        }

        membership.ChangesLeft = Robustness;
        membership.ChangeDue = now;
        Reschedule(membership);
    }

    private void Reschedule(GroupMembership membership) =>
        _host.Timers.Schedule(membership, Instant.Min(membership.ChangeDue, membership.AnswerDue));

    private void AnswerGeneral()
    {
        var report = Begin();
        foreach (var membership in _order)
        {
            if (membership.Users == 0 || !membership.IsReported)
            {
                continue;
            }

            if (!report.TryAdd(MulticastRecordType.ModeIsExclude, membership.Group.ToIPv6()))
            {
                Finish(ref report);
                report = Begin();
                report.TryAdd(MulticastRecordType.ModeIsExclude, membership.Group.ToIPv6());
            }
        }

        Finish(ref report);
    }

    private MldReportWriter Begin() => new(_host.LinkControl.Message);

    private void Finish(ref MldReportWriter report)
    {
        if (report.Count == 0)
        {
            return;
        }

        var source = LinkLocalSource();
        var length = report.Finish(source, IPv6Address.MldV2Routers);
        _host.LinkControl.SendMld(_link, source, IPv6Address.MldV2Routers, length);
    }

    /// <summary>A usable link-local address, or the unspecified one (RFC 3810 §5.2.13).</summary>
    private IPv6Address LinkLocalSource()
    {
        foreach (var address in _link.AddressList)
        {
            if (address.IsUsable && address.Address.IsIPv6 && address.Address.IsLinkLocal)
            {
                return address.Address.ToIPv6();
            }
        }

        return IPv6Address.Unspecified;
    }

    private void AddMac(MacAddress mac, int change)
    {
        var users = (_macs.TryGetValue(mac, out var before) ? before : 0) + change;
        if (users == 0)
        {
            _macs.Remove(mac);
        }
        else
        {
            _macs[mac] = users;
        }
    }

    private sealed class GeneralAnswer(GroupTable table) : TimerEntry
    {
        protected internal override void OnTimer(Instant now) => table.AnswerGeneral();
    }
}
