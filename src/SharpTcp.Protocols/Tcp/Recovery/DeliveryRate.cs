using System;

namespace SharpTcp.Protocols.Tcp;

/// <summary>
/// The rate at which the path has lately delivered (draft-ietf-ccwg-bbr §4.1.1): what was delivered between the transmission of something and its acknowledgment, over the
/// longer of the time that sending and that acknowledging it took.
/// </summary>
internal struct DeliveryRate
{
    private uint _delivered;
    private uint _microseconds;

    /// <summary>Whether the user sent less than the path would have taken: the rate is then only a lower bound.</summary>
    public bool IsUserLimited { get; private set; }

    public readonly long BytesPerSecond => _microseconds == 0 ? 0 : (long)_delivered * 1_000_000 / _microseconds;

    /// <summary>Notes in a record what it needs when it is acknowledged.</summary>
    public static void OnSent(TcpConnection connection, SendState send, ref SentRecord record, Instant now)
    {
        if (send.Sent.Count == 1)
        {
            // Nothing else is in flight: the flight begins here.
            send.DeliveredAt = now;
            send.FlightSentAt = now;
        }

        record.Delivered = connection.Statistics.Delivered;
        record.DeliveredAt = send.DeliveredAt;
        record.FlightSentAt = send.FlightSentAt;
    }

    /// <summary>An acknowledgment that delivered something: <paramref name="sample"/> knows the record among it that was sent last.</summary>
    public void OnDelivered(TcpConnection connection, SendState send, in DeliverySample sample)
    {
        send.DeliveredAt = sample.Now;
        send.FlightSentAt = sample.LatestSentAt;
        var interval = Math.Max((sample.Now - sample.LatestDeliveredAt).Ticks, (sample.LatestSentAt - sample.LatestFlightSentAt).Ticks) / TimeSpan.TicksPerMicrosecond;

        // An interval shorter than the path allows is of a burst of acknowledgments (§4.1.2.3).
        if (interval <= 0 || interval > uint.MaxValue || interval < connection.Rtt.Minimum.Ticks / TimeSpan.TicksPerMicrosecond)
        {
            return;
        }

        var delivered = connection.Statistics.Delivered - sample.LatestDelivered;
        var faster = (ulong)delivered * _microseconds >= (ulong)_delivered * (ulong)interval;
        if (sample.LatestUserLimited && !faster && _microseconds != 0)
        {
            return;
        }

        _delivered = delivered;
        _microseconds = (uint)interval;
        IsUserLimited = sample.LatestUserLimited;
    }
}
