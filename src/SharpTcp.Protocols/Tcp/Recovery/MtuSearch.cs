using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>
/// Packetization layer path MTU discovery (RFC 4821): a path that drops large packets in silence is noticed by timeouts and gets smaller segments; then single segments of new data that are
/// larger find out what passes. The loss of such a probe is no congestion (§7.6.2).
/// </summary>
internal struct MtuSearch
{
    /// <summary>§7.2: no path that matters takes less than 1,024 bytes of payload; where one does, it takes what every IPv4 host must (RFC 9293 MUST-15).</summary>
    private const ushort BaseIPv4 = 1024;
    private const ushort LeastIPv4 = 512;

    /// <summary>IPv6 links carry 1,280 bytes (RFC 8200 §5).</summary>
    private const ushort BaseIPv6 = 1280 - 40 - 20;

    /// <summary>§7.6.1: closer than that the search has come to an end.</summary>
    private const int CloseEnough = 16;

    /// <summary>§7.4: so many segments follow a probe, or nobody would show that it was lost.</summary>
    private const int Followers = 4;

    /// <summary>§7.7: a path may have changed by then.</summary>
    private static readonly TimeSpan SearchAgain = TimeSpan.FromMinutes(10);

    private SequenceNumber _probeStart;
    private SequenceNumber _probeEnd;
    private Instant _notBefore;
    private ushort _tooLarge;
    private ushort _probe;

    /// <summary>The largest segment, options included, that is known to pass; 0 while there is no reason for doubt.</summary>
    public ushort Limit { get; private set; }

    /// <summary>The connection is open.</summary>
    public void OnEstablished(TcpConnection connection)
    {
        if (connection.Layer.Settings.PathMtuProbing is PathMtuProbing.Always)
        {
            Restrict(connection, Base(connection));
        }
    }

    /// <summary>A timeout in a row of them: what is sent again now is smaller.</summary>
    public void OnTimeout(TcpConnection connection, SendState send)
    {
        _probe = 0;
        var settings = connection.Layer.Settings;
        if (settings.PathMtuProbing is PathMtuProbing.Off || connection.Rtt.Backoff == 0 || send.Sent.Count == 0)
        {
            return;
        }

        // Every second one: the first may be of congestion, and what is smaller must have its chance to be answered.
        var smaller = Limit == 0 ? Base(connection) : LeastIPv4;
        if (connection.Rtt.Backoff % 2 == 1 && send.Sent[0].Length > Payload(connection, smaller) && (Limit == 0 || connection.Path.Address.IsIPv4))
        {
            connection.Layer.Counters.BlackHoles++;
            Restrict(connection, smaller);
        }
    }

    /// <summary>An acknowledgment came.</summary>
    public void OnAcknowledged(TcpConnection connection, Instant now)
    {
        if (_probe == 0 || connection.SndUna < _probeEnd)
        {
            return;
        }

        Limit = _probe;
        _probe = 0;
        _notBefore = now;
        End(connection, now);
    }

    /// <summary>What was found lost: if it is the probe and nothing else, it was too large, and the network is not congested.</summary>
    public bool TakesLoss(TcpConnection connection, SendState send, Instant now)
    {
        if (_probe == 0)
        {
            return false;
        }

        var start = _probeStart;
        var index = send.Sent.FirstLost();
        if (index < 0 || send.Sent[index].Start < start || send.Sent[index].Start >= _probeEnd || send.Sent.LostBytes > (uint)(_probeEnd - start))
        {
            return false;
        }

        for (var i = send.Sent.IndexOf(start); i < send.Sent.Count && send.Sent[i].Start < _probeEnd; i++)
        {
            if (!send.Sent[i].Has(SentFlags.Lost | SentFlags.Sacked))
            {
                send.Sent.MarkLost(i);
            }
        }

        _tooLarge = _probe;
        _probe = 0;
        _notBefore = now + 2 * connection.Rtt.Smoothed;
        End(connection, now);
        return true;
    }

    /// <summary>The payload of a probe that may go out now, or 0.</summary>
    public readonly int Due(TcpConnection connection, SendState send, int mss, Instant now)
    {
        if (Limit == 0 || _probe != 0 || now < _notBefore || send.Phase != RecoveryPhase.Open || send.Sent.SackedBytes + send.Sent.LostBytes > 0)
        {
            return 0;
        }

        var payload = Payload(connection, Next(connection));
        var needed = payload + Followers * mss;
        var room = Math.Min((long)connection.Congestion.Cwnd - connection.FlightSize, connection.SndWnd - connection.FlightSize);
        return payload > mss && send.Cuts.Count == 0 && connection.Unsent >= needed && room >= needed ? payload : 0;
    }

    public void OnProbeSent(TcpConnection connection, SequenceNumber start)
    {
        _probe = Next(connection);
        _probeStart = start;
        _probeEnd = connection.SndNxt;
        connection.Layer.Counters.PathMtuProbes++;
    }

    /// <summary>§7.3: first the largest, in case the path was only slow; then halfway between what passes and what does not.</summary>
    private readonly ushort Next(TcpConnection connection)
    {
        var largest = SegmentSizes.Largest(connection);
        return _tooLarge == 0 || _tooLarge > largest ? (ushort)largest : (ushort)((Limit + _tooLarge) / 2);
    }

    private void Restrict(TcpConnection connection, ushort limit)
    {
        if (limit < SegmentSizes.Largest(connection))
        {
            Limit = limit;
            _tooLarge = 0;
            _probe = 0;
        }
    }

    /// <summary>Nothing larger fits, or what does not pass is hardly larger than what does.</summary>
    private void End(TcpConnection connection, Instant now)
    {
        if (Limit >= SegmentSizes.Largest(connection))
        {
            Limit = 0;
        }
        else if (_tooLarge != 0 && _tooLarge - Limit <= CloseEnough)
        {
            _tooLarge = 0;
            _notBefore = now + SearchAgain;
        }
    }

    private static ushort Base(TcpConnection connection) => connection.Path.Address.IsIPv4 ? BaseIPv4 : BaseIPv6;

    private static int Payload(TcpConnection connection, int segment) => segment - SegmentSizes.OptionsOf(connection);
}
