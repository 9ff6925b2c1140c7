using System;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using SharpTcp.Protocols;
using SharpTcp.Protocols.Tcp;
using SharpTcp.Wire;
using Xunit;
using NetworkStream = SharpTcp.Sockets.NetworkStream;
using TcpListener = SharpTcp.Sockets.TcpListener;
using UdpClient = SharpTcp.Sockets.UdpClient;

namespace SharpTcp.Simulation.Tests;

/// <summary>An exception in a handler costs the packet or the connection that it belongs to; it is counted, and everything else goes on (exam row 86).</summary>
public sealed class FaultInjectionTests : IDisposable
{
    private const int EchoPort = 7;
    private const int OtherPort = 9;

    private readonly SimulatedNetwork _network = new(1);
    private readonly SimulatedHost _client;
    private readonly SimulatedHost _server;
    private readonly TcpListener _listener;

    public FaultInjectionTests()
    {
        _client = _network.AddHost("client");
        _server = _network.AddHost("server");
        _network.Connect(_client, _server, new LinkConditions { Delay = TimeSpan.FromMilliseconds(1) });
        _listener = _server.Stack.Listen(EchoPort);
        _server.FaultsAreFatal = false;
    }

    public void Dispose()
    {
        _listener.Dispose();
        _network.Dispose();
    }

    [Fact]
    public void ATcpHandlerThatThrowsCostsItsConnectionOnly()
    {
        ListenWithFaults();
        _network.Run(async () =>
        {
            var serving = EchoOnceAsync();
            using var healthy = await _client.Stack.ConnectAsync(_server.IPv4, EchoPort);
            await PingAsync(healthy);
            using var doomed = await _client.Stack.ConnectAsync(_server.IPv4, OtherPort);
            await doomed.WriteAsync(new byte[10]);
            var failure = await Assert.ThrowsAnyAsync<Exception>(async () => await doomed.ReadExactlyAsync(new byte[1]));
            Assert.Equal(SocketError.ConnectionReset, ((failure as SocketException) ?? (SocketException)failure.InnerException!).SocketErrorCode);
            await PingAsync(healthy);
            healthy.Dispose();
            await serving;
        });
        Assert.IsType<InjectedFault>(Assert.Single(_server.Faults));
        Assert.Equal(1, _server.Stack.Faults);
        AssertStillServes();
    }

    [Fact]
    public void AUdpHandlerThatThrowsCostsItsDatagramOnly()
    {
        var user = new FaultyUdpUser();
        Under(now =>
        {
            Assert.Equal(
                SocketError.Success,
                _server.Stack.Shard.Host.Udp.Bind(new TransportEndpoint(IPv4Address.Unspecified, OtherPort), false, false, user, out _));
        });
        _network.Run(async () =>
        {
            using var sender = new UdpClient(_client.Stack, AddressFamily.InterNetwork);
            for (var i = 0; i < 3; i++)
            {
                await sender.SendAsync(new byte[10], new IPEndPoint(_server.Address(useIPv6: false), OtherPort));
                await _network.Time.Delay(TimeSpan.FromSeconds(1));
            }
        });
        Assert.Equal(3, user.Calls);
        Assert.IsType<InjectedFault>(Assert.Single(_server.Faults));
        AssertStillServes();
    }

    [Fact]
    public void ATimerThatThrowsCostsItselfOnly()
    {
        Under(now => _server.Stack.Shard.Host.Timers.Schedule(new FaultyTimer(), now + TimeSpan.FromSeconds(1)));
        _network.Run(TimeSpan.FromSeconds(5));
        Assert.IsType<InjectedFault>(Assert.Single(_server.Faults));
        AssertStillServes();
    }

    [Fact]
    public void AFaultFailsTheSeedUnlessItIsExpected()
    {
        _server.FaultsAreFatal = true;
        Under(now => _server.Stack.Shard.Host.Timers.Schedule(new FaultyTimer(), now + TimeSpan.FromSeconds(1)));
        var failure = Assert.Throws<SimulationException>(() => _network.Run(TimeSpan.FromSeconds(5)));
        Assert.Contains("server: an exception in a timer", failure.Message, StringComparison.Ordinal);
    }

    private static async Task PingAsync(NetworkStream stream)
    {
        await stream.WriteAsync(new byte[10]);
        await stream.ReadExactlyAsync(new byte[10]);
    }

    private void AssertStillServes() =>
        _network.Run(async () =>
        {
            var serving = EchoOnceAsync();
            using (var stream = await _client.Stack.ConnectAsync(_server.IPv6, EchoPort))
            {
                await PingAsync(stream);
            }

            await serving;
        });

    private async Task EchoOnceAsync()
    {
        using var stream = new NetworkStream(await _listener.AcceptSocketAsync(), ownsSocket: true);
        var buffer = new byte[100];
        for (int length; (length = await stream.ReadAsync(buffer)) > 0;)
        {
            await stream.WriteAsync(buffer.AsMemory(0, length));
        }
    }

    private void ListenWithFaults() => Under(now =>
    {
        var tcp = _server.Stack.Shard.Host.Tcp;
        Assert.Equal(SocketError.Success, tcp.Bind(new TransportEndpoint(IPv4Address.Unspecified, OtherPort), false, false, out var binding));
        Assert.Equal(
            SocketError.Success, tcp.Listen(new TcpListenRequest { Binding = binding!, Backlog = 1 }, new FaultyListenUser(), now, out _));
    });

    private void Under(Action<Instant> action)
    {
        var now = _server.Stack.Shard.Enter();
        action(now);
        _server.Stack.Shard.Exit(now);
    }

    private sealed class InjectedFault : Exception;

    private sealed class FaultyListenUser : ITcpListenUser, ITcpUser
    {
        public void OnAcceptable(TcpListenPoint listener) => listener.TryAccept(this, out _);

        public void OnTcpEvents(TcpConnection connection, TcpEvents events)
        {
            if ((events & TcpEvents.Readable) != 0)
            {
                throw new InjectedFault();
            }
        }
    }

    private sealed class FaultyUdpUser : IUdpUser
    {
        public int Calls { get; private set; }

        public void OnUdpEvents(UdpPort port, UdpEvents events)
        {
            if (++Calls == 2)
            {
                throw new InjectedFault();
            }
        }
    }

    private sealed class FaultyTimer : TimerEntry
    {
        protected internal override void OnTimer(Instant now) => throw new InjectedFault();
    }
}
