using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>
/// A half-open connection that a listener began: SYN-RECEIVED in little memory (RFC 9293 §3.10.7.2 and §3.10.7.4). It becomes a connection when its SYN-ACK is acknowledged.
/// </summary>
internal sealed class SynReceivedRecord : TcpRecord
{
    private const int LongestBackoff = 16;

    private readonly TcpListenPoint _listener;
    private readonly SequenceNumber _iss;
    private readonly uint _tsOffset;
    private readonly int _interface;
    private SynOffer _offer;
    private byte _retries;

    public SynReceivedRecord(TcpListenPoint listener, in FourTuple tuple, in SynOffer offer, int interfaceIndex, SequenceNumber iss)
        : base(tuple)
    {
        _listener = listener;
        _iss = iss;
        _offer = offer;
        _interface = interfaceIndex;
        _tsOffset = listener.Layer.Secrets.TimestampOffset(tuple);
    }

    public TcpListenPoint Listener => _listener;

    public int InterfaceIndex => _interface;

    private TcpLayer Layer => _listener.Layer;

    private ushort Window => _listener.SynWindow;

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
            if (segment.Sequence == _offer.RcvNxt)
            {
                Layer.RemoveHalfOpen(this);
            }

            return;
        }

        if (segment.Has(TcpFlags.Syn))
        {
            SendAck(now);
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

        if (segment.Payload.Length == 0 && !segment.Has(TcpFlags.Fin) && IsDeferred(_retries))
        {
            _offer.Flags |= SynFlags.AwaitsData;
            return;
        }

        Complete(segment, meta, options, now);
    }

    internal override void OnIcmpError(in IcmpErrorReport error, Instant now)
    {
        // The address was spoofed or the peer is gone: an error about our SYN-ACK, before anything is synchronized (RFC 5927 §5.2).
        if (error.Sequence == _iss && IcmpErrors.EndsHalfOpen(Layer.Settings, error.Kind))
        {
            Layer.RemoveHalfOpen(this);
        }
    }

    protected internal override void OnTimer(Instant now)
    {
        var awaitsData = _offer.Has(SynFlags.AwaitsData);
        var isGivenUp = _retries >= Layer.Settings.SynAckRetries && !(awaitsData && IsDeferred(_retries));
        if (isGivenUp || _retries == byte.MaxValue || _listener.IsClosed)
        {
            Layer.RemoveHalfOpen(this);
            return;
        }

        _retries++;
        if (awaitsData && IsDeferred(_retries))
        {
            Layer.Timers.Schedule(this, now + TimeoutAfter(_retries));
            return;
        }

        // Who waited long enough for data gets the SYN-ACK once more: its answer then opens the connection as it is.
        Layer.Counters.SegmentsRetransmitted++;
        SendSynAck(now);
    }

    /// <summary>Whether after so many timeouts the first bytes are still waited for.</summary>
    private bool IsDeferred(int timeouts)
    {
        var passed = TimeSpan.Zero;
        for (var i = 0; i < timeouts && passed < _listener.DeferAccept; i++)
        {
            passed += TimeoutAfter(i);
        }

        return passed < _listener.DeferAccept;
    }

    private TimeSpan TimeoutAfter(int retries)
    {
        var settings = Layer.Settings;
        var doubled = settings.InitialRto * (1L << Math.Min(retries, LongestBackoff));
        return doubled < settings.MaximumRto ? doubled : settings.MaximumRto;
    }

    private bool IsAcceptable(in TcpView segment, in TcpOptionSet options)
    {
        if (_offer.Has(SynFlags.Timestamps) && options.HasTimestamps && !segment.Has(TcpFlags.Rst)
            && (int)(options.TimestampValue - _offer.TsRecent) < 0)
        {
            return false;
        }

        return segment.Sequence.IsInWindow(_offer.RcvNxt, Window);
    }

    private void Answer(in TcpView segment, Instant now)
    {
        if (segment.Has(TcpFlags.Rst))
        {
            return;
        }

        if (segment.Has(TcpFlags.Syn) && segment.Sequence == _offer.Irs)
        {
            // The SYN again: our SYN-ACK was lost. It is sent again, but not more often than its own timer would twice over.
            if (ScheduledFor - now < TimeoutAfter(_retries) / 2 || _retries == 0)
            {
                SendSynAckSegment(now);
            }
        }
        else if (Layer.AnswerBudget.Take(now))
        {
            SendAck(now);
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

        // The timer was set when the SYN-ACK left; it is gone once the connection is open. A cookie had none.
        Instant? synAckSentAt = ScheduledFor.IsNever ? null : ScheduledFor - TimeoutAfter(_retries);
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

    private void Restore(TcpConnection connection, in TcpOptionSet options, Instant? synAckSentAt, Instant now)
    {
        var offer = _offer;
        offer.TsRecent = options.HasTimestamps ? options.TimestampValue : offer.TsRecent;
        offer.Restore(connection, _iss, Window, now);
        connection.SndUna = connection.SndNxt;
        if (_offer.Has(SynFlags.AwaitsData))
        {
            // The SYN-ACK was answered long ago.
            return;
        }

        if (_retries == 0 && synAckSentAt is { } sentAt)
        {
            connection.Rtt.Sample(now - sentAt, Layer.Settings);
        }
        else if (_retries > 0)
        {
            connection.Set(TcpConnectionFlags.SynRetransmitted);
            connection.Rtt.OnHandshakeRetransmitted();
        }
    }

    private void SendSynAckSegment(Instant now) =>
        SynAcks.Send(_listener, Tuple, _offer, _iss, _interface, Timestamps.Value(_tsOffset, now), _offer.Has(SynFlags.GivesCookie) && _retries == 0, now);

    private void SendAck(Instant now) => SynAcks.SendAck(_listener, Tuple, _offer, _iss + 1u, _interface, Timestamps.Value(_tsOffset, now), now);
}
