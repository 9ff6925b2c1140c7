using System;
using System.Net.Sockets;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>TCP of a host (RFC 9293): its connections, listeners and ports.</summary>
public sealed partial class TcpLayer
{
    internal readonly IIpOutput Ip;
    internal readonly TimerWheel Timers;
    internal readonly MemoryBudget Memory;
    internal readonly TcpSecrets Secrets;
    internal readonly AnswerBudget AnswerBudget;
    internal readonly ConnectionTable Table;
    internal readonly StatePool<SendState> SendStates;
    internal readonly StatePool<ReceiveState> ReceiveStates;
    internal readonly TcpSocketOptions DefaultOptions = new();
    internal readonly FastOpenCache FastOpenServers = new();
    internal readonly SynCookies SynCookies;

    private readonly TcpPorts _ports;
    private readonly FastOpenCookies _ownCookies;
    private FastOpenCookies? _configuredCookies;
    private readonly ListenerTable _listeners;
    private readonly Action<Exception, string>? _onFault;

    internal TcpLayer(
        TcpSettings settings,
        IIpOutput ip,
        TimerWheel timers,
        BufferPool buffers,
        IEntropy entropy,
        Action<Exception, string>? onFault)
    {
        Settings = settings;
        Ip = ip;
        Timers = timers;
        Memory = buffers.Budget;
        _onFault = onFault;
        Secrets = new TcpSecrets(entropy);
        AnswerBudget = new AnswerBudget(entropy);
        Table = new ConnectionTable(Secrets.Table, Memory);
        SendStates = new StatePool<SendState>(buffers, static pool => new SendState(pool));
        ReceiveStates = new StatePool<ReceiveState>(buffers, static pool => new ReceiveState(pool));
        _listeners = new ListenerTable(Secrets.Table);
        _ports = new TcpPorts(settings, entropy);
        _ownCookies = new FastOpenCookies(entropy);
        SynCookies = new SynCookies(entropy);
    }

    /// <summary>The settings. New ones hold from now on; what a connection or a listener took of the old ones at its beginning stays with it.</summary>
    public TcpSettings Settings { get; set; }

    /// <summary>What TCP has counted.</summary>
    public TcpCounters Counters { get; } = new();

    /// <summary>Connections, half-open ones and those in TIME-WAIT.</summary>
    public int ConnectionCount => Table.Count;

    /// <summary>Makes and checks the Fast Open cookies of listeners without a key of their own. A key that replaces another in the settings leaves that one its cookies.</summary>
    internal FastOpenCookies FastOpenCookies
    {
        get
        {
            if (Settings.FastOpenKey is not { } key)
            {
                return _ownCookies;
            }

            if (_configuredCookies is null || _configuredCookies.Key != key)
            {
                _configuredCookies = new FastOpenCookies(key, _configuredCookies?.Key);
            }

            return _configuredCookies;
        }
    }

    /// <summary>Takes a segment from the IP layer.</summary>
    public void Input(in TcpView segment, in IpMeta meta, Instant now)
    {
        Counters.SegmentsReceived += meta.SegmentSize == 0 ? 1 : Math.Max(1, (segment.Payload.Length + meta.SegmentSize - 1) / meta.SegmentSize);

        // MUST-3; MUST-57, MUST-63: what was not sent to us alone is not answered.
        if (!meta.ChecksumVouched && !segment.VerifyChecksum(meta.Source, meta.Destination))
        {
            Counters.BadChecksums++;
            return;
        }

        if (meta.IsBroadcastOrMulticast || !meta.Source.IsUnicast || segment.SourcePort == 0 || segment.DestinationPort == 0)
        {
            return;
        }

        var tuple = new FourTuple(meta.Destination, meta.Source, segment.DestinationPort, segment.SourcePort);
        try
        {
            if (Table.Find(tuple) is { } record)
            {
                record.OnSegment(segment, meta, now);
            }
            else
            {
                InputWithoutConnection(tuple, segment, meta, now);
            }
        }
        catch (Exception exception)
        {
            // It costs the connection that it belongs to, which may have begun just now, or only the segment.
            Fault(tuple, exception, now);
        }
    }

    /// <summary>Takes an ICMP error about a segment of ours (RFC 9293 §3.9.2.2, RFC 5927).</summary>
    public void OnIcmpError(in IcmpErrorReport error, Instant now)
    {
        var tuple = new FourTuple(error.Local.Address, error.Remote.Address, error.Local.Port, error.Remote.Port);
        Table.Find(tuple)?.OnIcmpError(error, now);
    }

    /// <summary>Whether a quoted segment is in flight, which is what makes an ICMP error about it believable (RFC 5927 §4.1).</summary>
    public bool IsInFlight(in IcmpErrorReport error)
    {
        var tuple = new FourTuple(error.Local.Address, error.Remote.Address, error.Local.Port, error.Remote.Port);
        return Table.Find(tuple) is TcpConnection connection && connection.SndUna <= error.Sequence && error.Sequence < connection.SndNxt;
    }

    /// <summary>Runs a handler of a connection; what it throws costs that connection and nothing else.</summary>
    internal void Guard(TcpConnection connection, Instant now, Action<TcpConnection, Instant> handler)
    {
        try
        {
            handler(connection, now);
        }
        catch (Exception exception)
        {
            Fault(connection, exception, now);
        }
    }

    private void InputWithoutConnection(in FourTuple tuple, in TcpView segment, in IpMeta meta, Instant now)
    {
        if (_listeners.Find(tuple, meta.Interface.Index) is { } listener)
        {
            listener.OnSegment(tuple, segment, meta, TcpOptionSet.Parse(segment.Options), Secrets.InitialSequence(tuple, now), now);
            return;
        }

        if (OnFlow(tuple, segment, meta, now))
        {
            return;
        }

        Counters.NoListener++;
        ControlSegments.Reset(this, segment, meta, now);
    }

    private void Fault(in FourTuple tuple, Exception exception, Instant now)
    {
        if (Table.Find(tuple) is TcpConnection connection)
        {
            Fault(connection, exception, now);
            return;
        }

        Counters.Faults++;
        _onFault?.Invoke(exception, $"TCP segment from {tuple.Remote} to {tuple.Local}");
    }

    private void Fault(TcpConnection connection, Exception exception, Instant now)
    {
        Counters.Faults++;
        _onFault?.Invoke(exception, $"TCP connection {connection.Local} with {connection.Remote} in {connection.State}");
        try
        {
            connection.Fail(SocketError.ConnectionAborted, now, reset: true);
        }
        catch (Exception second)
        {
            _onFault?.Invoke(second, "ending that connection");
        }
    }
}
