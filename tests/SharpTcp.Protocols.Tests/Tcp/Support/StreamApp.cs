using System;
using SharpTcp.Protocols.Tcp;
using Xunit;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>
/// An application on one end of a connection: sends so many bytes of the pattern, reads and checks what comes, closes its half when it is done, and the whole when the peer is.
/// It acts when it is asked to and never inside of an event, as the contract of <see cref="ITcpUser"/> wants.
/// </summary>
internal sealed class StreamApp : ITcpUser
{
    private readonly long _toSend;
    private readonly TestEntropy? _random;
    private long _echoBacklog;
    private bool _shut;

    /// <param name="toSend">Bytes to send.</param>
    /// <param name="random">Sizes of writes and reads; none for as much as goes.</param>
    public StreamApp(long toSend, TestEntropy? random = null)
    {
        _toSend = toSend;
        _random = random;
    }

    /// <summary>Sends back what it reads instead of a stream of its own.</summary>
    public bool Echo { get; init; }

    /// <summary>Whether it reads at all.</summary>
    public bool Reads { get; set; } = true;

    /// <summary>Whether it ends its half when all is sent (an echo: when the peer has ended its own).</summary>
    public bool Closes { get; set; } = true;

    public TcpConnection? Connection { get; set; }

    public TcpEvents Seen { get; private set; }

    public long Sent { get; private set; }

    public long Received { get; private set; }

    public bool SawEnd { get; private set; }

    public bool IsClosed { get; private set; }

    public bool HasFailed => (Seen & TcpEvents.Failed) != 0;

    public void OnTcpEvents(TcpConnection connection, TcpEvents events)
    {
        Connection ??= connection;
        Assert.Equal(TcpEvents.None, Seen & TcpEvents.Closed);
        Seen |= events;
    }

    /// <summary>Does what can be done now; whether something was.</summary>
    public bool Act(Instant now)
    {
        if (Connection is not { } connection || IsClosed)
        {
            return false;
        }

        var acted = Reads && Read(connection, now);
        acted |= Write(connection, now);
        var done = Echo ? SawEnd && _echoBacklog == 0 : Sent == _toSend;
        if (done && Closes && !_shut && connection.CanSend)
        {
            _shut = true;
            connection.ShutdownSend(now);
            acted = true;
        }

        if ((_shut && SawEnd) || (Seen & TcpEvents.Closed) != 0)
        {
            IsClosed = true;
            connection.Close(now);
            acted = true;
        }

        return acted;
    }

    private bool Read(TcpConnection connection, Instant now)
    {
        var acted = false;
        while (connection.Available > 0 && (!Echo || _echoBacklog < 1 << 20))
        {
            var piece = connection.PeekReceived();
            var count = _random is null ? piece.Length : Math.Min(piece.Length, 1 + _random.Below(20_000));
            Pattern.Check(piece[..count], Received);
            connection.ConsumeReceived(count, now);
            Received += count;
            _echoBacklog += Echo ? count : 0;
            acted = true;
        }

        if (connection.IsPeerClosed && connection.Available == 0 && !SawEnd)
        {
            SawEnd = true;
            acted = true;
        }

        return acted;
    }

    private bool Write(TcpConnection connection, Instant now)
    {
        var acted = false;
        while (connection.CanSend && (Echo ? _echoBacklog : _toSend - Sent) > 0)
        {
            var wanted = (int)Math.Min(Echo ? _echoBacklog : _toSend - Sent, _random is null ? 1 << 20 : 1 + _random.Below(40_000));
            var span = connection.ReserveSend(wanted);
            if (span.IsEmpty)
            {
                break;
            }

            Pattern.Fill(span, Sent);
            connection.CommitSend(span.Length, push: true, now);
            Sent += span.Length;
            _echoBacklog -= Echo ? span.Length : 0;
            acted = true;
        }

        return acted;
    }
}
