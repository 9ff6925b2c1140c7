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
/// One seed of the perils: for a minute two hosts meet stalls, window games, changes of the path's MTU and an attacker, besides loss; then the link is fair. No connection may fail, every
/// byte arrives once and in order and within a bound, the rules of the window hold for every segment; in the end both hosts hold what they held at first, and are silent.
/// </summary>
internal sealed class PerilScenario
{
    private const int FirstPort = 6000;
    private const long StepLimit = 5_000_000;

    // From the end of the perils on: timers that have backed off to two minutes, and the pauses of the programs.
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(20);

    private readonly SimulatedNetwork _network;
    private readonly PerilPlan _plan;
    private readonly SimulatedHost _client;
    private readonly SimulatedHost _server;
    private readonly SimulatedLink _west;
    private readonly SimulatedLink _east;
    private readonly Middlebox _box;
    private readonly WindowChecker[] _checkers;

    private int _failures;
    private int _strikes;
    private int _outlasted;

    private PerilScenario(SimulatedNetwork network)
    {
        _network = network;
        _plan = new PerilPlan(network.Random);
        _client = network.AddHost("client", _plan.First);
        _server = network.AddHost("server", _plan.Second);
        _box = new Middlebox(network, network.Random.Fork(1));
        _west = network.Connect(_client, _box.WestSwitch, _plan.Conditions, new LinkSetup { Offloads = _plan.Offloads });
        _east = network.Connect(_server, _box.EastSwitch, setup: new LinkSetup { Offloads = _plan.Offloads });
        _checkers = [Watch(_client, _west), Watch(_server, _east)];
    }

    /// <summary>What happened.</summary>
    public PerilCounts Counts => new(
        _plan.Connections.Length, _failures, _checkers[0].Segments + _checkers[1].Segments, _strikes, _box.WindowsChanged, _box.PacketsTooLong, _outlasted);

    /// <summary>Runs a seed.</summary>
    public static PerilScenario Run(SeedContext seed)
    {
        using var network = seed.CreateNetwork();
        network.Time.StepLimit = StepLimit;
        var scenario = new PerilScenario(network);
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

    private WindowChecker Watch(SimulatedHost host, SimulatedLink link)
    {
        var checker = new WindowChecker(host.Name, _network.Time, _box.West.HardwareAddress, _box.East.HardwareAddress);
        link.Forward.Filter = checker.OnFromHost;
        link.Backward.Filter = checker.OnToHost;
        return checker;
    }

    private void Run()
    {
        _network.Run(TimeSpan.FromSeconds(5));
        var quiet = new QuietChecker(_network);
        Schedule();
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
            PerilPlan.End + Bound);
        _network.Time.RunUntil(() => _client.Resources.Connections + _server.Resources.Connections == 0, TimeSpan.FromMinutes(30));
        quiet.CheckSilence(settle: TimeSpan.FromMinutes(15), quiet: TimeSpan.FromMinutes(10));
        quiet.CheckResources();
    }

    private void Schedule()
    {
        foreach (var stall in _plan.LinkStalls)
        {
            // What comes while it lasts comes out at its end, in order: the delay is what is left of it.
            var path = stall.First ? _west.Forward : _west.Backward;
            At(stall.Begin, () => path.Conditions = path.Conditions with { Delay = TimeSpan.FromSeconds(stall.Length) });
            At(stall.Begin + 0.001, () => path.Conditions = path.Conditions with { Delay = _plan.Conditions.Delay });
        }

        foreach (var stall in _plan.HostStalls)
        {
            At(stall.Begin, () => (stall.First ? _client : _server).StandStill(TimeSpan.FromSeconds(stall.Length)));
        }

        foreach (var partition in _plan.Partitions)
        {
            At(partition.Begin, () => _west.IsUp = false);
            At(partition.Begin + partition.Length, () => _west.IsUp = true);
        }

        foreach (var game in _plan.Games)
        {
            var rule = Rule(_network.Random);
            At(game.Begin, () => Play(game.First, rule));
            At(game.Begin + game.Length, () => Play(game.First, null));
        }

        foreach (var (at, mtu) in _plan.MtuChanges)
        {
            At(at, () => _box.Mtu = mtu);
        }

        ScheduleAttack();
        At(PerilPlan.End.TotalSeconds, () => _west.Conditions = PerilPlan.Fair);
    }

