using System;
using System.Collections.Generic;
using System.Net.Sockets;

namespace SharpTcp.Protocols;

/// <summary>Raw IP: ports that get a copy of every packet of a protocol, and send packets of it (RFC 1122 §3.4).</summary>
public sealed class RawLayer
{
    private const int MostPorts = 256;

    private readonly HostCore _host;
    private readonly List<RawPort> _ports = [];

    internal RawLayer(HostCore host) => _host = host;

    /// <summary>Opens a port of a protocol.</summary>
    /// <param name="isIPv4">The family.</param>
    /// <param name="protocol">The protocol's number; 255 receives nothing and sends packets whose header the user writes.</param>
    /// <param name="local">The address to receive on and send from, or the unspecified one; its scope is the only interface, or 0.</param>
    /// <param name="user">Who is told.</param>
    /// <param name="port">The port.</param>
    /// <returns><see cref="SocketError.Success"/>, <see cref="SocketError.AddressNotAvailable"/> or <see cref="SocketError.TooManyOpenSockets"/>.</returns>
    public SocketError Open(bool isIPv4, byte protocol, TransportEndpoint local, IRawUser user, out RawPort? port)
    {
        port = null;
        if (!local.Address.IsUnspecified && _host.AddressTable.FindOwn(local.Address, local.Scope) is not { IsUsable: true })
        {
            return SocketError.AddressNotAvailable;
        }

        if (_ports.Count >= MostPorts)
        {
            return SocketError.TooManyOpenSockets;
        }

        port = new RawPort(_host, isIPv4, protocol, local, user);
        _ports.Add(port);
        return SocketError.Success;
    }

    /// <summary>Gives a packet to every port that takes it.</summary>
    /// <returns>Whether there was one: then the protocol is not unknown.</returns>
    internal bool Deliver(byte protocol, ReadOnlySpan<byte> data, in IpMeta meta)
    {
        var taken = false;
        foreach (var port in _ports)
        {
            if (port.Takes(protocol, meta))
            {
                port.Enqueue(data, meta);
                taken = true;
            }
        }

        return taken;
    }

    internal void Close(RawPort port) => _ports.Remove(port);
}
