using System.Diagnostics;

namespace SharpTcp.Protocols.Tcp;

/// <content>The queue of connections that have something to send, or may have.</content>
public sealed partial class TcpLayer
{
    private TcpConnection? _firstTouched;
    private TcpConnection? _lastTouched;
    private bool _linkFull;

    /// <summary>Asks every touched connection once what it has to send.</summary>
    /// <returns>Whether more could be sent at once.</returns>
    public bool Poll(Instant now)
    {
        OfferMemory();
        if (_linkFull)
        {
            return false;
        }

        var last = _lastTouched;
        while (_firstTouched is { } connection)
        {
            Dequeue(connection);
            var outcome = PollGuarded(connection, now);
            if (outcome != PollOutcome.Done && connection.State is not TcpState.Closed)
            {
                Touch(connection);
            }

            if (outcome == PollOutcome.LinkFull)
            {
                _linkFull = true;
                return false;
            }

            if (connection == last)
            {
                break;
            }
        }

        return _firstTouched is not null;
    }

    /// <summary>Asks one connection what it has to send, before the rest of a call's work is done.</summary>
    internal void PollNow(TcpConnection connection, Instant now)
    {
        if (!_linkFull)
        {
            _linkFull = PollGuarded(connection, now) == PollOutcome.LinkFull;
        }
    }

    /// <summary>A link has room again.</summary>
    public void OnWritable(Instant now) => _linkFull = false;

    internal void Touch(TcpConnection connection)
    {
        if (connection.Has(TcpConnectionFlags.Touched))
        {
            return;
        }

        connection.Set(TcpConnectionFlags.Touched);
        if (_lastTouched is null)
        {
            _firstTouched = connection;
        }
        else
        {
            _lastTouched.NextTouched = connection;
        }

        _lastTouched = connection;
    }

    private PollOutcome PollGuarded(TcpConnection connection, Instant now)
    {
        try
        {
            return Transmitter.Poll(connection, now);
        }
        catch (System.Exception exception)
        {
            Fault(connection, exception, now);
            return PollOutcome.Done;
        }
    }

    private void Dequeue(TcpConnection connection)
    {
        Debug.Assert(connection == _firstTouched, "the queue is left from its front");
        _firstTouched = connection.NextTouched;
        connection.NextTouched = null;
        if (_firstTouched is null)
        {
            _lastTouched = null;
        }

        connection.Clear(TcpConnectionFlags.Touched);
    }
}
