using System;
using System.Collections.Generic;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using SharpTcp.Protocols;
using SharpTcp.Protocols.Tcp;

namespace SharpTcp.Sockets;

/// <summary>Gives the flows to every address that come in on interfaces of <see cref="InterfaceSettings.AnyAddress"/> and that no socket of the stack waits for.</summary>
public sealed class FlowListener : ITcpFlowUser, IUdpFlowUser, IDisposable
{
    private readonly NetworkStack _stack;
    private readonly int _limit;
    private readonly Channel<Flow> _flows;
    private TcpFlowPoint? _point;

    internal FlowListener(NetworkStack stack, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        _stack = stack;
        _limit = limit;
        _flows = Channel.CreateUnbounded<Flow>(new UnboundedChannelOptions { AllowSynchronousContinuations = true });
        var now = stack.Shard.Enter();
        var error = stack.Shard.Host.Tcp.ListenToFlows(this, limit, out _point);
        error = error == SocketError.Success ? stack.Shard.Host.Udp.ListenToFlows(this) : error;
        stack.Shard.Exit(now);
        if (error != SocketError.Success)
        {
            throw SocketErrors.Create(error, "The stack has a flow listener already: there is one at a time.");
        }
    }

    /// <summary>Flows whose handshake is under way. Under the lock.</summary>
    internal HashSet<Flow> Accepting { get; } = [];

    /// <summary>Waits for a flow.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="ObjectDisposedException">The listener is disposed.</exception>
    public async ValueTask<Flow> AcceptAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return await _flows.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(FlowListener));
        }
    }

    /// <summary>Stops: what waits for a decision is dropped; sockets of flows that were accepted live on.</summary>
    public void Dispose()
    {
        var now = _stack.Shard.Enter();
        _stack.Shard.Host.Udp.StopListeningToFlows(this);
        _point?.Close(now);
        _point = null;
        foreach (var flow in Accepting)
        {
            flow.Lose();
        }

        Accepting.Clear();
        _stack.Shard.Exit(now);
        _flows.Writer.TryComplete();
        while (_flows.Reader.TryRead(out var waiting))
        {
            waiting.Drop();
        }
    }

    /// <inheritdoc/>
    void ITcpFlowUser.OnFlow(TcpFlow flow)
    {
        var offered = new Flow(this, _stack, flow);
        flow.State = offered;
        Offer(offered);
    }

    /// <inheritdoc/>
    void ITcpFlowUser.OnOpened(TcpFlow flow, TcpConnection connection)
    {
        var offered = (Flow)flow.State!;
        Accepting.Remove(offered);
        offered.Open(connection);
    }

    /// <inheritdoc/>
    void ITcpFlowUser.OnLost(TcpFlow flow)
    {
        var offered = (Flow)flow.State!;
        Accepting.Remove(offered);
        offered.Lose();
    }

    /// <inheritdoc/>
    IUdpUser? IUdpFlowUser.OnFlow(TransportEndpoint destination, TransportEndpoint source) => _flows.Reader.Count >= _limit
        ? null
        : new UdpSocketCore(_stack, destination.Address.IsIPv4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6);

    /// <inheritdoc/>
    void IUdpFlowUser.OnOpened(IUdpUser user, UdpPort port)
    {
        var core = (UdpSocketCore)user;
        core.Adopt(port);
        _stack.Register(core);
        Offer(new Flow(_stack, core, port.Remote!.Value, port.Local));
    }

    private void Offer(Flow flow) => _stack.Shard.Complete(new Offered(_flows.Writer, flow));

    private sealed class Offered(ChannelWriter<Flow> flows, Flow flow) : Completion
    {
        public override void Execute()
        {
            if (!flows.TryWrite(flow))
            {
                flow.Drop();
            }
        }
    }
}
