using System;

namespace SharpTcp.Protocols.Tcp;

/// <summary>The reservation of a local port.</summary>
public readonly struct TcpBindRequest
{
    /// <summary>The address (or the unspecified one of the family) and port; port 0 takes an ephemeral one.</summary>
    public required TransportEndpoint Local { get; init; }

    /// <summary>For the IPv6 unspecified address: also takes IPv4.</summary>
    public bool DualStack { get; init; }

    /// <summary>Shares the port with others that say so too as long as none of them listens: SO_REUSEADDR of Linux.</summary>
    public bool ReuseAddress { get; init; }

    /// <summary>Shares the port, also for listening, with others that say so too; connections are dealt out among the listeners: SO_REUSEPORT.</summary>
    public bool ReusePort { get; init; }

    /// <summary>Listens on, and connects by, an interface only; 0 for all. Bindings for different interfaces do not disturb each other: SO_BINDTODEVICE.</summary>
    public int InterfaceIndex { get; init; }
}

/// <summary>An active OPEN (RFC 9293 §3.9.1.1).</summary>
public readonly struct TcpConnectRequest
{
    /// <summary>Whom to connect to.</summary>
    public required TransportEndpoint Remote { get; init; }

    /// <summary>The local address and port: an unspecified address lets the IP layer choose (MUST-44), port 0 an ephemeral one (RFC 6056).</summary>
    public TransportEndpoint Local { get; init; }

    /// <summary>The port reserved before by <see cref="TcpLayer.Bind(in TcpBindRequest, out TcpBinding?)"/>, whose endpoint then is the local one.</summary>
    public TcpBinding? Binding { get; init; }

    /// <summary>The options of the connection; null takes the stack's defaults.</summary>
    public TcpSocketOptions? Options { get; init; }

    /// <summary>
    /// Asks for Fast Open (RFC 7413), if <see cref="TcpSettings.FastOpen"/> allows it: what is queued before the SYN leaves goes with it, as far as there is
    /// <see cref="TcpConnection.FastOpenRoom"/>. The server may get these bytes twice, in two connections: only for requests that bear it (§6.2).
    /// </summary>
    public bool FastOpen { get; init; }
}

/// <summary>A passive OPEN.</summary>
public readonly struct TcpListenRequest
{
    /// <summary>The port to listen on, reserved by <see cref="TcpLayer.Bind(in TcpBindRequest, out TcpBinding?)"/>.</summary>
    public required TcpBinding Binding { get; init; }

    /// <summary>Most connections that wait to be accepted.</summary>
    public required int Backlog { get; init; }

    /// <summary>The options that accepted connections begin with; null takes the stack's defaults.</summary>
    public TcpSocketOptions? Options { get; init; }

    /// <summary>What <see cref="TcpListenPoint.DeferAccept"/> is at first.</summary>
    public TimeSpan DeferAccept { get; init; }

    /// <summary>What <see cref="TcpListenPoint.FastOpenLimit"/> is at first.</summary>
    public int FastOpenLimit { get; init; }
}

/// <summary>What an application may set on a connection, and a connection inherits from its listener.</summary>
public sealed class TcpSocketOptions
{
    /// <summary>Sends small segments at once instead of waiting for an acknowledgment (RFC 9293 §3.7.4, MUST-17).</summary>
    public bool NoDelay { get; set; }

    /// <summary>
    /// Holds back what is no full segment until the option is taken away, <see cref="NoDelay"/> is set, or about 200 ms have passed with nothing in flight: a header and the file
    /// that follows it leave in full segments.
    /// </summary>
    public bool Cork { get; set; }

    /// <summary>
    /// Leaves the last byte of urgent data in the stream, as RFC 6093 §6 recommends; else it is read apart from it (<c>SO_OOBINLINE</c>).
    /// </summary>
    public bool UrgentInline { get; set; } = true;

    /// <summary>Most bytes that may wait to be sent for the first time before a writer has to wait too; 0 takes the stack's default.</summary>
    public uint NotSentLowWater { get; set; }

    /// <summary>Largest segment to announce and to send, options included, as the MSS option counts (RFC 9293 §3.7.1); 0 takes what fits the interface.</summary>
    public int MaximumSegment { get; set; }

    /// <summary>Most bytes in the send buffer; 0 lets the stack tune it.</summary>
    public int SendBufferSize { get; set; }

    /// <summary>Most bytes in the receive buffer; 0 lets the stack tune it.</summary>
    public int ReceiveBufferSize { get; set; }

    /// <summary>Time to live or hop limit; 0 takes the host's default (MUST-49).</summary>
    public byte HopLimit { get; set; }

    /// <summary>DSCP; the ECN bits are TCP's own (MUST-48).</summary>
    public byte TrafficClass { get; set; }

    /// <summary>Probes an idle connection (RFC 9293 §3.8.4, MUST-24; default off, MUST-25).</summary>
    public bool KeepAlive { get; set; }

    /// <summary>Idle time before the first probe; default 2 hours (MUST-28).</summary>
    public TimeSpan KeepAliveTime { get; set; } = TimeSpan.FromHours(2);

    /// <summary>Time between probes; default 75 s.</summary>
    public TimeSpan KeepAliveInterval { get; set; } = TimeSpan.FromSeconds(75);

    /// <summary>Unanswered probes before the connection is given up; default 9.</summary>
    public int KeepAliveRetryCount { get; set; } = 9;

    /// <summary>How long data may stay unacknowledged before the connection is given up (R2 as a time, MUST-21); zero takes the stack's default.</summary>
    public TimeSpan UserTimeout { get; set; }

    /// <summary>
    /// Fast Open without cookies, both ways: only where nobody can forge addresses (RFC 7413 §5.1). To be set before the connection begins.
    /// </summary>
    public bool FastOpenWithoutCookie { get; set; }

    /// <summary>How often a SYN is sent again before the attempt is given up, 1 to 255; 0 takes the time of <see cref="TcpSettings.R2Syn"/>.</summary>
    public int SynRetries { get; set; }

    /// <summary>The name of the congestion control, <c>cubic</c> or <c>reno</c>; null takes the host's.</summary>
    /// <exception cref="ArgumentException">There is none of this name.</exception>
    public string? CongestionControl { get; set => field = value is null ? null : CongestionControls.Check(value); }

    /// <summary>The highest rate at which to send, in bytes a second; 0 for no limit.</summary>
    public long MaximumPacingRate { get; set; }

    /// <summary>Whether there is a congestion control of this name.</summary>
    public static bool IsCongestionControl(string name) => CongestionControls.IsKnown(name);

    /// <summary>A copy that changes on its own.</summary>
    public TcpSocketOptions Clone() => (TcpSocketOptions)MemberwiseClone();
}
