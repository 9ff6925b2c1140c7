using System;
using System.Net.Sockets;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>
/// A TCP connection: the transmission control block of RFC 9293 §3.3.1. What its user may do with it is in <c>TcpConnection.Calls.cs</c>; what arrives
/// goes through <c>Input/</c>, what leaves through <c>Output/</c>. The record is small and hot; what it needs only while bytes are queued or in flight is
/// rented for that time (<see cref="Send"/>, <see cref="Receive"/>).
/// </summary>
public sealed partial class TcpConnection : TcpRecord, INeighborWaiter, IRecencyNode<TcpConnection>
{
    internal readonly TcpLayer Layer;
    internal ITcpUser? User;
    internal Destination Path;

    /// <summary>The queue of connections to be polled; a connection is in it at most once.</summary>
    internal TcpConnection? NextTouched;

    /// <summary>The listener that counts this connection as pending: its SYN opened it, and is not acknowledged yet (RFC 7413 §5.1).</summary>
    internal TcpListenPoint? FastOpenListener;

    internal SendState? Send;
    internal ReceiveState? Receive;

    // Send sequence space.
    internal SequenceNumber Iss;
    internal SequenceNumber SndUna;
    internal SequenceNumber SndNxt;
    internal SequenceNumber SndWl1;
    internal SequenceNumber SndWl2;

    /// <summary>The end of the last segment that was sent smaller than it could be.</summary>
    internal SequenceNumber SmallEnd;
    internal uint SndWnd;
    internal uint MaxSndWnd;

    // Receive sequence space.
    internal SequenceNumber Irs;
    internal SequenceNumber RcvNxt;

    /// <summary>The right edge of the window that was advertised; it never moves left (SHLD-14).</summary>
    internal SequenceNumber RcvAdv;
    internal SequenceNumber LastAckSent;
    internal SequenceNumber RcvUrgent;

    // RFC 7323 §4.3
    internal uint TsRecent;
    internal uint TsOffset;
    internal Instant TsRecentAt;

    /// <summary>When new data (or the SYN) was last sent.</summary>
    internal Instant SentAt;

    /// <summary>When SND.UNA last moved, or data was first sent after idleness: what R2 counts from (RFC 9293 §3.8.3).</summary>
    internal Instant ProgressAt;

    /// <summary>When an acceptable segment last came.</summary>
    internal Instant HeardAt;

    /// <summary>When data last came.</summary>
    internal Instant DataReceivedAt;

    /// <summary>When what was sent has passed at the pace at which it should (<see cref="Pacing"/>).</summary>
    internal Instant PacedUntil;

    internal int SendBufferLimit;
    internal int ReceiveBufferLimit;

    /// <summary>The MSS that the peer announced, before path MTU and options (RFC 9293 §3.7.1).</summary>
    internal ushort PeerMss;

    /// <summary>An estimate of the peer's segment size, for the rule of every second segment.</summary>
    internal ushort RcvMss;

    internal byte SndWindShift;
    internal byte RcvWindShift;

    internal TcpConnectionFlags Flags;
    internal FastOpenSteps FastOpen;
    internal AckState Acks;
    internal RttEstimator Rtt;
    internal CongestionControl Control;
    internal CongestionState Congestion;
    internal DeadlineSet Deadlines;
    internal MtuSearch Mtu;
    internal ReceiveTuning Tuning;
    internal TcpStatistics Statistics;

    private TcpSocketOptions? _options;
    private TcpState _state;

    internal TcpConnection(TcpLayer layer, in FourTuple tuple, Destination path, TcpSocketOptions? options)
        : base(tuple)
    {
        Layer = layer;
        Path = path;
        _options = options;
        SendBufferLimit = EffectiveOptions.SendBufferSize > 0 ? EffectiveOptions.SendBufferSize : layer.Settings.SendBuffer.Initial;
        ReceiveBufferLimit = EffectiveOptions.ReceiveBufferSize > 0 ? EffectiveOptions.ReceiveBufferSize : layer.Settings.ReceiveBuffer.Initial;
        Control = CongestionControls.Of(EffectiveOptions, layer.Settings);
        PeerMss = (ushort)(tuple.LocalAddress.IsIPv4 ? SegmentSizes.DefaultMssIPv4 : SegmentSizes.DefaultMssIPv6);
        RcvMss = PeerMss;
        Rtt.Reset(layer.Settings);
        Deadlines = DeadlineSet.None;
        Congestion.Ssthresh = int.MaxValue;
        TsOffset = layer.Secrets.TimestampOffset(tuple);
    }

    /// <summary>Neighbours in the list of orphans, in the order in which their users left.</summary>
    TcpConnection? IRecencyNode<TcpConnection>.Older { get; set; }

    /// <inheritdoc/>
    TcpConnection? IRecencyNode<TcpConnection>.Newer { get; set; }

