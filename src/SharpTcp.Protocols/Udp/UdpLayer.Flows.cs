using System.Net.Sockets;

namespace SharpTcp.Protocols;

/// <content>Datagrams to every address.</content>
public sealed partial class UdpLayer
{
    private IUdpFlowUser? _flowUser;

    /// <summary>Begins to take datagrams to every address and port that come in on an interface of <see cref="InterfaceOptions.AnyAddress"/>.</summary>
    /// <param name="user">Who decides about flows.</param>
    /// <returns><see cref="SocketError.Success"/>, or <see cref="SocketError.AddressAlreadyInUse"/> if somebody does so already.</returns>
    public SocketError ListenToFlows(IUdpFlowUser user)
    {
        if (_flowUser is not null)
        {
            return SocketError.AddressAlreadyInUse;
        }

        _flowUser = user;
        return SocketError.Success;
    }

    /// <summary>Ends that; ports that were opened stay.</summary>
    public void StopListeningToFlows(IUdpFlowUser user) => _flowUser = _flowUser == user ? null : _flowUser;

    /// <summary>Opens a port for a datagram that nobody waits for: with the address that it was sent to as its own, and its sender as its only peer.</summary>
    private UdpPort? OpenFlow(in UdpKey key, in IpMeta meta)
    {
        var (local, remote) = (new TransportEndpoint(key.Local, key.LocalPort), new TransportEndpoint(key.Remote, key.RemotePort));
        if (!meta.Interface.TakesAnyAddress || _flowUser is not { } flows || key.RemotePort == 0 || flows.OnFlow(local, remote) is not { } user)
        {
            return null;
        }

        var port = new UdpPort(this, user, local, dualStack: false, reuseAddress: true);
        port.SetEndpoints(local, remote);
        _table.Add(port);
        flows.OnOpened(user, port);
        return port;
    }
}

/// <summary>Is told of datagrams to every address.</summary>
public interface IUdpFlowUser
{
    /// <summary>A datagram came that belongs to no port.</summary>
    /// <param name="destination">Whom it was sent to.</param>
    /// <param name="source">Who sent it.</param>
    /// <returns>Who is told of it and of those that follow it; null refuses them, as a closed port does.</returns>
    IUdpUser? OnFlow(TransportEndpoint destination, TransportEndpoint source);

    /// <summary>The port of the flow is open; the datagram comes next.</summary>
    void OnOpened(IUdpUser user, UdpPort port);
}
