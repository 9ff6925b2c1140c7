using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <content>Queries of all versions of IGMP and MLD, and the reports of others.</content>
internal sealed partial class GroupTable
{
    /// <summary>Takes an IGMP message.</summary>
    public DropReason OnIgmp(in IPv4View ip, Instant now)
    {
        if (!IgmpView.TryParse(ip.Payload, ip.TimeToLive, out var message))
        {
            return DropReason.BadIgmp;
        }

        if (message.Type is IgmpType.V1Report or IgmpType.V2Report)
        {
            OnReportOfOther(message.Group, now);
            return DropReason.None;
        }

        if (message.Type != IgmpType.Query)
        {
            return DropReason.None; // what only routers listen to, and what is unknown (RFC 3376 §4)
        }

        if (!IgmpQueryView.TryParse(message, out var query)
            || (query.Version > 1 && !HasRouterAlert(ip.Options))
            || (query.IsGeneral && ip.Destination.IsMulticast && ip.Destination != IPv4Address.AllHosts))
        {
            return DropReason.BadIgmp; // RFC 3376 §9.1
        }

        var isLong = query.SourceCount > GroupMembership.MaxAsked;
        Span<IpAddress> sources = stackalloc IpAddress[isLong ? 0 : query.SourceCount];
        for (var i = 0; i < sources.Length; i++)
        {
            sources[i] = query.GetSource(i);
        }

        var version = (GroupVersion)query.Version;
        if (version == GroupVersion.Third)
        {
            _igmpQuerier.HearNewest(query.QuerierRobustness, query.QuerierInterval);
        }

        OnQuery(isIPv6: false, version, query.Group, sources, TimeSpan.FromMilliseconds(query.MaxResponseDelay), now);
        return DropReason.None;
    }

    /// <summary>Takes an MLD query.</summary>
    public DropReason OnMldQuery(in Icmpv6View message, in IPv6Envelope envelope, Instant now)
    {
        if (!MldQueryView.TryParse(message, envelope, out var query))
        {
            return DropReason.BadMld;
        }

        var isLong = query.SourceCount > GroupMembership.MaxAsked;
        Span<IpAddress> sources = stackalloc IpAddress[isLong ? 0 : query.SourceCount];
        for (var i = 0; i < sources.Length; i++)
        {
            sources[i] = query.GetSource(i);
        }

        var version = query.Version == 1 ? GroupVersion.Second : GroupVersion.Third;
        if (version == GroupVersion.Third)
        {
            _mldQuerier.HearNewest(query.QuerierRobustness, query.QuerierInterval);
        }

        OnQuery(isIPv6: true, version, query.Group, sources, TimeSpan.FromMilliseconds(query.MaxResponseDelay), now);
        return DropReason.None;
    }

    /// <summary>Takes an MLDv1 report of another host.</summary>
    public DropReason OnMldReport(in Icmpv6View message, in IPv6Envelope envelope, Instant now)
    {
        if (!MldV1View.TryParse(message, envelope, out var report))
        {
            return DropReason.BadMld;
        }

        OnReportOfOther(report.Group, now);
        return DropReason.None;
    }

    private static bool HasRouterAlert(ReadOnlySpan<byte> bytes)
    {
        var options = new IPv4Options(bytes);
        while (options.MoveNext())
        {
            if (options.Current.Type == IPv4OptionType.RouterAlert)
            {
                return true;
            }
        }

        return false;
    }

    private void OnQuery(bool isIPv6, GroupVersion version, IpAddress group, ReadOnlySpan<IpAddress> sources, TimeSpan maxDelay, Instant now)
    {
        var querier = QuerierOf(isIPv6);
        if (version != GroupVersion.Third)
        {
            var before = querier.Version(now);
            querier.HearOlder(version, maxDelay, now);
            if (querier.Version(now) != before)
            {
                CancelAll(isIPv6); // RFC 3376 §7.2.1, RFC 3810 §8.2.1
            }
        }

        var speaks = querier.Version(now);
        if (!group.IsUnspecified)
        {
            if (_groups.TryGetValue(group, out var membership))
            {
                Ask(membership, sources, maxDelay, now);
            }
        }
        else if (speaks == GroupVersion.Third)
        {
            var timer = isIPv6 ? _mldAnswer : _igmpAnswer;
            var due = now + RandomDelay(maxDelay);
            if (due < timer.ScheduledFor)
            {
                _host.Timers.Schedule(timer, due);
            }
        }
        else
        {
            foreach (var membership in _order)
            {
                if (membership.Group.IsIPv6 == isIPv6)
                {
                    Ask(membership, [], maxDelay, now); // each group by itself (RFC 2236 §3)
                }
            }
        }
    }

    private void Ask(GroupMembership membership, ReadOnlySpan<IpAddress> sources, TimeSpan maxDelay, Instant now)
    {
        if (membership.Filter.IsNothing || !IsTold(membership))
        {
            return;
        }

        var due = now + RandomDelay(maxDelay);
        var general = membership.Group.IsIPv6 ? _mldAnswer : _igmpAnswer;
        if (general.ScheduledFor <= due)
        {
            return; // RFC 3376 §5.2, rule 1: it tells all
        }

        membership.Ask(sources, due);
        Reschedule(membership);
    }

    private TimeSpan RandomDelay(TimeSpan longest) => _host.Entropy.NextBetween(TimeSpan.Zero, longest);

    /// <summary>Another host reported a group: where an older version is spoken, once is enough for all (RFC 2236 §3, RFC 2710 §4).</summary>
    private void OnReportOfOther(IpAddress group, Instant now)
    {
        if (_groups.TryGetValue(group, out var membership) && QuerierOf(group.IsIPv6).Version(now) != GroupVersion.Third)
        {
            membership.CancelAnswer();
            Reschedule(membership);
        }
    }

    private void CancelAll(bool isIPv6)
    {
        _host.Timers.Cancel(isIPv6 ? _mldAnswer : _igmpAnswer);
        for (var i = _order.Count - 1; i >= 0; i--)
        {
            var membership = _order[i];
            if (membership.Group.IsIPv6 == isIPv6)
            {
                membership.CancelAll();
                Reschedule(membership);
                RemoveIfDone(membership);
            }
        }
    }
}
