using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <content>What is told of groups, and when: changes at once and again, answers after a random delay, both in the version that the querier speaks.</content>
internal sealed partial class GroupTable
{
    private const int AnswerRate = 100;
    private const int AnswerBurst = 100;

    private static readonly TimeSpan UnsolicitedReportInterval = TimeSpan.FromSeconds(1); // RFC 3376 §8.11, RFC 3810 §9.11
    private static readonly TimeSpan OlderReportInterval = TimeSpan.FromSeconds(10); // RFC 2236 §8.10, RFC 2710 §7.10
    private static readonly TimeSpan AnswerPause = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// The source of a message: MLD wants a link-local one or, as long as there is none, the unspecified one (RFC 3810 §5.2.13), IGMP the interface's address or 0.0.0.0
    /// (RFC 3376 §4.2.13).
    /// </summary>
    public static IpAddress ReportSource(NetworkInterface link, bool isIPv6)
    {
        foreach (var address in link.AddressList)
        {
            if (address.IsUsable && !address.IsBeingDetected && address.Address.IsIPv6 == isIPv6 && (!isIPv6 || address.Address.IsLinkLocal))
            {
                return address.Address;
            }
        }

        return isIPv6 ? IPv6Address.Unspecified : IPv4Address.Unspecified;
    }

    /// <summary>There is a link-local address now: what was reported from the unspecified address is reported again, for routers ignore that one (RFC 3810 §5.2.13).</summary>
    public void OnLinkLocalUsable(Instant now)
    {
        foreach (var membership in _order)
        {
            if (membership.Group.IsIPv6 && !membership.Filter.IsNothing && IsTold(membership))
            {
                membership.Repeat();
                membership.ChangeDue = now;
                Reschedule(membership);
            }
        }
    }

    /// <summary>A group's state change report or answer is due.</summary>
    public void OnTimer(GroupMembership membership, Instant now)
    {
        var version = QuerierOf(membership.Group.IsIPv6).Version(now);
        var mayAnswer = now < membership.AnswerDue || MayAnswer(now);
        if (version == GroupVersion.Third)
        {
            Report(membership, mayAnswer, now);
        }
        else
        {
            ReportOlder(membership, version, mayAnswer, now);
        }

        if (!mayAnswer)
        {
            membership.Postpone(now + AnswerPause);
        }

        Reschedule(membership);
        RemoveIfDone(membership);
    }

    /// <summary>Whoever asks without end gets a bounded number of answers.</summary>
    private bool MayAnswer(Instant now) => _answers.TryTake(now);

    private void Report(GroupMembership membership, bool mayAnswer, Instant now)
    {
        var report = new GroupReport(_host.LinkControl, _link, membership.Group.IsIPv6);
        if (now >= membership.ChangeDue)
        {
            membership.WriteChange(ref report);
            NextChange(membership, UnsolicitedReportInterval, now);
        }

        if (now >= membership.AnswerDue && mayAnswer)
        {
            membership.WriteAnswer(ref report);
        }

        report.Send();
    }

    /// <summary>Speaks as the older querier expects (RFC 2236 §3, RFC 2710 §4): a report to the group itself; who leaves says so once, and in version 1 not at all.</summary>
    private void ReportOlder(GroupMembership membership, GroupVersion version, bool mayAnswer, Instant now)
    {
        var isChange = now >= membership.ChangeDue;
        if (isChange && membership.Filter.IsNothing)
        {
            membership.CancelAll();
            if (version == GroupVersion.Second)
            {
                SendOlder(membership.Group, version, isLeave: true);
            }

            return;
        }

        if (isChange)
        {
            membership.CountOlderChange();
            NextChange(membership, OlderReportInterval, now);
        }

        var isAnswer = now >= membership.AnswerDue && mayAnswer;
        if (isAnswer)
        {
            membership.CancelAnswer();
        }

        if (isChange || isAnswer)
        {
            SendOlder(membership.Group, version, isLeave: false);
        }
    }

    private void SendOlder(IpAddress group, GroupVersion version, bool isLeave)
    {
        var source = ReportSource(_link, group.IsIPv6);
        var message = _host.LinkControl.GroupMessage(_link, group.IsIPv6);
        if (group.IsIPv6)
        {
            var target = isLeave ? IPv6Address.AllRouters : group.ToIPv6(); // RFC 2710 §5
            var type = isLeave ? Icmpv6Type.MldV1Done : Icmpv6Type.MldV1Report;
            _host.LinkControl.SendGroupMessage(_link, source, target, MldWriter.WriteV1(message, source.ToIPv6(), target, type, group.ToIPv6()));
        }
        else
        {
            var target = isLeave ? IPv4Address.AllRouters : group.ToIPv4(); // RFC 2236 §2, §3
            var type = isLeave ? IgmpType.V2Leave : version == GroupVersion.First ? IgmpType.V1Report : IgmpType.V2Report;
            _host.LinkControl.SendGroupMessage(_link, source, target, IgmpWriter.Write(message, type, group.ToIPv4()));
        }
    }

    private void NextChange(GroupMembership membership, TimeSpan interval, Instant now) =>
        membership.ChangeDue = membership.HasChanges ? now + _host.Entropy.NextBetween(TimeSpan.Zero, interval) : Instant.Never;

    private void Reschedule(GroupMembership membership)
    {
        var due = Instant.Min(membership.ChangeDue, membership.AnswerDue);
        if (due.IsNever)
        {
            _host.Timers.Cancel(membership);
        }
        else
        {
            _host.Timers.Schedule(membership, due);
        }
    }

    private void AnswerGeneral(bool isIPv6, Instant now)
    {
        if (!MayAnswer(now))
        {
            _host.Timers.Schedule(isIPv6 ? _mldAnswer : _igmpAnswer, now + AnswerPause);
            return;
        }

        var report = new GroupReport(_host.LinkControl, _link, isIPv6);
        foreach (var membership in _order)
        {
            if (membership.Group.IsIPv6 == isIPv6 && IsTold(membership))
            {
                membership.WriteState(ref report);
            }
        }

        report.Send();
    }

    /// <summary>The answer to a general query in the newest version: one for all groups (RFC 3376 §5.2, the interface timer).</summary>
    private sealed class GeneralAnswer(GroupTable table, bool isIPv6) : TimerEntry
    {
        protected internal override void OnTimer(Instant now) => table.AnswerGeneral(isIPv6, now);
    }
}
