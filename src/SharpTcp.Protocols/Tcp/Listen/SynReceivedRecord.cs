using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>
/// A half-open connection that a listener began: SYN-RECEIVED in little memory (RFC 9293 §3.10.7.2 and §3.10.7.4). It becomes a connection when its SYN-ACK is acknowledged.
/// </summary>
internal sealed class SynReceivedRecord : TcpRecord
{
    private readonly TcpListenPoint _listener;
    private readonly SequenceNumber _iss;
    private readonly SequenceNumber _irs;
    private readonly uint _tsOffset;
    private readonly int _interface;
    private readonly ushort _peerMss;
    private readonly byte _peerWindowScale;
    private readonly SynFlags _flags;
    private readonly uint _tsRecent;
    private byte _retries;

    public SynReceivedRecord(TcpListenPoint listener, in FourTuple tuple, in TcpView syn, in TcpOptionSet options, int interfaceIndex, SequenceNumber iss)
        : base(tuple)
    {
        var settings = listener.Layer.Settings;
        _listener = listener;
        _iss = iss;
        _irs = syn.Sequence;
        _interface = interfaceIndex;
        _peerMss = options.HasMaximumSegmentSize ? options.MaximumSegmentSize : (ushort)0;
        _peerWindowScale = options.WindowScale;
        _tsRecent = options.TimestampValue;
        _tsOffset = listener.Layer.Secrets.TimestampOffset(tuple);
        _flags = (options.HasMaximumSegmentSize ? SynFlags.Mss : 0)
            | (options.HasWindowScale && settings.WindowScaling ? SynFlags.WindowScale : 0)
            | (options.SackPermitted && settings.SelectiveAcks ? SynFlags.Sack : 0)
            | (options.HasTimestamps && settings.Timestamps ? SynFlags.Timestamps : 0)
            | (Ecn.Accepts(settings, syn.Flags) ? SynFlags.Ecn : 0);
    }

    [Flags]
    private enum SynFlags : byte
    {
        Mss = 1,
        WindowScale = 2,
        Sack = 4,
        Timestamps = 8,
        Ecn = 16,
    }

    public TcpListenPoint Listener => _listener;

    public int InterfaceIndex => _interface;

    private TcpLayer Layer => _listener.Layer;

    private SequenceNumber RcvNxt => _irs + 1u;

    private int ReceiveBuffer => _listener.Options is { ReceiveBufferSize: > 0 } own ? own.ReceiveBufferSize : Layer.Settings.ReceiveBuffer.Initial;

    private ushort Window => (ushort)Math.Min(ReceiveBuffer, ushort.MaxValue);

    private byte WindowScale => SynOptions.WindowScale(_listener.Options is { ReceiveBufferSize: > 0 } own ? own.ReceiveBufferSize : Layer.Settings.ReceiveBuffer.Maximum);

    /// <summary>Sends the SYN-ACK and waits for its answer (RFC 6298 §5.1).</summary>
    public void SendSynAck(Instant now)
    {
        SendSynAckSegment(now);
        Layer.Timers.Schedule(this, now + TimeoutAfter(_retries));
    }

    internal override int MemoryCost => SmallRecordCost;

    internal override void OnSegment(in TcpView segment, in IpMeta meta, Instant now)
    {
        var options = TcpOptionSet.Parse(segment.Options);
        if (!IsAcceptable(segment, options))
        {
            Answer(segment, now);
            return;
        }

        if (segment.Has(TcpFlags.Rst))
        {
            // MUST-11: a passive open returns to LISTEN; RFC 5961 §3.2: only on the exact sequence number.
            if (segment.Sequence == RcvNxt)
            {
                Layer.RemoveHalfOpen(this);
            }

            return;
        }

        if (segment.Has(TcpFlags.Syn))
        {
            SendSegment(_iss + 1u, TcpFlags.Ack, now);
            return;
        }

        if (!segment.Has(TcpFlags.Ack))
        {
            return;
        }

        if (segment.Acknowledgment != _iss + 1u)
        {
            ControlSegments.Reset(Layer, segment, meta, now);
            return;
        }

        Complete(segment, meta, options, now);
    }

    internal override void OnIcmpError(in IcmpErrorReport error, Instant now)
    {
        // A hard error about our SYN-ACK: the address was spoofed or the peer is gone (RFC 5927 §5.2: not synchronized).
        if (error.Sequence == _iss && error.Kind is IcmpErrorKind.PortUnreachable or IcmpErrorKind.ProtocolUnreachable)
        {
            Layer.RemoveHalfOpen(this);
        }
    }

    protected internal override void OnTimer(Instant now)
    {
        if (_retries >= Layer.Settings.SynAckRetries || _listener.IsClosed)
        {
            Layer.RemoveHalfOpen(this);
            return;
        }

        _retries++;
        Layer.Counters.SegmentsRetransmitted++;
        SendSynAck(now);
    }

    private TimeSpan TimeoutAfter(int retries) => Layer.Settings.InitialRto * (1 << retries);

    private bool IsAcceptable(in TcpView segment, in TcpOptionSet options)
    {
        if ((_flags & SynFlags.Timestamps) != 0 && options.HasTimestamps && !segment.Has(TcpFlags.Rst)
            && (int)(options.TimestampValue - _tsRecent) < 0)
        {
            return false;
        }

        return segment.Sequence.IsInWindow(RcvNxt, Window);
    }

