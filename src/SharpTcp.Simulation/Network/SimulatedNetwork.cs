using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using SharpTcp.Links;
using SharpTcp.Protocols;
using SharpTcp.Wire;

namespace SharpTcp.Simulation;

/// <summary>
/// A network of hosts, switches and links in virtual time, on one thread. Everything that happens in it follows from its seed and its program.
/// </summary>
/// <example>
/// <code>
/// using var network = new SimulatedNetwork(seed: 7);
/// var (alice, bob) = (network.AddHost("alice"), network.AddHost("bob"));
/// network.Connect(alice, bob, new LinkConditions { Delay = TimeSpan.FromMilliseconds(20), Loss = 0.01 });
/// using var listener = bob.Stack.Listen(80);
/// network.Run(async () =&gt; await alice.Stack.ConnectAsync(bob.IPv4, 80));
/// </code>
/// </example>
public sealed partial class SimulatedNetwork : IDisposable
{
    private const ulong FirstHardwareAddress = 0x02_00_00_00_00_01;
    private const ulong PathStreams = 1UL << 32;
    private const ulong HostStreams = 2UL << 32;

    private readonly SeededEntropy _streams;
    private readonly List<SimulatedHost> _hosts = [];
    private ulong _paths;
    private ulong _addresses;
    private int _segments;

    /// <summary>Makes an empty network.</summary>
    /// <param name="seed">What everything random follows from.</param>
    public SimulatedNetwork(ulong seed)
    {
        Seed = seed;
        _streams = new SeededEntropy(seed);
        Random = _streams.Fork(0);
        Trace = new PacketTrace(Time);
    }

    /// <summary>What everything random follows from.</summary>
    public ulong Seed { get; }

    /// <summary>The clock of all that is in the network.</summary>
    public VirtualTime Time { get; } = new();

    /// <summary>Random numbers for the program that uses the network; no part of the network draws from them.</summary>
    public SeededEntropy Random { get; }

    /// <summary>The frames that hosts and stations send and receive.</summary>
    public PacketTrace Trace { get; }

    /// <summary>The hosts in the order in which they were added.</summary>
    public IReadOnlyList<SimulatedHost> Hosts => _hosts;

    internal byte[] Scratch { get; } = new byte[FrameLayout.LargestFrame];

    /// <summary>Adds a host.</summary>
    /// <param name="name">Its name, for people.</param>
    /// <param name="options">The settings of its protocols; null takes the RFCs'.</param>
    public SimulatedHost AddHost(string name, HostOptions? options = null)
    {
        var host = new SimulatedHost(this, name, options ?? new HostOptions(), _streams.Fork(HostStreams + (ulong)_hosts.Count));
        _hosts.Add(host);
        return host;
    }

    /// <summary>Adds a switch.</summary>
    /// <param name="name">Its name, for people.</param>
    public SimulatedSwitch AddSwitch(string name) => new(this, name);

    /// <summary>Adds something that sees and sends frames and has no stack.</summary>
    /// <param name="name">Its name, for people.</param>
    public SimulatedStation AddStation(string name) => new(this, name, NextHardwareAddress());

    /// <summary>
    /// Connects two nodes. A host gets an interface with an IPv4 and an IPv6 address: the k-th host of the n-th segment has 10.0.n.k/24 and 2001:db8:0:n::k/64 (hexadecimal).
    /// </summary>
    /// <param name="first">One node.</param>
    /// <param name="second">The other.</param>
    /// <param name="conditions">What befalls packets in both directions; null for a perfect link.</param>
    /// <param name="setup">What the link is; null for Ethernet of MTU 1,500 without offloads.</param>
    /// <exception cref="ArgumentException">A node belongs to another network, or both are the same.</exception>
    /// <exception cref="InvalidOperationException">Both are switches that have links already, or a station has its link.</exception>
    public SimulatedLink Connect(SimulatedNode first, SimulatedNode second, LinkConditions? conditions = null, LinkSetup? setup = null)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.Network != this || second.Network != this || first == second)
        {
            throw new ArgumentException("A link connects two different nodes of its network.", nameof(second));
        }

        setup ??= new LinkSetup();
        LinkArguments.CheckMtu(setup.Mtu, nameof(setup));
        var segment = JoinSegments(first, second);
        var firstEnd = first.CreateEnd(setup, segment);
        var secondEnd = second.CreateEnd(setup, segment);
        var forward = new LinkPath(this, $"{first.Name} to {second.Name}", setup, _streams.Fork(PathStreams + _paths++), firstEnd, secondEnd);
        var backward = new LinkPath(this, $"{second.Name} to {first.Name}", setup, _streams.Fork(PathStreams + _paths++), secondEnd, firstEnd);
        firstEnd.Attach(forward);
        secondEnd.Attach(backward);
        var link = new SimulatedLink(setup, forward, backward) { Conditions = conditions ?? LinkConditions.Perfect };
        first.OnConnected(firstEnd, setup, segment);
        second.OnConnected(secondEnd, setup, segment);
        return link;
    }

    /// <summary>Lets time pass.</summary>
    /// <param name="duration">How much.</param>
    /// <exception cref="SimulationException">Something failed meanwhile.</exception>
    public void Run(TimeSpan duration) => Time.Run(duration);

    /// <inheritdoc cref="VirtualTime.Run(Func{Task}, TimeSpan?)"/>
    public void Run(Func<Task> program, TimeSpan? within = null) => Time.Run(program, within);

    /// <inheritdoc cref="VirtualTime.Run{T}(Func{Task{T}}, TimeSpan?)"/>
    public T Run<T>(Func<Task<T>> program, TimeSpan? within = null) => Time.Run(program, within);

    /// <summary>Disposes the hosts and closes the capture.</summary>
    public void Dispose()
    {
        foreach (var host in _hosts)
        {
            host.Dispose();
        }

        Trace.Dispose();
    }

    internal MacAddress NextHardwareAddress() => new(FirstHardwareAddress + _addresses++);

    private Segment JoinSegments(SimulatedNode first, SimulatedNode second)
    {
        if (first.SharedSegment is { } one && second.SharedSegment is { } other && one != other)
        {
            throw new InvalidOperationException(
                $"{first.Name} and {second.Name} have given addresses of different prefixes: connect switches with each other before they have hosts.");
        }

        var segment = first.SharedSegment ?? second.SharedSegment ?? new Segment(_segments++);
        first.SharedSegment = segment;
        second.SharedSegment = segment;
        return segment;
    }
}
