namespace SharpTcp.Protocols.Tcp;

/// <content>
/// Connections whose user is gone: they still deliver what is queued and say farewell, but nobody would miss them, and a peer that never answers could pile them up (CVE-2008-4609). Their
/// number has a limit, and beyond it, or when the memory budget has nothing left for a new connection, the one that was left longest ago is reset: it has had the most time.
/// </content>
public sealed partial class TcpLayer
{
    private readonly RecencyList<TcpConnection> _orphans = new();

    /// <summary>Connections whose user is gone, without those in TIME-WAIT.</summary>
    public int OrphanCount => _orphans.Count;

    internal void AddOrphan(TcpConnection connection, Instant now)
    {
        if (connection.State is TcpState.Closed || connection.Has(TcpConnectionFlags.CountedAsOrphan))
        {
            return;
        }

        connection.Set(TcpConnectionFlags.CountedAsOrphan);
        _orphans.AddNewest(connection);
        if (_orphans.Count > Settings.MaximumOrphans)
        {
            ResetOldestOrphan(now);
        }
    }

    /// <summary>Makes room by ending the orphan that was left longest ago.</summary>
    /// <returns>Whether there was one.</returns>
    internal bool ResetOldestOrphan(Instant now)
    {
        if (_orphans.Oldest is not { } oldest)
        {
            return false;
        }

        Counters.OrphansReset++;
        oldest.Abort(now);
        return true;
    }

    private void RemoveOrphan(TcpConnection connection)
    {
        if (connection.Has(TcpConnectionFlags.CountedAsOrphan))
        {
            connection.Clear(TcpConnectionFlags.CountedAsOrphan);
            _orphans.Remove(connection);
        }
    }
}
