using System.Net.Sockets;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <content>OPEN, active and passive (RFC 9293 §3.10.1).</content>
public sealed partial class TcpLayer
{
    /// <summary>Reserves a local port; port 0 takes an ephemeral one.</summary>
    /// <param name="local">The address (or the unspecified one of the family) and port.</param>
    /// <param name="dualStack">For the IPv6 unspecified address: also takes IPv4.</param>
    /// <param name="reuseAddress">Allows two bindings of a port as long as nobody listens on it.</param>
    /// <param name="binding">The reservation; give it back by <see cref="TcpBinding.Release"/>.</param>
    /// <returns><see cref="SocketError.Success"/> or <see cref="SocketError.AddressAlreadyInUse"/>.</returns>
    public SocketError Bind(TransportEndpoint local, bool dualStack, bool reuseAddress, out TcpBinding? binding) =>
        _ports.Bind(new TcpBindRequest { Local = local, DualStack = dualStack, ReuseAddress = reuseAddress }, out binding);

    /// <summary>Reserves a local port; port 0 takes an ephemeral one.</summary>
    /// <param name="request">Which, and with whom it may be shared.</param>
    /// <param name="binding">The reservation; give it back by <see cref="TcpBinding.Release"/>.</param>
    /// <returns><see cref="SocketError.Success"/> or <see cref="SocketError.AddressAlreadyInUse"/>.</returns>
    public SocketError Bind(in TcpBindRequest request, out TcpBinding? binding) => _ports.Bind(request, out binding);

    /// <summary>Active OPEN (RFC 9293 §3.9.1.1). The SYN leaves at the next poll.</summary>
    /// <returns>
    /// <see cref="SocketError.Success"/>; <see cref="SocketError.NetworkUnreachable"/>, <see cref="SocketError.AddressNotAvailable"/> (also: no port free),
    /// <see cref="SocketError.AddressAlreadyInUse"/> (the same connection exists), <see cref="SocketError.NoBufferSpaceAvailable"/> (the memory budget is spent), <see cref="SocketError.AccessDenied"/> (broadcast or multicast, MUST-46).
    /// </returns>
    public SocketError Connect(in TcpConnectRequest request, ITcpUser user, Instant now, out TcpConnection? connection)
    {
        connection = null;
        var error = FindPath(request, now, out var path);
        if (error != SocketError.Success || path is null)
        {
            return error;
        }

        if (!MayOpen(now))
        {
            return SocketError.NoBufferSpaceAvailable;
        }

        var tuple = new FourTuple(path.Source, request.Remote.Address, LocalOf(request).Port, request.Remote.Port);
        error = ChoosePort(ref tuple, now);
        if (error != SocketError.Success)
        {
            return error;
        }

        connection = Open(tuple, path, request.Options, user, now);
        if (request.FastOpen)
        {
            connection.FastOpen = FastOpenClient.Begin(this, tuple, connection.EffectiveOptions, now);
        }

        return SocketError.Success;
    }

    /// <summary>Whether data would go with the SYN of this connection if it began now: Fast Open is allowed, and there is a cookie or none is needed.</summary>
    public bool CanFastOpen(in TcpConnectRequest request, Instant now)
    {
        if (FindPath(request, now, out var path) != SocketError.Success || path is null)
        {
            return false;
        }

        var tuple = new FourTuple(path.Source, request.Remote.Address, 0, request.Remote.Port);
        return (FastOpenClient.Begin(this, tuple, request.Options ?? DefaultOptions, now) & FastOpenSteps.MayCarry) != 0;
    }

    /// <summary>Forgets the cookies of all servers, and what else Fast Open knows of them.</summary>
    public void ForgetFastOpenServers() => FastOpenServers.Clear();

    /// <summary>Passive OPEN: further connections to the port are taken from now on.</summary>
    /// <returns><see cref="SocketError.Success"/> or <see cref="SocketError.AddressAlreadyInUse"/>.</returns>
    public SocketError Listen(in TcpListenRequest request, ITcpListenUser user, Instant now, out TcpListenPoint? listener)
    {
        listener = null;
        if (request.Binding.IsListening || !_ports.MayListen(request.Binding))
        {
            return SocketError.AddressAlreadyInUse;
        }

        request.Binding.IsListening = true;
        listener = new TcpListenPoint(this, request, user) { FastOpenLimit = request.FastOpenLimit, DeferAccept = request.DeferAccept };
        _listeners.Add(listener);
        return SocketError.Success;
    }

    internal void RemoveListener(TcpListenPoint listener, TcpBinding binding)
    {
        if (binding.IsListening)
        {
            _listeners.Remove(listener);
            binding.IsListening = false;
        }
    }