    private void ScheduleAttack()
    {
        var random = _network.Random.Fork(2);
        var attacker = new Attacker(_box, random, _client.Ports[0].HardwareAddress, _server.Ports[0].HardwareAddress);
        for (var i = 0; i < _plan.AttackFrames; i++)
        {
            At(PerilPlan.DrawTime(random), () =>
            {
                attacker.Strike();
                _strikes = attacker.Sent;
            });
        }
    }

    private void Play(bool toEast, WindowGame? rule)
    {
        if (toEast)
        {
            _box.WindowGameToEast = rule;
        }
        else
        {
            _box.WindowGameToWest = rule;
        }
    }

    private static WindowGame Rule(SeededEntropy random) => random.Pick<WindowGame>(
        static (_, _) => 0,
        static (window, _) => System.Math.Min(window, (ushort)1),
        static (window, random) => (ushort)random.Between(0, window),
        static (window, random) => random.Chance(0.5) ? (ushort)0 : window);

    private void At(double seconds, Action action) => _network.Time.Schedule(TimeSpan.FromSeconds(seconds), action);

    private async Task ConnectionAsync(ConnectionPlan plan, int port)
    {
        var listener = new TcpListener(_server.Stack, new IPEndPoint(_server.Address(plan.UseIPv6), port));
        listener.Start();
        using var cancellation = new CancellationTokenSource();
        var serving = ServeAsync(listener, plan, port, cancellation.Token);
        using var socket = new Socket(
            _client.Stack, plan.UseIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.NoDelay = plan.NoDelay;
        try
        {
            await socket.ConnectAsync(new IPEndPoint(_server.Address(plan.UseIPv6), port));
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.HostUnreachable)
        {
            // The link lost every question for the server's MAC address.
            _failures++;
            cancellation.Cancel();
            await serving;
            return;
        }

        var side = new SoakSide(_network.Time, $"port {port} at the client", plan.FromClient, plan.FromServer, plan.Client, plan.Server);
        await side.RunAsync(socket, CancellationToken.None);
        await serving;
        _outlasted += _network.Time.Now > PerilPlan.Middle ? 1 : 0;
    }

    private async Task ServeAsync(TcpListener listener, ConnectionPlan plan, int port, CancellationToken cancellation)
    {
        Socket socket;
        try
        {
            socket = await listener.AcceptSocketAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        finally
        {
            listener.Stop();
        }

        using var owned = socket;
        var side = new SoakSide(_network.Time, $"port {port} at the server", plan.FromServer, plan.FromClient, plan.Server, plan.Client);
        await side.RunAsync(socket, CancellationToken.None);
    }
}

/// <summary>What happened in a seed.</summary>
/// <param name="Connections">Connections that were to be made.</param>
/// <param name="Failures">Those that could not be.</param>
/// <param name="Segments">Segments that the checkers of the window saw.</param>
/// <param name="Strikes">Frames of the attacker.</param>
/// <param name="WindowsChanged">Windows that were made smaller on the way.</param>
/// <param name="PacketsTooLong">Packets that were longer than the path's MTU.</param>
/// <param name="Outlasted">Connections that lived through half of the perils.</param>
internal readonly record struct PerilCounts(int Connections, int Failures, long Segments, int Strikes, int WindowsChanged, int PacketsTooLong, int Outlasted)
{
    public static PerilCounts operator +(PerilCounts one, PerilCounts other) => new(
        one.Connections + other.Connections, one.Failures + other.Failures, one.Segments + other.Segments, one.Strikes + other.Strikes,
        one.WindowsChanged + other.WindowsChanged, one.PacketsTooLong + other.PacketsTooLong, one.Outlasted + other.Outlasted);
}
