using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <content>The end of connections: deletion of the record, TIME-WAIT and what may follow it.</content>
public sealed partial class TcpLayer
{
    private readonly RecencyList<TimeWaitRecord> _timeWaits = new();

    /// <summary>Connections in TIME-WAIT.</summary>
    public int TimeWaitCount => _timeWaits.Count;

    /// <summary>CLOSED: the record leaves the table (RFC 9293 §3.10.7.4 "delete the TCB").</summary>
    internal void Remove(TcpConnection connection, TcpEvents events, Instant now)
    {
        if (connection.State is TcpState.Closed)
        {
            return;
        }

        RemoveOrphan(connection);
        FastOpenServer.Leave(connection, byReset: false, now);
        Timers.Cancel(connection);
        Table.Remove(connection);
        Retire(connection, events);
    }

    /// <summary>The connection shrinks to a record that waits for 2 MSL (MUST-13).</summary>
    internal void EnterTimeWait(TcpConnection connection, Instant now)
    {
        if (connection.Acks.Now)
        {
            // The acknowledgment of the peer's FIN leaves before the record shrinks.
            SegmentBuilder.SendBare(connection, connection.SndNxt, TcpFlags.Ack, now);
        }

        RemoveOrphan(connection);
        Timers.Cancel(connection);
        var record = new TimeWaitRecord(connection, now);
        Table.Replace(connection, record);
        _timeWaits.AddNewest(record);
        if (TimeWaitCount > Settings.MaximumTimeWait || Memory.Free(MemoryUse.Connection) == 0)
        {
            RemoveTimeWait(_timeWaits.Oldest!);
        }

        Retire(connection, TcpEvents.Closed);
    }

    internal void RemoveTimeWait(TimeWaitRecord record)
    {
        Timers.Cancel(record);
        Table.Remove(record);
        _timeWaits.Remove(record);
    }

    /// <summary>MAY-2, RFC 6191: a SYN that is certainly newer than the old connection begins one anew, if somebody listens.</summary>
    internal void ReopenFromTimeWait(TimeWaitRecord record, in TcpView segment, in IpMeta meta, in TcpOptionSet options, Instant now)
    {
        if (_listeners.Find(record.Tuple, meta.Interface.Index) is not { } listener)
        {
            return;
        }

        // The new sequence numbers must lie beyond the old ones; the clock of RFC 6528 may not have gone that far.
        var tuple = record.Tuple;
        var iss = Secrets.InitialSequence(tuple, now);
        iss = iss > record.AfterLast ? iss : record.AfterLast;
        RemoveTimeWait(record);
        listener.OnSegment(tuple, segment, meta, options, iss, now);
    }

    private static void Retire(TcpConnection connection, TcpEvents events)
    {
        connection.State = TcpState.Closed;
        connection.Deadlines = DeadlineSet.None;
        connection.Set(TcpConnectionFlags.Removed);
        connection.ReleaseBuffers();
        if (events != TcpEvents.None)
        {
            connection.Notify(events);
        }
    }
}
