using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>
/// TIME-WAIT in little memory: what is needed to acknowledge the peer's FIN again and to tell old segments from a new connection (RFC 9293 §3.10.7.4, RFC 1337, RFC 6191).
/// </summary>
internal sealed class TimeWaitRecord : TcpRecord, IRecencyNode<TimeWaitRecord>
{
    private readonly TcpLayer _layer;
    private readonly SequenceNumber _sndNxt;
    private readonly SequenceNumber _rcvNxt;
    private readonly uint _tsOffset;
    private readonly uint _tsRecent;

    public TimeWaitRecord(TcpConnection connection, Instant now)
        : base(connection.Tuple)
    {
        _layer = connection.Layer;
        _sndNxt = connection.SndNxt;
        _rcvNxt = connection.RcvNxt;
        _tsRecent = connection.TsRecent;
        _tsOffset = connection.TsOffset;
        TimeWaitTimestamps = connection.Has(TcpConnectionFlags.Timestamps);
        TimeWaitWindow = (ushort)(ReceiveWindow.Promised(connection) >> connection.RcvWindShift);
        Restart(now);
    }

    /// <summary>Neighbours in the order of entry.</summary>
    public TimeWaitRecord? Older { get; set; }

    /// <inheritdoc cref="Older"/>
    public TimeWaitRecord? Newer { get; set; }

    internal override int MemoryCost => SmallRecordCost;

    internal override void OnSegment(in TcpView segment, in IpMeta meta, Instant now)
    {
        // RFC 1337: a reset does not end TIME-WAIT.
        if (segment.Has(TcpFlags.Rst))
        {
            return;
        }

        var options = TcpOptionSet.Parse(segment.Options);
        if (segment.Has(TcpFlags.Syn) && !segment.Has(TcpFlags.Ack) && IsNewer(segment, options))
        {
            _layer.ReopenFromTimeWait(this, segment, meta, options, now);
            return;
        }

        if (segment.Has(TcpFlags.Fin) && segment.EndSequence == _rcvNxt)
        {
            // The peer's FIN again: acknowledge it, and wait anew.
            Restart(now);
        }

        if (segment.SegmentLength > 0 || !IsExpected(segment))
        {
            Acknowledge(now);
        }
    }

    internal override void OnIcmpError(in IcmpErrorReport error, Instant now)
    {
    }

    protected internal override void OnTimer(Instant now) => _layer.RemoveTimeWait(this);

    /// <summary>Whether the user may begin a new connection in its place: the peer tells the two apart by timestamps, which takes a tick of the slowest clock, a second (RFC 7323 §5.4, RFC 6191 §2).</summary>
    public bool MayBeReused(Instant now) =>
        TimeWaitTimestamps && ScheduledFor - now <= 2 * _layer.Settings.MaximumSegmentLifetime - TimeSpan.FromSeconds(1);

    /// <summary>A sequence number to begin a new connection of the same addresses and ports with: beyond all that the old one used.</summary>
    public SequenceNumber AfterLast => _sndNxt + (ushort.MaxValue + 2u);

    /// <summary>RFC 6191 §2: by timestamp where both have them, else by sequence number (RFC 9293 MAY-2).</summary>
    private bool IsNewer(in TcpView segment, in TcpOptionSet options)
    {
        if (TimeWaitTimestamps && options.HasTimestamps)
        {
            var step = (int)(options.TimestampValue - _tsRecent);
            return step > 0 || (step == 0 && segment.Sequence > _rcvNxt);
        }

        return segment.Sequence > _rcvNxt;
    }

    private bool IsExpected(in TcpView segment) => segment.Sequence == _rcvNxt && segment.Acknowledgment == _sndNxt;

    private void Restart(Instant now) => _layer.Timers.Schedule(this, now + 2 * _layer.Settings.MaximumSegmentLifetime);

    private void Acknowledge(Instant now)
    {
        if (!_layer.AnswerBudget.Take(now))
        {
            return;
        }

        var header = new TcpHeader
        {
            SourcePort = LocalPort,
            DestinationPort = RemotePort,
            Sequence = _sndNxt,
            Acknowledgment = _rcvNxt,
            Flags = TcpFlags.Ack,
            Window = TimeWaitWindow,
        };
        var options = new TcpOptionSet { HasTimestamps = TimeWaitTimestamps, TimestampValue = Timestamps.Value(_tsOffset, now), TimestampEcho = _tsRecent };
        ControlSegments.Send(_layer, LocalAddress, RemoteAddress, 0, header, options, now);
    }
}
