using System.Collections.Generic;
using System.Net.Sockets;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>
/// The groups that a socket listens to, each on an interface and with a filter of sources (RFC 3376 §3.1, RFC 3678). A port that has no membership for a group takes what others
/// on the host have joined for, as Linux does it.
/// </summary>
public sealed class UdpMemberships(HostCore host)
{
    /// <summary>The most memberships of a socket.</summary>
    public const int Capacity = 64;

    private readonly List<GroupSubscription> _all = [];

    /// <summary>How many memberships there are.</summary>
    public int Count => _all.Count;

    /// <summary>Listens to a group, whoever sends.</summary>
    /// <param name="group">The group.</param>
    /// <param name="interfaceIndex">The interface, or 0 for the host's choice.</param>
    /// <param name="now">The time.</param>
    /// <returns>
    /// <see cref="SocketError.Success"/>, <see cref="SocketError.InvalidArgument"/> (no group), <see cref="SocketError.AddressNotAvailable"/> (no interface),
    /// <see cref="SocketError.AddressAlreadyInUse"/> (a member already) or <see cref="SocketError.NoBufferSpaceAvailable"/>.
    /// </returns>
    public SocketError Join(IpAddress group, int interfaceIndex, Instant now)
    {
        if (Find(group, interfaceIndex, out var link, out var known) is var error and not SocketError.Success)
        {
            return error;
        }

        return known is not null ? SocketError.AddressAlreadyInUse : Add(new GroupSubscription(link!, group), null, now);
    }

    /// <summary>Listens to a group no more, whatever its filter.</summary>
    /// <returns><see cref="SocketError.AddressNotAvailable"/> if it is no member.</returns>
    public SocketError Leave(IpAddress group, int interfaceIndex, Instant now)
    {
        if (Find(group, interfaceIndex, out var link, out var known) is var error and not SocketError.Success)
        {
            return error;
        }

        if (known is null)
        {
            return SocketError.AddressNotAvailable;
        }

        _all.Remove(known);
        link!.Groups.Leave(known, now);
        return SocketError.Success;
    }

    /// <summary>Listens to a group as far as one source sends to it; may be repeated with others.</summary>
    /// <returns>As <see cref="Join"/>; <see cref="SocketError.InvalidArgument"/> also if the socket listens to all but some sources, <see cref="SocketError.AddressNotAvailable"/> also if it listens to this one.</returns>
    public SocketError JoinSource(IpAddress group, IpAddress source, int interfaceIndex, Instant now)
    {
        if (FindSource(group, source, interfaceIndex, out var link, out var known) is var error and not SocketError.Success)
        {
            return error;
        }

        return known is null ? Add(new GroupSubscription(link!, group), source, now)
            : known.Filter.IsExclude ? SocketError.InvalidArgument
            : AddSource(known, source, now);
    }

    /// <summary>Listens to one source no more; without a source left, to the group neither.</summary>
    /// <returns><see cref="SocketError.AddressNotAvailable"/> if it did not listen to it so, <see cref="SocketError.InvalidArgument"/> if it listens to all but some sources.</returns>
    public SocketError LeaveSource(IpAddress group, IpAddress source, int interfaceIndex, Instant now)
    {
        if (FindSource(group, source, interfaceIndex, out var link, out var known) is var error and not SocketError.Success)
        {
            return error;
        }

        if (known is null || known.Filter.IsExclude)
        {
            return known is null ? SocketError.AddressNotAvailable : SocketError.InvalidArgument;
        }

        if (!known.Filter.Remove(source))
        {
            return SocketError.AddressNotAvailable;
        }

        if (known.Filter.IsNothing)
        {
            _all.Remove(known);
            link!.Groups.Leave(known, now);
        }
        else
        {
            link!.Groups.Update(known, now);
        }

        return SocketError.Success;
    }

