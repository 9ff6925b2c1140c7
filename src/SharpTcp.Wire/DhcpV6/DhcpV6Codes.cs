namespace SharpTcp.Wire;

/// <summary>What a DHCPv6 message says (RFC 8415 §7.3).</summary>
public enum DhcpV6MessageType : byte
{
    /// <summary>A client looks for servers.</summary>
    Solicit = 1,

    /// <summary>A server offers.</summary>
    Advertise = 2,

    /// <summary>A client takes an offer.</summary>
    Request = 3,

    /// <summary>A client asks whether its address fits the link.</summary>
    Confirm = 4,

    /// <summary>A client goes on with its server.</summary>
    Renew = 5,

    /// <summary>A client goes on with any server.</summary>
    Rebind = 6,

    /// <summary>A server gives, or says no.</summary>
    Reply = 7,

    /// <summary>A client gives back.</summary>
    Release = 8,

    /// <summary>A client found another station with the address.</summary>
    Decline = 9,

    /// <summary>A client asks for configuration without an address.</summary>
    InformationRequest = 11,
}

/// <summary>The options of DHCPv6 that the stack knows (RFC 8415 §21, RFC 3646).</summary>
public enum DhcpV6Option : ushort
{
    /// <summary>Who the client is.</summary>
    ClientIdentifier = 1,

    /// <summary>Which server.</summary>
    ServerIdentifier = 2,

    /// <summary>Addresses of one interface.</summary>
    NonTemporaryAddresses = 3,

    /// <summary>One address.</summary>
    Address = 5,

    /// <summary>The options that a client wants.</summary>
    OptionRequest = 6,

    /// <summary>How much a server is preferred.</summary>
    Preference = 7,

    /// <summary>Hundredths of a second since the client began.</summary>
    ElapsedTime = 8,

    /// <summary>How it went.</summary>
    StatusCode = 13,

    /// <summary>Two messages instead of four.</summary>
    RapidCommit = 14,

    /// <summary>DNS servers.</summary>
    DnsServers = 23,

    /// <summary>Domains to search in.</summary>
    DomainList = 24,

    /// <summary>When configuration is to be asked for anew.</summary>
    InformationRefreshTime = 32,

    /// <summary>The longest time between Solicits.</summary>
    SolicitMaxTime = 82,

    /// <summary>The longest time between Information-requests.</summary>
    InformationMaxTime = 83,
}

/// <summary>How it went (RFC 8415 §21.13).</summary>
public enum DhcpV6Status : ushort
{
    /// <summary>Well.</summary>
    Success = 0,

    /// <summary>Not, for no reason given.</summary>
    UnspecifiedFailure = 1,

    /// <summary>There are no addresses.</summary>
    NoAddresses = 2,

    /// <summary>The server knows nothing of the lease.</summary>
    NoBinding = 3,

    /// <summary>The address does not fit the link.</summary>
    NotOnLink = 4,

    /// <summary>Only by multicast.</summary>
    UseMulticast = 5,
}
