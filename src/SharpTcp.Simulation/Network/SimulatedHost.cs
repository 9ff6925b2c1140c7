using System;
using System.Collections.Generic;
using System.Net;
using SharpTcp.Protocols;

namespace SharpTcp.Simulation;

/// <summary>A host of a <see cref="SimulatedNetwork"/>: a whole <see cref="NetworkStack"/>, driven in virtual time. Programs use its sockets as they would elsewhere.</summary>
public sealed class SimulatedHost : SimulatedNode, IDisposable
{
    private readonly List<SimulatedPort> _ports = [];
    private readonly List<Exception> _faults = [];
    private readonly Action _settle;
    private readonly PumpEvent _pump;
    private readonly Instant _start;
    private IPAddress? _ipv4;
    private IPAddress? _ipv6;
    private Instant _stillUntil;
    private bool _isDisposed;

    internal SimulatedHost(SimulatedNetwork network, string name, HostOptions options, SeededEntropy entropy)
        : base(network, name)
    {
        _pump = new PumpEvent(this);
        _start = network.Time.Now;
        _settle = Settle;
        Entropy = entropy;
        var observer = options.OnFault;
        Stack = new NetworkStack(new NetworkStackOptions
        {
            TimeProvider = network.Time,
            Entropy = entropy,
            CompletionScheduler = network.Time.CompletionScheduler,
            Host = options with
            {
                OnFault = (exception, where) =>
                {
                    observer?.Invoke(exception, where);
                    OnFault(exception, where);
                },
            },
        });
        network.Time.Settling += _settle;
        Settle();
    }

    /// <summary>The stack.</summary>
    public NetworkStack Stack { get; }

    /// <summary>Where the random numbers of the stack come from.</summary>
    public SeededEntropy Entropy { get; }

    /// <summary>Its ends of links, in the order in which it was connected.</summary>
    public IReadOnlyList<SimulatedPort> Ports => _ports;

    /// <summary>Its IPv4 address on the first link.</summary>
    /// <exception cref="InvalidOperationException">It is not connected.</exception>
    public string IPv4 => (_ipv4 ?? throw NotConnected()).ToString();

    /// <summary>Its IPv6 address on the first link, of global scope.</summary>
    /// <exception cref="InvalidOperationException">It is not connected, or only by links whose MTU IPv6 does not allow.</exception>
    public string IPv6 => (_ipv6 ?? throw NotConnected()).ToString();

    /// <summary>
    /// Whether an exception in a handler of the stack, which should have cost only the packet or the connection that it belongs to, ends the run. Default: yes; a test that injects faults says no.
    /// </summary>
    public bool FaultsAreFatal { get; set; } = true;

    /// <summary>The exceptions in handlers of the stack so far.</summary>
    public IReadOnlyList<Exception> Faults => _faults;

    /// <summary>What the stack holds now.</summary>
    public HostResources Resources => HostResources.Of(Stack.Shard.Host);

    /// <summary>Its IP address on the first link, of one of the families.</summary>
    /// <param name="useIPv6">Which family.</param>
    public IPAddress Address(bool useIPv6) => (useIPv6 ? _ipv6 : _ipv4) ?? throw NotConnected();

    /// <summary>
    /// Lets the stack stand still for some time from now on, as a process does that gets no processor: frames wait, timers are late. What programs do with its sockets they do, as on a thread of their own.
    /// </summary>
    /// <param name="time">How long.</param>
    public void StandStill(TimeSpan time) => _stillUntil = Instant.Max(_stillUntil, Network.Time.Now + time);

    /// <summary>Disposes the stack, which resets its connections.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        Network.Time.Settling -= _settle;
        Network.Time.Cancel(_pump);
        Stack.Dispose();
    }

    internal override ILinkEnd CreateEnd(LinkSetup setup, Segment segment)
    {
        var port = new SimulatedPort(Network, $"{Name}.{_ports.Count}", Network.NextHardwareAddress(), setup, Wake);
        _ports.Add(port);
        return port;
    }

    internal override void OnConnected(ILinkEnd end, LinkSetup setup, Segment segment)
    {
        const int leastIPv6Mtu = 1280; // RFC 8200 §5
        var (ipv4, ipv6) = segment.NextAddresses();
        _ipv4 ??= AddressOf(ipv4);
        var hasIPv6 = setup.Mtu >= leastIPv6Mtu;
        if (hasIPv6)
        {
            _ipv6 ??= AddressOf(ipv6);
        }

        Stack.AddInterface((SimulatedPort)end, new InterfaceSettings
        {
            Addresses = hasIPv6 ? [ipv4, ipv6] : [ipv4],
            DuplicateAddressDetection = setup.DuplicateAddressDetection,
        });
        Settle();
    }

    private static IPAddress AddressOf(string prefix) => IPAddress.Parse(prefix.AsSpan(0, prefix.IndexOf('/', StringComparison.Ordinal)));

    private InvalidOperationException NotConnected() => new($"The host {Name} has no such address: connect it first (SimulatedNetwork.Connect).");

    private void OnFault(Exception exception, string where)
    {
        _faults.Add(exception);
        if (FaultsAreFatal)
        {
            Network.Time.Fail(new SimulationException($"{Name}: an exception in {where}: {exception.GetType().Name}: {exception.Message}", exception));
        }
    }

    // Frames wait, or there is room to send.
    private void Wake()
    {
        if (!_isDisposed && !(_pump.IsScheduled && _pump.Due <= Network.Time.Now))
        {
            Network.Time.Schedule(_pump, Network.Time.Now);
        }
    }

    // A program may have called sockets: the next deadline may have come nearer.
    private void Settle()
    {
        if (Stack.Shard.IsSignalled)
        {
            Wake();
            return;
        }

        var deadline = Stack.Shard.Host.NextDeadline;
        if (deadline.IsNever)
        {
            return;
        }

        var due = new Instant(deadline.Ticks + _start.Ticks);
        if (!_pump.IsScheduled || due < _pump.Due)
        {
            Network.Time.Schedule(_pump, due);
        }
    }

    private void Pump()
    {
        if (Network.Time.Now < _stillUntil)
        {
            Network.Time.Schedule(_pump, _stillUntil);
            return;
        }

        var wait = Stack.Pump();
        if (wait is { } time && !_pump.IsScheduled)
        {
            Network.Time.Schedule(_pump, Network.Time.Now + time);
        }
    }

    private sealed class PumpEvent(SimulatedHost host) : VirtualEvent
    {
        internal override bool MayTouchHosts => false;

        protected internal override void Occur() => host.Pump();
    }
}