    private void Answer(in TcpView segment, Instant now)
    {
        if (segment.Has(TcpFlags.Rst))
        {
            return;
        }

        if (segment.Has(TcpFlags.Syn) && segment.Sequence == _irs)
        {
            // The SYN again: our SYN-ACK was lost. It is sent again, but not more often than its own timer would twice over.
            if (ScheduledFor - now < TimeoutAfter(_retries) / 2 || _retries == 0)
            {
                SendSynAckSegment(now);
            }
        }
        else if (Layer.AnswerBudget.Take(now))
        {
            SendSegment(_iss + 1u, TcpFlags.Ack, now);
        }
    }

    private void Complete(in TcpView segment, in IpMeta meta, in TcpOptionSet options, Instant now)
    {
        if (_listener.IsClosed)
        {
            ControlSegments.Reset(Layer, segment, meta, now);
            Layer.RemoveHalfOpen(this);
            return;
        }

        if (_listener.IsFull)
        {
            // Not reset: the peer's retransmission may find room (exam row 52).
            Layer.Counters.AcceptQueueOverflows++;
            return;
        }

        // The timer was set when the SYN-ACK left; it is gone once the connection is open.
        var synAckSentAt = ScheduledFor - TimeoutAfter(_retries);
        if (Layer.Open(this, now) is not { } connection)
        {
            return;
        }

        Restore(connection, options, synAckSentAt, now);
        Handshake.Open(connection, now);
        AckCheck.Passes(connection, segment, options, now);
        _listener.Enqueue(connection);
        if (segment.Payload.Length > 0 || segment.Has(TcpFlags.Fin))
        {
            connection.OnSegment(segment, meta, now);
        }

        connection.Reschedule();
    }

    /// <summary>Makes the connection what it would be if it had been there since the SYN.</summary>
    private void Restore(TcpConnection connection, in TcpOptionSet options, Instant synAckSentAt, Instant now)
    {
        var syn = new TcpOptionSet
        {
            HasMaximumSegmentSize = (_flags & SynFlags.Mss) != 0,
            MaximumSegmentSize = _peerMss,
            HasWindowScale = (_flags & SynFlags.WindowScale) != 0,
            WindowScale = _peerWindowScale,
            SackPermitted = (_flags & SynFlags.Sack) != 0,
            HasTimestamps = (_flags & SynFlags.Timestamps) != 0,
            TimestampValue = options.HasTimestamps ? options.TimestampValue : _tsRecent,
        };
        connection.Set(TcpConnectionFlags.Passive);
        if ((_flags & SynFlags.Ecn) != 0)
        {
            connection.Set(TcpConnectionFlags.Ecn);
        }

        connection.Iss = _iss;
        connection.SndUna = _iss + 1u;
        connection.SndNxt = _iss + 1u;
        connection.SmallEnd = connection.SndUna;
        connection.Irs = _irs;
        connection.RcvNxt = RcvNxt;
        connection.LastAckSent = RcvNxt;
        connection.RcvAdv = RcvNxt + (uint)Window;
        connection.SndWl1 = _irs;
        connection.SndWl2 = _iss;
        connection.HeardAt = now;
        connection.ProgressAt = now;
        connection.SentAt = now;
        SynOptions.Accept(connection, syn, now);
        if (_retries == 0)
        {
            connection.Rtt.Sample(now - synAckSentAt, Layer.Settings);
        }
        else
        {
            connection.Set(TcpConnectionFlags.SynRetransmitted);
            connection.Rtt.OnHandshakeRetransmitted();
        }
    }

    /// <summary>RFC 3168 §6.1.1: ECE alone agrees to ECN.</summary>
    private void SendSynAckSegment(Instant now) =>
        SendSegment(_iss, TcpFlags.Syn | TcpFlags.Ack | ((_flags & SynFlags.Ecn) != 0 ? TcpFlags.Ece : 0), now);

    private void SendSegment(SequenceNumber sequence, TcpFlags flags, Instant now)
    {
        var header = new TcpHeader
        {
            SourcePort = LocalPort,
            DestinationPort = RemotePort,
            Sequence = sequence,
            Acknowledgment = RcvNxt,
            Flags = flags,
            Window = (flags & TcpFlags.Syn) != 0 || (_flags & SynFlags.WindowScale) == 0 ? Window : (ushort)(Window >> WindowScale),
        };
        var options = new TcpOptionSet
        {
            HasTimestamps = (_flags & SynFlags.Timestamps) != 0,
            TimestampValue = Timestamps.Value(_tsOffset, now),
            TimestampEcho = _tsRecent,
        };
        if ((flags & TcpFlags.Syn) != 0)
        {
            options.HasMaximumSegmentSize = true;
            options.MaximumSegmentSize = Layer.AnnouncedMss(this, now);
            options.HasWindowScale = (_flags & SynFlags.WindowScale) != 0;
            options.WindowScale = WindowScale;
            options.SackPermitted = (_flags & SynFlags.Sack) != 0;
        }

        ControlSegments.Send(Layer, LocalAddress, RemoteAddress, _interface, header, options, now);
    }
}
