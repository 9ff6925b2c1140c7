using System;

namespace SharpTcp.Protocols.Tcp;

/// <summary>What a host may do with TCP Fast Open (RFC 7413).</summary>
[Flags]
public enum FastOpenUse : byte
{
    /// <summary>Nothing: no option is sent, and none is answered.</summary>
    None = 0,

    /// <summary>Data may go with the SYN of a connection that asks for it, and cookies are asked for (§4.2.1).</summary>
    Client = 1,

    /// <summary>Listeners with a queue for it take data with a SYN, and hand out cookies (§4.2.2).</summary>
    Server = 2,

    /// <summary>Data goes with the SYN although there is no cookie: only for networks in which nobody forges addresses (§5.1, §6.3).</summary>
    ClientWithoutCookie = 4,

    /// <summary>Data is taken from a SYN without a cookie: only for networks in which nobody forges addresses.</summary>
    ServerWithoutCookie = 8,

    /// <summary>A listener that sets no queue has one as long as its backlog.</summary>
    EveryListener = 16,
}

/// <summary>How far a connection is with Fast Open.</summary>
[Flags]
internal enum FastOpenSteps : byte
{
    None = 0,

    /// <summary>Active: its user asked for it.</summary>
    Asked = 1,

    /// <summary>Active: a cookie is known, or none is needed, so that data may go with the SYN.</summary>
    MayCarry = 2,

    /// <summary>Active: the option went out in the experimental form.</summary>
    Experimental = 4,

    /// <summary>Active: the SYN that was sent asked for a cookie or had one.</summary>
    OptionSent = 8,

    /// <summary>Active: the SYN that was sent had data.</summary>
    DataSent = 16,

    /// <summary>Active: all data of the SYN was acknowledged by its answer. Passive: the data of the SYN was taken.</summary>
    DataTaken = 32,

    /// <summary>Passive: the cookie was right, so that this connection may speak before the handshake is complete.</summary>
    Early = 64,
}