    /// <summary>Its state.</summary>
    public TcpState State
    {
        get => _state;
        internal set => _state = value;
    }

    /// <summary>Why the connection ended, after <see cref="TcpEvents.Failed"/>.</summary>
    public SocketError Error { get; internal set; }

    /// <summary>The last hint at trouble (ICMP error, R1 reached), or <see cref="SocketError.Success"/>.</summary>
    public SocketError SoftError { get; internal set; }

    /// <summary>Its options; changes take effect after <see cref="OnOptionsChanged"/>.</summary>
    public TcpSocketOptions Options
    {
        get
        {
            // Shared with the listener until somebody asks for its own.
            if (!Has(TcpConnectionFlags.OwnOptions))
            {
                _options = EffectiveOptions.Clone();
                Set(TcpConnectionFlags.OwnOptions);
            }

            return _options!;
        }
    }

    internal TcpSocketOptions EffectiveOptions => _options ?? Layer.DefaultOptions;

    internal bool IsSynchronized => _state >= TcpState.Established;

    /// <summary>Whether the handshake has to come first: a connection that its SYN opened (RFC 7413) may speak before.</summary>
    internal bool IsOpening => _state is TcpState.SynSent || (_state is TcpState.SynReceived && (FastOpen & FastOpenSteps.Early) == 0);

    /// <summary>Bytes between SND.UNA and SND.NXT.</summary>
    internal uint FlightSize => (uint)(SndNxt - SndUna);

    /// <summary>The sequence number of the first byte in the send buffer. The state tells whether the SYN lies before it: after 4 GiB SND.UNA passes ISS again.</summary>
    internal SequenceNumber SendFront => _state is TcpState.SynSent or TcpState.SynReceived ? Iss + 1u : SndUna;

    /// <summary>The sequence number after the last byte that the user queued: where FIN goes, until it is acknowledged.</summary>
    internal SequenceNumber SendEnd => SendFront + (uint)(Send?.Data.Length ?? 0);

    /// <summary>Bytes queued that SND.NXT has not passed.</summary>
    internal int Unsent => Has(TcpConnectionFlags.FinSent) ? 0 : SendEnd - SequenceNumber.Max(SndNxt, SendFront);

    internal bool Has(TcpConnectionFlags flag) => (Flags & flag) != 0;

    internal void Set(TcpConnectionFlags flag) => Flags |= flag;

    internal void Clear(TcpConnectionFlags flag) => Flags &= ~flag;

    /// <summary>The sending half of the rented state, from now until everything is acknowledged.</summary>
    internal SendState RentSend()
    {
        if (Send is null)
        {
            Send = Layer.SendStates.Rent();
            Send.PushEnd = SequenceNumber.Max(SndNxt, SendFront);
        }

        return Send;
    }

    /// <summary>The receiving half of the rented state, from now until everything is read.</summary>
    internal ReceiveState RentReceive() => Receive ??= Layer.ReceiveStates.Rent();

    /// <summary>Puts the connection into the queue of those that are asked for output.</summary>
    internal void Touch() => Layer.Touch(this);

    internal void Notify(TcpEvents events) => User?.OnTcpEvents(this, events);

    internal override int MemoryCost => ConnectionCost;

    internal override void OnSegment(in TcpView segment, in IpMeta meta, Instant now)
    {
        var segments = meta.SegmentSize == 0 ? 1 : (uint)SegmentSizes.Count((uint)Math.Max(1, segment.Payload.Length), meta.SegmentSize);
        Statistics.SegmentsReceived += segments;
        Statistics.DataSegmentsReceived += segment.Payload.Length > 0 ? segments : 0;
        SegmentArrives.Process(this, segment, meta, now);
    }

    internal override void OnIcmpError(in IcmpErrorReport error, Instant now) => IcmpErrors.Process(this, error, now);

    /// <inheritdoc/>
    protected internal override void OnTimer(Instant now) => Layer.Guard(this, now, static (connection, now) => TimersDue.Run(connection, now));

    /// <inheritdoc/>
    void INeighborWaiter.OnNeighborResolved(Instant now)
    {
        Clear(TcpConnectionFlags.Parked);
        Touch();
    }

    /// <inheritdoc/>
    void INeighborWaiter.OnNeighborFailed(Instant now)
    {
        Clear(TcpConnectionFlags.Parked);
        if (_state is TcpState.SynSent)
        {
            Fail(SocketError.HostUnreachable, now);
            return;
        }

        // RFC 1122 §2.3.2.1 and RFC 9293 MUST-56: a hint, like an unreachable error. The retransmission timer tries again.
        if (_state is not TcpState.Closed)
        {
            ReportSoftError(SocketError.HostUnreachable);
            ArmRetransmission(now);
        }
    }
}
