namespace SharpTcp.Wire;

/// <summary>What a DHCP message says (RFC 2132 §9.6).</summary>
public enum DhcpMessageType : byte
{
    /// <summary>The message has no type: plain BOOTP.</summary>
    None = 0,

    /// <summary>A client looks for servers.</summary>
    Discover = 1,

    /// <summary>A server offers an address.</summary>
    Offer = 2,

    /// <summary>A client wants an address, or to keep it.</summary>
    Request = 3,

    /// <summary>A client found that another station has the address.</summary>
    Decline = 4,

    /// <summary>A server leases the address.</summary>
    Ack = 5,

    /// <summary>A server refuses.</summary>
    Nak = 6,

    /// <summary>A client gives its address back.</summary>
    Release = 7,

    /// <summary>A client has an address and wants parameters only.</summary>
    Inform = 8,
}
