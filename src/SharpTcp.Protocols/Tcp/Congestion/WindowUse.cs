using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>
/// How much of the congestion window was used in the last round: one that the user or the peer did not let us fill says nothing about the path, and does not grow (RFC 9293 §3.8.2,
/// RFC 7661).
/// </summary>
internal struct WindowUse
{
    private SequenceNumber _roundEnd;

    /// <summary>Whether the window, and not the user or the peer, held back sending in this round.</summary>
    public bool Limited { get; set; }

    /// <summary>The most bytes in flight in this round.</summary>
    public uint Flight { get; private set; }

    public void Begin(SequenceNumber sndNxt) => this = new WindowUse { _roundEnd = sndNxt };

    /// <summary>RFC 7661 §4.3: a window of which half was in flight is validated, so that slow start may double it.</summary>
    public readonly bool AllowsSlowStart(uint cwnd) => Limited || cwnd < 2 * (ulong)Flight;

    /// <summary>After a transmission, or when the window prevented one: the most of a round counts.</summary>
    public void OnSent(TcpConnection connection, bool limited)
    {
        var flight = connection.FlightSize;
        if (connection.SndUna >= _roundEnd || limited || (!Limited && flight > Flight))
        {
            Limited = limited;
            Flight = flight;
            _roundEnd = connection.SndNxt;
        }
    }
}
