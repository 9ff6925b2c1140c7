using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;

namespace SharpTcp.Cli;

/// <summary>All services of a host, over TCP and UDP, IPv4 and IPv6.</summary>
/// <param name="makeSocket">Makes a socket of a family and type on the host.</param>
/// <param name="time">The clock of the daytime service.</param>
/// <param name="log">Where a sentence for people goes.</param>
internal sealed class ServiceHost(Func<AddressFamily, SocketType, Socket> makeSocket, TimeProvider time, Action<string> log)
{
    private const int Backlog = 4096;

    private readonly List<TcpServer> _connections = [];
    private readonly List<(IPAddress Address, UdpServer Server)> _datagrams = [];

    /// <summary>Begins to serve.</summary>
    /// <param name="services">Which services.</param>
    /// <param name="addresses">
    /// The host's addresses. Each gets UDP sockets of its own, so that an answer comes from the address that was asked (RFC 1122 §4.1.3.5).
    /// </param>
    public void Start(Services services, IReadOnlyList<IPAddress> addresses)
    {
        foreach (var (_, port, service) in All().Where(entry => services.HasFlag(entry.Flag)))
        {
            StartConnections(port, service);
        }
        foreach (var address in addresses)
            Add(services, address);
    }

    /// <summary>Serves over UDP at one more address.</summary>
    public void Add(Services services, IPAddress address)
    {
        foreach (var (_, port, service) in All().Where(entry => services.HasFlag(entry.Flag)))
        {
            if (service is IDatagramService answering)
                StartDatagrams(new IPEndPoint(address, port), answering);
        }
    }

    /// <summary>Serves over UDP at an address no more.</summary>
    public void Remove(IPAddress address)
    {
        foreach (var (_, server) in _datagrams.Where(entry => entry.Address.Equals(address)))
            _ = server.StopAsync();
        _datagrams.RemoveAll(entry => entry.Address.Equals(address));
    }

    /// <summary>Ends: FIN to all peers, and RST to those that are still there when <paramref name="grace"/> is over.</summary>
    public Task StopAsync(TimeSpan grace) =>
        Task.WhenAll(_connections.Select(server => server.StopAsync(grace)).Concat(_datagrams.Select(entry => entry.Server.StopAsync())));

    private IEnumerable<(Services Flag, int Port, IConnectionService Service)> All()
    {
        yield return (Services.Echo, ServicePort.Echo, new EchoService());
        yield return (Services.Discard, ServicePort.Discard, new DiscardService());
        yield return (Services.Daytime, ServicePort.Daytime, new DaytimeService(time));
        yield return (Services.Chargen, ServicePort.Chargen, new ChargenService());
    }

    private void StartConnections(int port, IConnectionService service)
    {
        var listener = makeSocket(AddressFamily.InterNetworkV6, SocketType.Stream);
        listener.DualMode = true;
        listener.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
        listener.Listen(Backlog);
        var server = new TcpServer(listener, service, log);
        _connections.Add(server);
        server.Start();
    }

    private void StartDatagrams(IPEndPoint endPoint, IDatagramService service)
    {
        var socket = makeSocket(endPoint.AddressFamily, SocketType.Dgram);
        try
        {
            socket.Bind(endPoint);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
        var server = new UdpServer(socket, service, log);
        _datagrams.Add((endPoint.Address, server));
        server.Start();
    }
}
