using System;

namespace SharpTcp.Protocols.Tcp;

/// <summary>
/// Dynamic right-sizing of the receive buffer (Fisk and Feng): what the user reads in one round-trip time, doubled, is what the peer may have in flight.
/// </summary>
internal struct ReceiveTuning
{
    private Instant _since;
    private int _read;

    public void OnRead(TcpConnection connection, int count, Instant now)
    {
        if (connection.EffectiveOptions.ReceiveBufferSize > 0)
        {
            return;
        }

        _read += count;
        var rtt = connection.Rtt.HasSample ? connection.Rtt.Smoothed : TimeSpan.FromMilliseconds(100);
        if (now - _since < rtt)
        {
            return;
        }

        var maximum = connection.Layer.Settings.ReceiveBuffer.Maximum;
        if (_since != Instant.Zero && _read > connection.ReceiveBufferLimit / 2)
        {
            connection.ReceiveBufferLimit = Math.Min(maximum, Math.Max(connection.ReceiveBufferLimit, 2 * Math.Min(_read, maximum)));
        }

        _read = 0;
        _since = now;
    }
}
