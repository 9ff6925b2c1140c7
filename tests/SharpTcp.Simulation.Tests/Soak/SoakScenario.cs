using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Socket = SharpTcp.Sockets.Socket;
using TcpListener = SharpTcp.Sockets.TcpListener;

namespace SharpTcp.Simulation.Tests;

/// <summary>
/// One seed of the soak: two hosts, some connections, a bad link. Every byte arrives once and in order, or the connection ends with an error where one of its sides resets it; nothing
/// hangs; in the end both hosts hold what they held at first, and are silent.
/// </summary>
internal sealed class SoakScenario
{
    private const int FirstPort = 5000;
    private const long StepLimit = 5_000_000;

    /// <summary>The slowest plan: a window of 4 KiB, a round trip of 0.7 s, one packet in five lost, and pauses.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromHours(2);

    /// <summary>How long a side waits after the other's end, of which the link may have lost the news.</summary>
    private static readonly TimeSpan AfterEnd = TimeSpan.FromMinutes(2);

    /// <summary>
    /// How long a side waits after the other has closed in order: what was queued then is delivered by a connection without a user, and if the link loses all of it until R2, nobody is told.
    /// </summary>
    private static readonly TimeSpan AfterClose = TimeSpan.FromHours(1);

    private readonly SimulatedNetwork _network;
    private readonly SoakPlan _plan;
    private readonly SimulatedHost _client;
    private readonly SimulatedHost _server;
    private readonly SimulatedLink _link;
    private readonly HashSet<ConnectionPlan> _accepted = [];

    private SoakScenario(SimulatedNetwork network)
    {
        _network = network;
        _plan = new SoakPlan(network.Random);
        _client = network.AddHost("client", _plan.First);
        _server = network.AddHost("server", _plan.Second);
        _link = network.Connect(_client, _server, _plan.Forward, _plan.Setup);
        _link.Backward.Conditions = _plan.Backward;
    }

    /// <summary>How many connections there were.</summary>
    public int Connections => _plan.Connections.Length;

    /// <summary>How many of them could not be made, or timed out.</summary>
    public int Failures { get; private set; }

    /// <summary>The number that sums up all packets.</summary>
    public ulong Hash => _network.Trace.Hash;

    /// <summary>Runs a seed.</summary>
    public static SoakScenario Run(SeedContext seed)
    {
        using var network = seed.CreateNetwork();
        network.Time.StepLimit = StepLimit;
        var scenario = new SoakScenario(network);
        try
        {
            scenario.Run();
        }
        catch (Exception exception)
        {
            throw new SimulationException($"{exception.Message}\n{scenario._plan}", exception);
        }

        return scenario;
    }

    private void Run()
    {
        _network.Run(TimeSpan.FromSeconds(5));
        var quiet = new QuietChecker(_network);
        if (_plan.Partition is { } partition)
        {
            _network.Time.Schedule(TimeSpan.FromSeconds(partition.Begin), () => _link.IsUp = false);
            _network.Time.Schedule(TimeSpan.FromSeconds(partition.Begin + partition.Length), () => _link.IsUp = true);
        }

        _network.Run(
            async () =>
            {
                var connections = new List<Task>();
                for (var i = 0; i < _plan.Connections.Length; i++)
                {
                    connections.Add(ConnectionAsync(_plan.Connections[i], FirstPort + i));
                }

                await Task.WhenAll(connections);
            },
            Bound);

        _network.Time.RunUntil(() => _client.Resources.Connections + _server.Resources.Connections == 0, TimeSpan.FromMinutes(30));
        quiet.CheckSilence(settle: TimeSpan.FromMinutes(2), quiet: TimeSpan.FromMinutes(10));
        quiet.CheckResources();
    }

    private async Task ConnectionAsync(ConnectionPlan plan, int port)
    {
        // Not disposed: it may be cancelled by the clock when all is over.
        var cancellation = new CancellationTokenSource();
        var listener = new TcpListener(_server.Stack, new IPEndPoint(_server.Address(plan.UseIPv6), port));
        listener.Start();
        var serving = ServeAsync(listener, plan, port, cancellation);
        var connecting = ConnectAsync(plan, port, cancellation);
        try
        {
            await connecting;
        }
        catch
        {
            // What went wrong is to be told, not that the server waits still.
            cancellation.Cancel();
            throw;
        }

        await serving;
    }

    private async Task ServeAsync(TcpListener listener, ConnectionPlan plan, int port, CancellationTokenSource cancellation)
    {
        try
        {
            using var socket = await listener.AcceptSocketAsync(cancellation.Token);
            listener.Stop();
            _accepted.Add(plan);
            var side = new SoakSide(_network.Time, $"port {port} at the server", plan.FromServer, plan.FromClient, plan.Server, plan.Client);
            await EndAsync(side.RunAsync(socket, cancellation.Token), plan, plan.FromServer, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The client could not connect, or its reset came before the handshake ended here.
        }
        finally
        {
            listener.Stop();
        }
    }

    private async Task ConnectAsync(ConnectionPlan plan, int port, CancellationTokenSource cancellation)
    {
        using var socket = new Socket(
            _client.Stack, plan.UseIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.NoDelay = plan.NoDelay;
        try
        {
            await socket.ConnectAsync(new IPEndPoint(_server.Address(plan.UseIPv6), port), cancellation.Token);
        }
        catch (SocketException exception) when (IsOfTheLink(exception) || plan.HasReset)
        {
            // The link lost every SYN or every question for the server's MAC address, or the server reset the connection before the handshake ended here.
            Failures++;
            cancellation.Cancel();
            return;
        }

        var side = new SoakSide(_network.Time, $"port {port} at the client", plan.FromClient, plan.FromServer, plan.Client, plan.Server);
        await EndAsync(side.RunAsync(socket, cancellation.Token), plan, plan.FromClient, cancellation);
    }

    private static bool IsOfTheLink(SocketException exception) =>
        exception.SocketErrorCode is SocketError.TimedOut or SocketError.HostUnreachable or SocketError.NetworkUnreachable;

    // An error is right where a side resets the connection, where the link lost all answers for a quarter of an hour, and where the server gave up a
    // handshake whose end the link lost.
    private async Task EndAsync(Task side, ConnectionPlan plan, SidePlan own, CancellationTokenSource cancellation)
    {
        var isOver = own.ResetsAfter is not null;
        try
        {
            await side;
        }
        catch (SocketException exception) when (IsOfTheLink(exception) || (exception.SocketErrorCode == SocketError.ConnectionReset && !_accepted.Contains(plan)))
        {
            Failures++;
            isOver = true;
        }
        catch (Exception exception) when (plan.HasReset && exception is SocketException or ObjectDisposedException)
        {
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            Failures += isOver || plan.HasReset ? 0 : 1;
        }

        _network.Time.Schedule(isOver ? AfterEnd : AfterClose, cancellation.Cancel);
    }
}
