namespace SharpTcp.Protocols;

/// <summary>The states of a DHCP client (RFC 2131 §4.4, figure 5).</summary>
public enum DhcpState : byte
{
    /// <summary>It does nothing.</summary>
    Stopped,

    /// <summary>INIT: it has no address and will look for servers.</summary>
    Init,

    /// <summary>SELECTING: it waits for an offer.</summary>
    Selecting,

    /// <summary>REQUESTING: it took an offer and waits for the server's word.</summary>
    Requesting,

    /// <summary>INIT-REBOOT: it will ask for the address of an earlier run.</summary>
    InitReboot,

    /// <summary>REBOOTING: it asked for the address of an earlier run.</summary>
    Rebooting,

    /// <summary>It has a lease and asks on the link whether another station uses the address (RFC 2131 §3.1 step 5, RFC 5227).</summary>
    Checking,

    /// <summary>BOUND: it has an address.</summary>
    Bound,

    /// <summary>RENEWING: it asks its server to go on.</summary>
    Renewing,

    /// <summary>REBINDING: it asks any server to go on.</summary>
    Rebinding,

    /// <summary>It gives the address back, and waits until that has been sent.</summary>
    Releasing,
}
