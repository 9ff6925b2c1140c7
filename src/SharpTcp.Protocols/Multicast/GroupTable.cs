using System.Collections.Generic;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>
/// The groups of an interface, of both families (RFC 1112, RFC 3376, RFC 3810): what it lets in, and what it tells routers and switches about it. This file: who listens to what.
/// </summary>
internal sealed partial class GroupTable
{
    /// <summary>The most groups of an interface.</summary>
    public const int Capacity = 1024;

    private readonly HostCore _host;
    private readonly NetworkInterface _link;
    private readonly Dictionary<IpAddress, GroupMembership> _groups = [];
    private readonly List<GroupMembership> _order = [];
    private readonly Dictionary<MacAddress, int> _macs = [];
    private readonly GroupQuerier _igmpQuerier = new();
    private readonly GroupQuerier _mldQuerier = new();
    private readonly GeneralAnswer _igmpAnswer;
    private readonly GeneralAnswer _mldAnswer;
    private readonly TokenBucket _answers;

    public GroupTable(HostCore host, NetworkInterface link, Instant now)
    {
        _host = host;
        _link = link;
        _igmpAnswer = new GeneralAnswer(this, isIPv6: false);
        _mldAnswer = new GeneralAnswer(this, isIPv6: true);
        _answers = new TokenBucket(host.Entropy, AnswerRate, AnswerBurst, now);
    }

    /// <summary>How many groups there are, also those just left.</summary>
    public int Count => _order.Count;

    /// <summary>Whether a frame to a group's MAC may be for a group of ours.</summary>
    public bool AcceptsMac(MacAddress mac) => _macs.ContainsKey(mac);

    /// <summary>Whether the interface listens to a group, whoever sends.</summary>
    public bool Contains(IpAddress group) => _groups.TryGetValue(group, out var membership) && !membership.Filter.IsNothing;

    /// <summary>Whether the interface wants packets of a source to a group: asked only for data, for a querier speaks to groups whatever their filters (RFC 3376 §3.2).</summary>
    public bool Accepts(IpAddress group, IpAddress source) => _groups.TryGetValue(group, out var membership) && membership.Filter.Passes(source);

    /// <summary>One more user listens to all of a group; false if there is no room.</summary>
    public bool Join(IpAddress group, Instant now)
    {
        if (FindOrAdd(group) is not { } membership)
        {
            return false;
        }

        membership.Users++;
        Refresh(membership, now);
        return true;
    }

    /// <summary>One user less listens to all of a group.</summary>
    public void Leave(IpAddress group, Instant now)
    {
        if (_groups.TryGetValue(group, out var membership) && membership.Users > 0)
        {
            membership.Users--;
            Refresh(membership, now);
        }
    }

    /// <summary>A socket listens to a group as its filter says; false if there is no room.</summary>
    public bool Join(GroupSubscription subscription, Instant now)
    {
        if (FindOrAdd(subscription.Group) is not { } membership)
        {
            return false;
        }

        membership.Add(subscription);
        Refresh(membership, now);
        return true;
    }

    /// <summary>The filter of a socket changed.</summary>
    public void Update(GroupSubscription subscription, Instant now) => Refresh(_groups[subscription.Group], now);

    /// <summary>A socket listens no more.</summary>
    public void Leave(GroupSubscription subscription, Instant now)
    {
        var membership = _groups[subscription.Group];
        membership.Remove(subscription);
        Refresh(membership, now);
    }

    private GroupQuerier QuerierOf(bool isIPv6) => isIPv6 ? _mldQuerier : _igmpQuerier;

    private bool IsTold(GroupMembership membership) => membership.IsReported && !_link.IsLoopback && (membership.Group.IsIPv4 || _link.SpeaksIPv6);

    private GroupMembership? FindOrAdd(IpAddress group)
    {
        if (!_groups.TryGetValue(group, out var membership))
        {
            if (_groups.Count == Capacity)
            {
                return null;
            }

            membership = new GroupMembership(this, group);
            _groups.Add(group, membership);
            _order.Add(membership);
        }

        return membership;
    }

    private void Refresh(GroupMembership membership, Instant now)
    {
        var wasListening = !membership.Filter.IsNothing;
        if (!membership.Refresh(QuerierOf(membership.Group.IsIPv6).Robustness))
        {
            RemoveIfDone(membership);
            return;
        }

        var isListening = !membership.Filter.IsNothing;
        if (isListening != wasListening)
        {
            AddMac(MacAddress.ForMulticast(membership.Group), isListening ? 1 : -1);
        }

        if (!IsTold(membership))
        {
            membership.CancelAll();
            RemoveIfDone(membership);
            return;
        }

        if (!isListening)
        {
            membership.CancelAnswer();
        }

        membership.ChangeDue = now; // RFC 3376 §5.1: at once
        Reschedule(membership);
    }

    private void RemoveIfDone(GroupMembership membership)
    {
        if (membership.Filter.IsNothing && !membership.HasChanges && _groups.Remove(membership.Group))
        {
            _host.Timers.Cancel(membership);
            _order.Remove(membership);
        }
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
}
