using System.Net.Sockets;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <content>Connections to every address.</content>
public sealed partial class TcpLayer
{
    private TcpFlowPoint? _flows;

    /// <summary>Begins to listen to every address and port that comes in on an interface of <see cref="InterfaceOptions.AnyAddress"/>.</summary>
    /// <param name="user">Who decides about flows.</param>
    /// <param name="limit">Most flows that wait for a decision or for the end of their handshake.</param>
    /// <param name="point">The listener.</param>
    /// <returns><see cref="SocketError.Success"/>, or <see cref="SocketError.AddressAlreadyInUse"/> if somebody listens so already.</returns>
    public SocketError ListenToFlows(ITcpFlowUser user, int limit, out TcpFlowPoint? point)
    {
        point = null;
        if (_flows is not null)
        {
            return SocketError.AddressAlreadyInUse;
        }

        // A listener without a port: it is in no table, and lends half-open records what they ask of theirs.
        var binding = new TcpBinding(_ports, new TcpBindRequest { Local = new TransportEndpoint(IPv6Address.Unspecified, 0), DualStack = true });
        var relay = new FlowRelay();
        var listener = new TcpListenPoint(this, new TcpListenRequest { Binding = binding, Backlog = limit }, relay);
        relay.Point = point = new TcpFlowPoint(this, listener, user, limit);
        listener.HalfOpenLost = point.OnHalfOpenLost;
        _flows = point;
        return SocketError.Success;
    }

    internal void RemoveFlowPoint(TcpFlowPoint point) => _flows = _flows == point ? null : _flows;

    private bool OnFlow(in FourTuple tuple, in TcpView segment, in IpMeta meta, Instant now) =>
        meta.Interface.TakesAnyAddress && _flows is { } flows && flows.OnSegment(tuple, segment, meta, now);

    /// <summary>The listener is made before the one whom it tells.</summary>
    private sealed class FlowRelay : ITcpListenUser
    {
        public ITcpListenUser? Point { get; set; }

        public void OnAcceptable(TcpListenPoint listener) => Point?.OnAcceptable(listener);
    }
}