    /// <summary>Listens to all of a joined group but a source.</summary>
    /// <returns><see cref="SocketError.InvalidArgument"/> if it is no member, or one for some sources only; <see cref="SocketError.AddressNotAvailable"/> if the source is blocked already.</returns>
    public SocketError BlockSource(IpAddress group, IpAddress source, int interfaceIndex, Instant now)
    {
        if (FindSource(group, source, interfaceIndex, out _, out var known) is var error and not SocketError.Success)
        {
            return error;
        }

        return known is not { Filter.IsExclude: true } ? SocketError.InvalidArgument : AddSource(known, source, now);
    }

    /// <summary>Listens to a blocked source again.</summary>
    /// <returns><see cref="SocketError.InvalidArgument"/> if it is no member, or one for some sources only; <see cref="SocketError.AddressNotAvailable"/> if the source is not blocked.</returns>
    public SocketError UnblockSource(IpAddress group, IpAddress source, int interfaceIndex, Instant now)
    {
        if (FindSource(group, source, interfaceIndex, out var link, out var known) is var error and not SocketError.Success)
        {
            return error;
        }

        if (known is not { Filter.IsExclude: true })
        {
            return SocketError.InvalidArgument;
        }

        if (!known.Filter.Remove(source))
        {
            return SocketError.AddressNotAvailable;
        }

        link!.Groups.Update(known, now);
        return SocketError.Success;
    }

    /// <summary>Leaves all groups: the socket is closed.</summary>
    public void Clear(Instant now)
    {
        foreach (var subscription in _all)
        {
            subscription.Interface.Groups.Leave(subscription, now);
        }

        _all.Clear();
    }

    /// <summary>Whether the socket wants a packet of a source to a group that came in on an interface.</summary>
    internal bool Takes(IpAddress group, IpAddress source, int interfaceIndex)
    {
        foreach (var subscription in _all)
        {
            if (subscription.Group == group && subscription.Interface.Index == interfaceIndex)
            {
                return subscription.Filter.Passes(source);
            }
        }

        return true;
    }

    private static SocketError AddSource(GroupSubscription subscription, IpAddress source, Instant now)
    {
        if (subscription.Filter.Contains(source))
        {
            return SocketError.AddressNotAvailable;
        }

        if (subscription.Filter.Sources.Length == GroupSubscription.MaxSources)
        {
            return SocketError.NoBufferSpaceAvailable;
        }

        subscription.Filter.Add(source);
        subscription.Interface.Groups.Update(subscription, now);
        return SocketError.Success;
    }

    private SocketError Add(GroupSubscription subscription, IpAddress? source, Instant now)
    {
        subscription.Filter.Reset(isExclude: source is null);
        if (source is { } only)
        {
            subscription.Filter.Add(only);
        }

        if (_all.Count == Capacity || !subscription.Interface.Groups.Join(subscription, now))
        {
            return SocketError.NoBufferSpaceAvailable;
        }

        _all.Add(subscription);
        return SocketError.Success;
    }

    private SocketError FindSource(IpAddress group, IpAddress source, int interfaceIndex, out NetworkInterface? link, out GroupSubscription? known)
    {
        link = null;
        known = null;
        return source.IsIPv4 == group.IsIPv4 && source.IsUnicast ? Find(group, interfaceIndex, out link, out known) : SocketError.InvalidArgument;
    }

    private SocketError Find(IpAddress group, int interfaceIndex, out NetworkInterface? link, out GroupSubscription? known)
    {
        link = null;
        known = null;
        if (!group.IsMulticast)
        {
            return SocketError.InvalidArgument;
        }

        link = host.Ip.FindGroupInterface(group, interfaceIndex);
        if (link is null || (group.IsIPv6 && !link.SpeaksIPv6))
        {
            return SocketError.AddressNotAvailable;
        }

        foreach (var subscription in _all)
        {
            if (subscription.Group == group && subscription.Interface == link)
            {
                known = subscription;
                return SocketError.Success;
            }
        }

        return SocketError.Success;
    }
}
