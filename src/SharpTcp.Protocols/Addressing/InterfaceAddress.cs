using System.Collections.Generic;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>How far an address is usable (RFC 4862 §2).</summary>
public enum AddressState : byte
{
    /// <summary>Being asked for on the link; not usable yet.</summary>
    Tentative,

    /// <summary>Usable.</summary>
    Preferred,

    /// <summary>Usable, but not for new communication if there is another.</summary>
    Deprecated,

    /// <summary>Usable although still being asked for, but not if there is another (RFC 4429).</summary>
    Optimistic,

    /// <summary>Another station has it: it is never used (RFC 4862 §5.4.5).</summary>
    Duplicate,

    /// <summary>Taken off the interface.</summary>
    Removed,
}

/// <summary>Where an address comes from.</summary>
public enum AddressOrigin : byte
{
    /// <summary>Set by hand.</summary>
    Static,

    /// <summary>Made by the host for the link (RFC 4862 §5.3).</summary>
    LinkLocal,

    /// <summary>The loopback interface's own.</summary>
    Loopback,

    /// <summary>Made from a prefix that a router advertises (RFC 4862 §5.5).</summary>
    Slaac,

    /// <summary>Made from such a prefix at random, for a day or two (RFC 8981).</summary>
    Temporary,

    /// <summary>Leased by a DHCP server (RFC 2131).</summary>
    Dhcp,
}

/// <summary>An address of an interface.</summary>
public sealed class InterfaceAddress
{
    private const int MaxAdvertisers = 4;

    internal InterfaceAddress(NetworkInterface owner, Prefix prefix, AddressOrigin origin)
    {
        Interface = owner;
        Prefix = prefix;
        Origin = origin;
        Broadcast = prefix.Broadcast;
    }

    /// <summary>The interface that has it.</summary>
    public NetworkInterface Interface { get; }

    /// <summary>The address with the length of its on-link prefix.</summary>
    public Prefix Prefix { get; }

    /// <summary>The address.</summary>
    public IpAddress Address => Prefix.Address;

    /// <summary>Where it comes from.</summary>
    public AddressOrigin Origin { get; }

    /// <summary>How far it is usable.</summary>
    public AddressState State { get; internal set; }

    /// <summary>Whether packets may come from and go to it.</summary>
    public bool IsUsable => State is AddressState.Preferred or AddressState.Deprecated or AddressState.Optimistic;

    /// <summary>Whether it is one of those that are given up after a day or two (RFC 8981).</summary>
    public bool IsTemporary => Origin == AddressOrigin.Temporary;

    /// <summary>
    /// The router of its own, if it has one: what comes from the address goes to its network or to this router and takes no other way (RFC 8028 §3.3, for both families).
    /// </summary>
    public IpAddress? Gateway { get; internal init; }

    /// <summary>The directed broadcast address of its network, if it has one.</summary>
    internal IPv4Address? Broadcast { get; }

    /// <summary>Whether its prefix says what is on the link. What a router advertises says that by itself (RFC 5942 §4).</summary>
    internal bool IsPrefixOnLink { get; init; } = true;

    /// <summary>When it becomes deprecated (RFC 4862 §5.5.4).</summary>
    internal Instant PreferredUntil { get; set; } = Instant.Never;

    /// <summary>When it must be given up.</summary>
    internal Instant ValidUntil { get; set; } = Instant.Never;

    /// <summary>Whether it is asked for on the link whatever the interface's options say (RFC 3927 §2.2).</summary>
    internal bool IsAlwaysDetected { get; init; }

    /// <summary>Whether it is still being asked for on the link.</summary>
    internal bool IsBeingDetected => State is AddressState.Tentative or AddressState.Optimistic;

    internal IAddressOwner? Owner { get; init; }

    internal DuplicateAddressDetection? Detection { get; set; }

    internal AddressConflictDetection? ConflictDetection { get; set; }

    internal Route? ConnectedRoute { get; set; }

    internal Route? GatewayRoute { get; set; }

    /// <summary>The routers that advertise its prefix, the latest first.</summary>
    private List<IPv6Address>? Advertisers { get; set; }

    /// <summary>Whether a router advertises its prefix.</summary>
    internal bool IsAdvertisedBy(IpAddress router) => Advertisers is { } advertisers && router.IsIPv6 && advertisers.Contains(router.ToIPv6());

    /// <summary>A router advertised its prefix; of more than a few the earliest is forgotten. Returns whether that is news.</summary>
    internal bool OnAdvertised(IPv6Address router)
    {
        Advertisers ??= [];
        var isNews = !Advertisers.Contains(router);
        if (isNews)
        {
            Advertisers.Insert(0, router);
            if (Advertisers.Count > MaxAdvertisers)
            {
                Advertisers.RemoveAt(MaxAdvertisers);
            }
        }

        return isNews;
    }

    /// <summary>The same routers advertise it as another address of its network.</summary>
    internal void TakeAdvertisers(InterfaceAddress other) => Advertisers = other.Advertisers is { } advertisers ? new List<IPv6Address>(advertisers) : null;

    internal bool IsPastPreferred(Instant now) => now >= PreferredUntil;
}
