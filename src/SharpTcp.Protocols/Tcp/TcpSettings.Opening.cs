using System;

namespace SharpTcp.Protocols.Tcp;

/// <content>Opening connections: Fast Open, floods of SYNs, and who is let go first.</content>
public sealed partial record TcpSettings
{
    /// <summary>When SYNs are answered by cookies (RFC 4987 §3.6). Default: when there is no room for them.</summary>
    public SynCookieMode SynCookies { get; init; } = SynCookieMode.UnderPressure;

    /// <summary>Most connections whose user is gone, TIME-WAIT not counted; beyond it the one left longest ago is reset.</summary>
    public int MaximumOrphans { get; init; } = 16_384;

    /// <summary>
    /// Whether an active open may take the place of a connection of the same addresses and ports in TIME-WAIT: after a second, where both sides had timestamps, by which the peer tells the
    /// new connection from the old (RFC 6191 §2). RFC 9293 MUST-13 has it wait for two lifetimes, so the default is that it may not; for a SYN of the peer MAY-2 holds in any case.
    /// </summary>
    public bool ReuseTimeWait { get; init; }

    /// <summary>TCP Fast Open (RFC 7413). Default: off. A connection or a listener still has to ask for it.</summary>
    public FastOpenUse FastOpen { get; init; }

    /// <summary>
    /// The key of Fast Open cookies, for hosts that answer for one address and have to take each other's cookies (RFC 7413 §6.3.4); it never changes by itself. Null takes one from the
    /// entropy source and another after <see cref="FastOpenKeyLifetime"/>.
    /// </summary>
    public FastOpenKey? FastOpenKey { get; init; }

    /// <summary>How long the stack hands out cookies of one key (RFC 7413 §4.1.2). They are taken for as long again. Default 12 hours.</summary>
    public TimeSpan FastOpenKeyLifetime { get; init; } = TimeSpan.FromHours(12);

    /// <summary>Most servers whose cookies are kept (RFC 7413 §4.1.3); beyond it the one used longest ago is forgotten.</summary>
    public int FastOpenCacheSize { get; init; } = 1024;

    /// <summary>
    /// Whether Fast Open is also spoken in its experimental form (kind 254), which was in use before RFC 7413: by a server that is asked in it, by a client after the other gave no cookie.
    /// </summary>
    public bool FastOpenExperimental { get; init; }

    /// <summary>
    /// Whether an ICMP error that may pass (host or network unreachable, time exceeded) ends a connection of a listener before its handshake is complete, as RFC 5461 §3 finds common.
    /// RFC 9293 MUST-56 knows no exception, so the default is that it does not.
    /// </summary>
    public bool UnreachableEndsHalfOpen { get; init; }

    /// <summary>Whether the MSS in a SYN follows what is known of the path, and not only the interface (MUST-67).</summary>
    public bool AnnouncePathMtu { get; init; }
}
