using System;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using SharpTcp.Links;
using SharpTcp.Protocols;
using Xunit;
using NetworkStream = SharpTcp.Sockets.NetworkStream;
using Socket = SharpTcp.Sockets.Socket;

namespace SharpTcp.Cli.Tests;

/// <summary>Two stacks on a cable in memory: one with services, one for the client.</summary>
internal sealed class TwoHosts : IAsyncDisposable
{
    private readonly NetworkStack _server = new(new NetworkStackOptions { InlineCompletions = true });
    private readonly ServiceHost _services;

    private TwoHosts(TimeProvider time) =>
        _services = new ServiceHost((family, type) => new Socket(_server, family, type, ProtocolType.Unspecified), time, sentence => Complaint ??= sentence);

    /// <summary>The server's addresses.</summary>
    public static IPAddress[] Addresses { get; } = [IPAddress.Parse("10.0.0.7"), IPAddress.Parse("2001:db8::7"), IPAddress.Parse("10.0.0.8")];

    /// <summary>The client's stack.</summary>
    public NetworkStack Client { get; } = new();

    /// <summary>What the services had to say.</summary>
    public string? Complaint { get; private set; }

    /// <summary>Makes both, with services running.</summary>
    public static async Task<TwoHosts> StartAsync(Services services, TimeProvider? time = null)
    {
        var hosts = new TwoHosts(time ?? TimeProvider.System);
        var (left, right) = MemoryLink.CreatePair(new LinkCapabilities(LinkMedium.Ethernet, 1500));
        hosts._server.AddInterface(left, new InterfaceSettings { Addresses = ["10.0.0.7/24", "10.0.0.8/24", "2001:db8::7/64"], DuplicateAddressDetection = false });
        hosts.Client.AddInterface(right, new InterfaceSettings { Addresses = ["10.0.0.1/24", "2001:db8::1/64"], DuplicateAddressDetection = false });
        hosts._server.Start();
        hosts.Client.Start();
        hosts._services.Start(services, Addresses);
        return await Task.FromResult(hosts);
    }

    /// <summary>Connects to a service.</summary>
    public ValueTask<NetworkStream> ConnectAsync(IPAddress address, int port) => Client.ConnectAsync(address.ToString(), port, TestContext.Current.CancellationToken);

    /// <summary>Makes a UDP socket that is connected to a service.</summary>
    public async Task<Socket> OpenDatagramsAsync(IPAddress address, int port, int localPort = 0)
    {
        var socket = new Socket(Client, address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(address.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, localPort));
        await socket.ConnectAsync(new IPEndPoint(address, port), TestContext.Current.CancellationToken);
        return socket;
    }

    /// <summary>Ends the services as <c>up</c> does.</summary>
    public Task StopServicesAsync(TimeSpan grace) => _services.StopAsync(grace);

    public async ValueTask DisposeAsync()
    {
        await _services.StopAsync(TimeSpan.Zero);
        await Task.Yield();
        Client.Dispose();
        _server.Dispose();
        Assert.Null(Complaint);
        Assert.Equal(0, _server.Faults + Client.Faults);
    }
}
