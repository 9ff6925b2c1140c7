using System;
using System.Collections.Generic;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>A listener: LISTEN (RFC 9293 §3.10.7.2), its half-open connections and those that wait to be accepted.</summary>
public sealed class TcpListenPoint
{
    private readonly Queue<TcpConnection> _waiting = new();
    private readonly ITcpListenUser _user;
    private readonly TcpBinding _binding;
    private readonly int _backlog;
    private FastOpenCookies? _cookies;

    internal TcpListenPoint(TcpLayer layer, in TcpListenRequest request, ITcpListenUser user)
    {
        Layer = layer;
        _binding = request.Binding;
        _backlog = Math.Max(1, request.Backlog);
        _user = user;
        Options = request.Options;
    }

    /// <summary>Where it listens.</summary>
    public TransportEndpoint Local => _binding.Local;

    /// <summary>Whether a connection waits to be taken.</summary>
    public bool IsAcceptable => _waiting.Count > 0;

    /// <summary>How many connections wait to be taken.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>
    /// Most connections that a SYN alone has opened and that wait for the end of their handshake (RFC 7413 §5.1); what comes beyond gets the usual handshake. 0: no Fast Open, unless
    /// <see cref="FastOpenUse.EveryListener"/> is set.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public int FastOpenLimit
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }

    /// <summary>
    /// How long a connection whose handshake is complete waits for its first bytes before it may be accepted; until then it costs no more than a half-open one. Counted in the timeouts of the
    /// SYN-ACK: 1 s, 3 s, 7 s and so on. Zero: not at all.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public TimeSpan DeferAccept
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            field = value;
        }
    }

    internal TcpLayer Layer { get; }

    internal TcpSocketOptions? Options { get; set; }

    internal int HalfOpen { get; set; }

    /// <summary>Is told of half-open connections that came to nothing.</summary>
    internal HalfOpenLost? HalfOpenLost { get; set; }

    /// <summary>The index of the only interface that it listens on, or 0.</summary>
    internal int InterfaceIndex => _binding.InterfaceIndex;

    /// <summary>The next one with the same address and port.</summary>
    internal TcpListenPoint? NextAtPort { get; set; }

    internal bool IsClosed { get; private set; }

    internal bool IsDualStack => _binding.DualStack;

    internal bool IsFull => _waiting.Count >= _backlog;

    internal FastOpenQueue FastOpenQueue => field ??= new FastOpenQueue();

    internal int EffectiveFastOpenLimit => FastOpenLimit > 0 ? FastOpenLimit : (Layer.Settings.FastOpen & FastOpenUse.EveryListener) != 0 ? _backlog : 0;

    internal FastOpenCookies FastOpenCookies => _cookies ?? Layer.FastOpenCookies;

    /// <summary>The window of a SYN-ACK: never scaled (RFC 7323 §2.2).</summary>
    internal ushort SynWindow => (ushort)Math.Min(ReceiveBuffer(Layer.Settings.ReceiveBuffer.Initial), ushort.MaxValue);

    internal byte WindowScale => SynOptions.WindowScale(ReceiveBuffer(Layer.Settings.ReceiveBuffer.Maximum));

    /// <summary>Takes the first connection that waits; it is established, or was and has ended meanwhile, or was opened by its SYN (RFC 7413). What happened to it before nobody was told: look at
    /// <see cref="TcpConnection.Available"/>, <see cref="TcpConnection.IsPeerClosed"/> and <see cref="TcpConnection.State"/> first, events follow from now on.
    /// </summary>
    public bool TryAccept(ITcpUser user, out TcpConnection? connection)
    {
        if (!_waiting.TryDequeue(out connection))
        {
            return false;
        }

        connection.User = user;
        return true;
    }

    /// <summary>Gives the listener Fast Open keys of its own.</summary>
    /// <param name="key">Makes the cookies.</param>
    /// <param name="previous">Cookies of this one are taken too, and answered with a new one.</param>
    public void SetFastOpenKey(FastOpenKey key, FastOpenKey? previous = null) => _cookies = new FastOpenCookies(key, previous);

    /// <summary>Stops listening; connections that wait are reset, half-open ones forgotten (RFC 9293 §3.10.4).</summary>
    public void Close(Instant now)
    {
        if (IsClosed)
        {
            return;
        }

        IsClosed = true;
        while (_waiting.TryDequeue(out var connection))
        {
            connection.Abort(now);
        }

        Layer.RemoveListener(this, _binding);
    }

    /// <summary>A segment for the port that belongs to no connection.</summary>
    internal void OnSegment(in FourTuple tuple, in TcpView segment, in IpMeta meta, in TcpOptionSet options, SequenceNumber iss, Instant now)
    {
        // First a reset, second an acknowledgment, third a SYN.
        if (segment.Has(TcpFlags.Rst))
        {
            return;
        }

        if (segment.Has(TcpFlags.Ack))
        {
            if (!OnCookie(tuple, segment, meta, options, now))
            {
                ControlSegments.Reset(Layer, segment, meta, now);
            }

            return;
        }

        // SYN with FIN begins nothing (exam row 43).
        if (segment.Has(TcpFlags.Syn) && !segment.Has(TcpFlags.Fin))
        {
            OnSyn(tuple, segment, meta, options, iss, now);
        }
    }

    internal void Enqueue(TcpConnection connection)
    {
        _waiting.Enqueue(connection);
        _user.OnAcceptable(this);
    }

    private void OnSyn(in FourTuple tuple, in TcpView segment, in IpMeta meta, in TcpOptionSet options, SequenceNumber iss, Instant now)
    {
        // The order of refusal: what could not become a connection is not begun; what only has to wait for its handshake elsewhere gets a cookie.
        var mode = Layer.Settings.SynCookies;
        var isPressed = HalfOpen >= Layer.Settings.SynBacklog || Layer.Memory.Free(MemoryUse.Growth) < TcpRecord.SmallRecordCost;
        if (IsFull || (isPressed && mode == SynCookieMode.Off) || Layer.Memory.Free(MemoryUse.Connection) < TcpRecord.ConnectionCost)
        {
            Layer.Counters.SynBacklogOverflows++;
            return;
        }

        var offer = new SynOffer(Layer.Settings, segment, options);
        if (isPressed || mode == SynCookieMode.Always)
        {
            SynAcks.SendCookie(this, tuple, offer, meta.Interface.Index, now);
            return;
        }

        if (FastOpenServer.TryOpen(this, tuple, segment, meta, options, ref offer, iss, now))
        {
            return;
        }

        HalfOpen++;
        Layer.Counters.PassiveOpens++;
        var record = new SynReceivedRecord(this, tuple, offer, meta.Interface.Index, iss);
        Layer.Table.Add(record);
        record.SendSynAck(now);
    }

    /// <summary>An acknowledgment of no connection: perhaps of a SYN-ACK with a cookie.</summary>
    /// <returns>Whether it is, and has been dealt with.</returns>
    private bool OnCookie(in FourTuple tuple, in TcpView segment, in IpMeta meta, in TcpOptionSet options, Instant now)
    {
        if (Layer.Settings.SynCookies == SynCookieMode.Off || segment.Has(TcpFlags.Syn) || !Layer.SynCookies.IsAwaited(now))
        {
            return false;
        }

        if (!Layer.SynCookies.TryRead(Layer.Settings, tuple, segment, options, Layer.Secrets.TimestampOffset(tuple), now, out var offer))
        {
            Layer.Counters.SynCookiesRefused++;
            return false;
        }

        if (IsFull)
        {
            // As with any handshake (exam row 52): what follows may find room.
            Layer.Counters.AcceptQueueOverflows++;
            return true;
        }

        Layer.Counters.SynCookiesTaken++;
        Layer.Counters.PassiveOpens++;
        HalfOpen++;
        var record = new SynReceivedRecord(this, tuple, offer, meta.Interface.Index, segment.Acknowledgment - 1u);
        Layer.Table.Add(record);
        record.OnSegment(segment, meta, now);
        if (Layer.Table.Find(tuple) == record)
        {
            Layer.RemoveHalfOpen(record);
        }

        return true;
    }

    private int ReceiveBuffer(int tuned) => Options is { ReceiveBufferSize: > 0 } own ? own.ReceiveBufferSize : tuned;
}

/// <summary>A half-open connection came to nothing.</summary>
internal delegate void HalfOpenLost(in FourTuple tuple);
