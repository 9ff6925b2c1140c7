using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>What both sides have agreed on by a SYN.</summary>
[Flags]
internal enum SynFlags : byte
{
    None = 0,
    Mss = 1,
    WindowScale = 2,
    Sack = 4,
    Timestamps = 8,
    Ecn = 16,

    /// <summary>The SYN-ACK gives the client a Fast Open cookie.</summary>
    GivesCookie = 32,

    /// <summary>It does so in the experimental form.</summary>
    Experimental = 64,

    /// <summary>The handshake is complete; only data is waited for (TCP_DEFER_ACCEPT).</summary>
    AwaitsData = 128,
}

/// <summary>What a listener keeps of a SYN: its options, as far as we take them, and where its sender begins.</summary>
internal struct SynOffer
{
    public SequenceNumber Irs;
    public uint TsRecent;
    public ushort Mss;
    public byte WindowScale;
    public SynFlags Flags;

    public SynOffer(TcpSettings settings, in TcpView syn, in TcpOptionSet options)
    {
        Irs = syn.Sequence;
        TsRecent = options.TimestampValue;
        Mss = options.HasMaximumSegmentSize ? options.MaximumSegmentSize : (ushort)0;
        WindowScale = options.WindowScale;
        Flags = (options.HasMaximumSegmentSize ? SynFlags.Mss : 0)
            | (options.HasWindowScale && settings.WindowScaling ? SynFlags.WindowScale : 0)
            | (options.SackPermitted && settings.SelectiveAcks ? SynFlags.Sack : 0)
            | (options.HasTimestamps && settings.Timestamps ? SynFlags.Timestamps : 0)
            | (Ecn.Accepts(settings, syn.Flags) ? SynFlags.Ecn : 0);
    }

    public readonly SequenceNumber RcvNxt => Irs + 1u;

    public readonly bool Has(SynFlags flag) => (Flags & flag) != 0;

    /// <summary>Makes a new connection what it would be if it had been there since the SYN. Its own SYN counts as sent, and not yet as acknowledged.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="iss">Our initial sequence number.</param>
    /// <param name="window">The window that our SYN-ACK announces.</param>
    /// <param name="now">The time.</param>
    public readonly void Restore(TcpConnection connection, SequenceNumber iss, ushort window, Instant now)
    {
        connection.Set(TcpConnectionFlags.Passive);
        if (Has(SynFlags.Ecn))
        {
            connection.Set(TcpConnectionFlags.Ecn);
        }

        connection.Iss = iss;
        connection.SndUna = iss;
        connection.SndNxt = iss + 1u;
        connection.SmallEnd = iss;
        connection.Irs = Irs;
        connection.RcvNxt = RcvNxt;
        connection.LastAckSent = RcvNxt;
        connection.RcvAdv = RcvNxt + (uint)window;
        connection.SndWl1 = Irs;
        connection.SndWl2 = iss;
        connection.HeardAt = now;
        connection.ProgressAt = now;
        connection.SentAt = now;
        SynOptions.Accept(connection, Options(), now);
    }

    private readonly TcpOptionSet Options() => new()
    {
        HasMaximumSegmentSize = Has(SynFlags.Mss),
        MaximumSegmentSize = Mss,
        HasWindowScale = Has(SynFlags.WindowScale),
        WindowScale = WindowScale,
        SackPermitted = Has(SynFlags.Sack),
        HasTimestamps = Has(SynFlags.Timestamps),
        TimestampValue = TsRecent,
    };
}
