namespace SharpTcp.Wire;

/// <summary>The codes of DHCP options that a host knows (RFC 2132 and others).</summary>
public enum DhcpOption : byte
{
    /// <summary>Fills up; has no length.</summary>
    Pad = 0,

    /// <summary>Subnet mask.</summary>
    SubnetMask = 1,

    /// <summary>Routers, the preferred one first.</summary>
    Router = 3,

    /// <summary>DNS servers.</summary>
    DnsServer = 6,

    /// <summary>Host name.</summary>
    HostName = 12,

    /// <summary>Domain name.</summary>
    DomainName = 15,

    /// <summary>MTU of the interface.</summary>
    InterfaceMtu = 26,

    /// <summary>NTP servers.</summary>
    NtpServer = 42,

    /// <summary>The address that a client asks for.</summary>
    RequestedAddress = 50,

    /// <summary>Seconds of the lease.</summary>
    LeaseTime = 51,

    /// <summary>The fields <c>file</c> and <c>sname</c> hold options too.</summary>
    Overload = 52,

    /// <summary>What the message says.</summary>
    MessageType = 53,

    /// <summary>Which server.</summary>
    ServerIdentifier = 54,

    /// <summary>The options that a client wants.</summary>
    ParameterRequestList = 55,

    /// <summary>A sentence of the server's.</summary>
    Message = 56,

    /// <summary>The largest message that the sender takes.</summary>
    MaximumMessageSize = 57,

    /// <summary>Seconds until the lease is to be renewed (T1).</summary>
    RenewalTime = 58,

    /// <summary>Seconds until any server may renew the lease (T2).</summary>
    RebindingTime = 59,

    /// <summary>Who the client is.</summary>
    ClientIdentifier = 61,

    /// <summary>Search domains (RFC 3397).</summary>
    DomainSearch = 119,

    /// <summary>Routes (RFC 3442).</summary>
    ClasslessRoutes = 121,

    /// <summary>The end; has no length.</summary>
    End = 255,
}
