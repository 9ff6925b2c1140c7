using System.Collections.Generic;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>
/// Listens to every address and port that comes in on an interface of <see cref="InterfaceOptions.AnyAddress"/> and that nobody else listens to. What waits for a decision and what is half-open
/// has one limit; beyond it a SYN is dropped.
/// </summary>
public sealed class TcpFlowPoint : ITcpListenUser
{
    private readonly Dictionary<FourTuple, TcpFlow> _undecided = [];
    private readonly Dictionary<FourTuple, TcpFlow> _accepted = [];
    private readonly ITcpFlowUser _user;
    private readonly TcpListenPoint _listener;
    private readonly int _limit;

    internal TcpFlowPoint(TcpLayer layer, TcpListenPoint listener, ITcpFlowUser user, int limit)
    {
        Layer = layer;
        _listener = listener;
        _user = user;
        _limit = limit;
    }

    internal TcpLayer Layer { get; }

    /// <summary>Stops; what is undecided is dropped, half-open connections are forgotten.</summary>
    public void Close(Instant now)
    {
        _undecided.Clear();
        _accepted.Clear();
        Layer.RemoveFlowPoint(this);
        _listener.Close(now);
    }

    /// <inheritdoc/>
    void ITcpListenUser.OnAcceptable(TcpListenPoint listener)
    {
        while (listener.TryAccept(Nobody.Instance, out var connection))
        {
            if (_accepted.Remove(new FourTuple(connection!.Local.Address, connection.Remote.Address, connection.Local.Port, connection.Remote.Port), out var flow))
            {
                connection.User = flow.User!;
                _user.OnOpened(flow, connection);
            }
        }
    }

    /// <summary>A segment that belongs to no connection and to no listener.</summary>
    /// <returns>False if it is to be answered with a reset.</returns>
    internal bool OnSegment(in FourTuple tuple, in TcpView segment, in IpMeta meta, Instant now)
    {
        if (segment.Has(TcpFlags.Rst))
        {
            // RFC 5961 §3.2, as far as there is a window: only what follows the SYN exactly.
            if (_undecided.TryGetValue(tuple, out var given) && given.IsNext(segment.Sequence) && TryDecide(given))
            {
                _user.OnLost(given);
            }

            return true;
        }

        if (segment.Has(TcpFlags.Ack) || !segment.Has(TcpFlags.Syn) || segment.Has(TcpFlags.Fin))
        {
            return false;
        }

        if (_undecided.ContainsKey(tuple))
        {
            return true;
        }

        if (_undecided.Count + _accepted.Count >= _limit || Layer.Memory.Free(MemoryUse.Connection) < TcpRecord.ConnectionCost)
        {
            Layer.Counters.SynBacklogOverflows++;
            return true;
        }

        var flow = new TcpFlow(this, tuple, new SynOffer(Layer.Settings, segment, TcpOptionSet.Parse(segment.Options)), meta.Interface.Index);
        _undecided.Add(tuple, flow);
        _user.OnFlow(flow);
        return true;
    }

    /// <summary>Takes a flow out of those that wait for a decision; false if it does not wait any more.</summary>
    internal bool TryDecide(TcpFlow flow) => _undecided.TryGetValue(flow.Tuple, out var waiting) && waiting == flow && _undecided.Remove(flow.Tuple);

    internal void Begin(TcpFlow flow, in SynOffer offer, int interfaceIndex, Instant now)
    {
        _accepted[flow.Tuple] = flow;
        _listener.HalfOpen++;
        Layer.Counters.PassiveOpens++;
        var record = new SynReceivedRecord(_listener, flow.Tuple, offer, interfaceIndex, Layer.Secrets.InitialSequence(flow.Tuple, now));
        Layer.Table.Add(record);
        record.SendSynAck(now);
    }

    /// <summary>A half-open connection has ended.</summary>
    internal void OnHalfOpenLost(in FourTuple tuple)
    {
        if (_accepted.Remove(tuple, out var flow))
        {
            _user.OnLost(flow);
        }
    }

    /// <summary>Has a connection for the moment between its queue and its user.</summary>
    private sealed class Nobody : ITcpUser
    {
        public static readonly Nobody Instance = new();

        public void OnTcpEvents(TcpConnection connection, TcpEvents events)
        {
        }
    }
}
