using System.Net.Sockets;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>A connection that somebody wants to open to any address, before its SYN is answered: whoever is told of it accepts, refuses or drops it. A repeated SYN of it is ignored meanwhile.</summary>
public sealed class TcpFlow
{
    private readonly TcpFlowPoint _point;
    private readonly int _interface;
    private readonly SynOffer _offer;

    internal TcpFlow(TcpFlowPoint point, in FourTuple tuple, in SynOffer offer, int interfaceIndex)
    {
        _point = point;
        Tuple = tuple;
        _offer = offer;
        _interface = interfaceIndex;
    }

    /// <summary>Whom the SYN was for.</summary>
    public TransportEndpoint Destination => Tuple.Local;

    /// <summary>Who sent it.</summary>
    public TransportEndpoint Source => Tuple.Remote;

    /// <summary>What whoever decides keeps with it.</summary>
    public object? State { get; set; }

    internal FourTuple Tuple { get; }

    internal ITcpUser? User { get; private set; }

    internal bool IsNext(SequenceNumber sequence) => sequence == _offer.RcvNxt;

    /// <summary>Answers the SYN. <see cref="ITcpFlowUser.OnOpened"/> follows when the handshake is complete, or <see cref="ITcpFlowUser.OnLost"/>.</summary>
    /// <param name="user">Who is told of the connection's events.</param>
    /// <param name="now">The time.</param>
    /// <returns><see cref="SocketError.OperationAborted"/> if it is over already, decided or given up by its sender.</returns>
    public SocketError Accept(ITcpUser user, Instant now)
    {
        if (!_point.TryDecide(this))
        {
            return SocketError.OperationAborted;
        }

        User = user;
        _point.Begin(this, _offer, _interface, now);
        return SocketError.Success;
    }

    /// <summary>Answers with a reset, as a closed port does (RFC 9293 §3.10.7.1).</summary>
    public void Refuse(Instant now)
    {
        if (!_point.TryDecide(this))
        {
            return;
        }

        var header = new TcpHeader
        {
            SourcePort = Tuple.LocalPort,
            DestinationPort = Tuple.RemotePort,
            Acknowledgment = _offer.RcvNxt,
            Flags = TcpFlags.Rst | TcpFlags.Ack,
        };
        if (ControlSegments.Send(_point.Layer, Tuple.LocalAddress, Tuple.RemoteAddress, _interface, header, default, now))
        {
            _point.Layer.Counters.ResetsSent++;
        }
    }

    /// <summary>Says nothing, as a host that is not there. A further SYN is a new flow.</summary>
    public void Drop() => _point.TryDecide(this);
}

/// <summary>Is told of connections to every address.</summary>
public interface ITcpFlowUser
{
    /// <summary>Somebody wants to open a connection.</summary>
    void OnFlow(TcpFlow flow);

    /// <summary>The handshake of an accepted flow is complete; events of the connection follow.</summary>
    void OnOpened(TcpFlow flow, TcpConnection connection);

    /// <summary>The handshake of an accepted flow came to nothing, or its sender has given it up before it was decided.</summary>
    void OnLost(TcpFlow flow);
}
