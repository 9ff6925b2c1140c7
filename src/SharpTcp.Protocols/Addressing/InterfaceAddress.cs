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

    /// <summary>Leased by a DHCP server (RFC 2131).</summary>
    Dhcp,
}

/// <summary>An address of an interface.</summary>
public sealed class InterfaceAddress
{
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
    public bool IsUsable => State is AddressState.Preferred or AddressState.Deprecated;

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

    internal IAddressOwner? Owner { get; init; }

    internal DuplicateAddressDetection? Detection { get; set; }

    internal AddressConflictDetection? ConflictDetection { get; set; }

    internal Route? ConnectedRoute { get; set; }

    internal bool IsPastPreferred(Instant now) => now >= PreferredUntil;
}