    /// <summary>A half-open connection becomes a whole one.</summary>
    internal TcpConnection? Open(SynReceivedRecord record, Instant now)
    {
        var scope = record.RemoteAddress.IsLinkLocal ? record.InterfaceIndex : 0;
        if (Ip.Resolve(record.LocalAddress, record.RemoteAddress, scope, now, out var path) != SocketError.Success || path is null || !MayOpen(now))
        {
            return null;
        }

        var connection = new TcpConnection(this, record.Tuple, path, record.Listener.Options);
        Timers.Cancel(record);
        Table.Replace(record, connection);
        record.Listener.HalfOpen--;
        return connection;
    }

    internal void RemoveHalfOpen(SynReceivedRecord record)
    {
        Timers.Cancel(record);
        Table.Remove(record);
        record.Listener.HalfOpen--;
        record.Listener.HalfOpenLost?.Invoke(record.Tuple);
    }

    internal ushort AnnouncedMss(in FourTuple tuple, int interfaceIndex, TcpSocketOptions? options, Instant now)
    {
        var scope = tuple.RemoteAddress.IsLinkLocal ? interfaceIndex : 0;
        return Ip.Resolve(tuple.LocalAddress, tuple.RemoteAddress, scope, now, out var path) == SocketError.Success && path is not null
            ? SegmentSizes.Announce(path, options)
            : (ushort)SegmentSizes.DefaultMssIPv4;
    }

    private TcpConnection Open(in FourTuple tuple, Destination path, TcpSocketOptions? options, ITcpUser user, Instant now)
    {
        var connection = new TcpConnection(this, tuple, path, options) { User = user, State = TcpState.SynSent };
        connection.Iss = Secrets.InitialSequence(tuple, now);
        if (Table.Find(tuple) is TimeWaitRecord old)
        {
            connection.Iss = SequenceNumber.Max(connection.Iss, old.AfterLast);
            RemoveTimeWait(old);
        }

        connection.SndUna = connection.Iss;
        connection.SndNxt = connection.Iss;
        connection.SmallEnd = connection.Iss;

        // The window of the SYN is a promise too; its right edge has no place yet, so it counts from zero.
        connection.RcvAdv = connection.RcvNxt + (uint)ReceiveWindow.Capacity(connection);
        connection.ProgressAt = now;
        connection.HeardAt = now;
        connection.Set(TcpConnectionFlags.SynDue);
        Table.Add(connection);
        Counters.ActiveOpens++;
        Touch(connection);
        return connection;
    }

    internal bool MayOpen(Instant now)
    {
        if (Memory.Free(MemoryUse.Connection) >= TcpRecord.ConnectionCost
            || (ResetOldestOrphan(now) && Memory.Free(MemoryUse.Connection) >= TcpRecord.ConnectionCost))
        {
            return true;
        }

        Counters.ConnectionsRefused++;
        return false;
    }

    private SocketError FindPath(in TcpConnectRequest request, Instant now, out Destination? path)
    {
        path = null;
        var remote = request.Remote;
        if (remote.Address.IsMulticast || remote.Address.IsLimitedBroadcast)
        {
            return SocketError.NetworkUnreachable;
        }

        if (remote.Port == 0 || remote.Address.IsUnspecified)
        {
            return SocketError.AddressNotAvailable;
        }

        var local = LocalOf(request);
        var source = local.Address.IsUnspecified ? Unspecified(remote.Address) : local.Address;
        var scope = remote.Scope != 0 ? remote.Scope : request.Binding is { InterfaceIndex: not 0 } bound ? bound.InterfaceIndex : local.Scope;
        return Ip.Resolve(source, remote.Address, scope, now, out path);
    }

    private static TransportEndpoint LocalOf(in TcpConnectRequest request) => request.Binding?.Local ?? request.Local;

    private SocketError ChoosePort(ref FourTuple tuple, Instant now)
    {
        if (tuple.LocalPort != 0)
        {
            return IsFree(tuple, now) ? SocketError.Success : SocketError.AddressAlreadyInUse;
        }

        // A port that somebody reserved is left to him; one that another connection uses to another peer is free for this one.
        var wanted = tuple;
        var port = _ports.PickEphemeral(port => !_ports.IsBound(port) && IsFree(wanted with { LocalPort = port }, now));
        if (port is null)
        {
            return SocketError.AddressNotAvailable;
        }

        tuple = tuple with { LocalPort = port.Value };
        return SocketError.Success;
    }

    private bool IsFree(in FourTuple tuple, Instant now) =>
        Table.Find(tuple) is not { } record || (Settings.ReuseTimeWait && record is TimeWaitRecord old && old.MayBeReused(now));

    private static IpAddress Unspecified(IpAddress like) => like.IsIPv4 ? IPv4Address.Unspecified : IPv6Address.Unspecified;
}
