using System;

namespace SharpTcp.Protocols.Tcp;

/// <summary>
/// Whether what may be sent now should wait for the next acknowledgment, so that more leaves together (<see cref="TcpSettings.GatheredPart"/>). Super-segments that the window cuts
/// short breed more of their kind: each acknowledgment of a small one makes room for a small one.
/// </summary>
internal static class Gathering
{
    /// <summary>Nothing waits longer than about this; and only a sender that is at it gathers.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(1);

    /// <summary>Whether <paramref name="room"/> bytes of a piece of <paramref name="piece"/> bytes wait.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="send">What it sends.</param>
    /// <param name="piece">Bytes that belong together.</param>
    /// <param name="room">What the windows allow of it.</param>
    /// <param name="burst">The largest super-segment.</param>
    /// <param name="mss">Payload bytes of a full segment.</param>
    /// <param name="now">The time.</param>
    public static bool Waits(TcpConnection connection, SendState send, int piece, int room, int burst, int mss, Instant now)
    {
        var part = connection.Layer.Settings.GatheredPart;
        if (part == 0 || piece <= mss || send.Phase != RecoveryPhase.Open || send.Sent.Count == 0 || now - connection.SentAt > Patience)
        {
            return false;
        }

        // Enough for a super-segment, for all of a piece to which nothing can be added any more, or for a good part of the window.
        var isClosed = piece < connection.Unsent || connection.Has(TcpConnectionFlags.SendShutdown | TcpConnectionFlags.PushQueued) || send.Cuts is { Count: > 0, Last.Record: true };
        if (room >= burst || (isClosed && room >= piece) || room >= Math.Min(connection.SndWnd, connection.Congestion.Cwnd) / (uint)part)
        {
            return false;
        }

        // The acknowledgment that would make more room must be near.
        var half = connection.Rtt.Smoothed / 2;
        return send.Sent[0].SentAt + connection.Rtt.Smoothed - now <= (half < Patience ? half : Patience);
    }
}
