using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>
/// Dynamic right-sizing of the receive buffer (Fisk and Feng): what the user reads in one round-trip time, doubled, is what the peer may have in flight.
/// </summary>
internal struct ReceiveTuning
{
    /// <summary>The clock of timestamps ticks so often: no shorter time can be told, and on no shorter path does the window matter.</summary>
    private static readonly TimeSpan ShortestRound = TimeSpan.FromMilliseconds(1);

    private Instant _since;
    private int _read;

    /// <summary>The receiver's own estimate of the round-trip time in milliseconds, or 0: it may never send data that would be acknowledged.</summary>
    private uint _round;

    /// <summary>That estimate as a time.</summary>
    public readonly TimeSpan Rtt => TimeSpan.FromMilliseconds(_round);

    /// <summary>A full segment came: it echoes the acknowledgment that allowed it (RFC 7323 §4.1).</summary>
    public void OnData(TcpConnection connection, in TcpOptionSet options, Instant now)
    {
        if (!connection.Has(TcpConnectionFlags.Timestamps) || options.TimestampEcho == 0)
        {
            return;
        }

        // A sender that had nothing to send makes it longer, never shorter: follow down at once and up slowly.
        var elapsed = Math.Max(1, Timestamps.Value(connection.TsOffset, now) - options.TimestampEcho);
        if (elapsed < int.MaxValue)
        {
            _round = _round == 0 || elapsed < _round ? elapsed : _round + (elapsed - _round) / 8;
        }
    }

    public void OnRead(TcpConnection connection, int count, Instant now)
    {
        if (connection.EffectiveOptions.ReceiveBufferSize > 0)
        {
            return;
        }

        _read += count;
        if (now - _since < Round(connection))
        {
            return;
        }

        // A window is a promise: it does not grow beyond what could be kept of it.
        var maximum = (int)Math.Min(connection.Layer.Settings.ReceiveBuffer.Maximum, connection.Layer.Memory.Free(MemoryUse.Growth));
        if (_since != Instant.Zero && _read > connection.ReceiveBufferLimit / 2)
        {
            connection.ReceiveBufferLimit = Math.Min(maximum, Math.Max(connection.ReceiveBufferLimit, 2 * Math.Min(_read, maximum)));
        }

        _read = 0;
        _since = now;
    }

    private readonly TimeSpan Round(TcpConnection connection)
    {
        var round = _round > 0 ? TimeSpan.FromMilliseconds(_round) : connection.Rtt.HasSample ? connection.Rtt.Smoothed : TimeSpan.FromMilliseconds(100);
        return round < ShortestRound ? ShortestRound : round;
    }
}
