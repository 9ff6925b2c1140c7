using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using SharpTcp.Protocols.Tcp;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>
/// A whole host from Ethernet to TCP, as a state machine: frames and the time go in; frames, events and the next deadline come out. It has no
/// thread and no clock, and is not safe for several threads at once: its driver holds one lock around every call.
/// </summary>
public sealed partial class HostCore
{
    private readonly List<NetworkInterface> _interfaces = [];
    private readonly EthernetInput _ethernet;
    private SipHash? _identifierSecret;

    /// <summary>Makes a host without interfaces.</summary>
    public HostCore(HostOptions options, IEntropy entropy, Instant now)
    {
        Options = options;
        Entropy = entropy;
        Timers = new TimerWheel(now);
        Memory = new MemoryBudget(options.MemoryLimit);
        Buffers = new BufferPool(Memory);
        AddressTable = new AddressTable(this);
        RouteTable = new RouteTable(this);
        Ip = new IpLayer(this);
        LinkControl = new LinkControl(this);
        Neighbors = new NeighborTable(this);
        Reassembly = new Reassembly(this);
        _ethernet = new EthernetInput(this);
        ArpInput = new ArpInput(this);
        NeighborDiscovery = new NeighborDiscoveryInput(this);
        IPv4Input = new IPv4Input(this);
        IPv6Input = new IPv6Input(this);
        Icmpv4 = new Icmpv4Input(this);
        Icmpv6 = new Icmpv6Input(this);
        IcmpErrors = new IcmpErrors(this, now);
        IcmpDispatch = new IcmpDispatch(this);
        Redirects = new Redirects(entropy);
        Redirect = new RedirectInput(this);
        EchoResponder = new EchoResponder(this);
        Echo = new IcmpEcho(this);
        Udp = new UdpLayer(this);
        Raw = new RawLayer(this);
        Tcp = new TcpLayer(options.Tcp, Ip, Timers, Buffers, entropy, options.OnFault);
    }

    /// <summary>How the host is set up.</summary>
    public HostOptions Options { get; }

    /// <summary>Where its random numbers come from.</summary>
    public IEntropy Entropy { get; }

    /// <summary>Its timers.</summary>
    public TimerWheel Timers { get; }

    /// <summary>What it may hold, and holds.</summary>
    public MemoryBudget Memory { get; }

    /// <summary>Its buffers.</summary>
    public BufferPool Buffers { get; }

    /// <summary>What it counted.</summary>
    public HostCounters Counters { get; } = new();

    /// <summary>Who is told of changes of its addresses.</summary>
    public IHostObserver? Observer { get; set; }

    /// <summary>TCP.</summary>
    public TcpLayer Tcp { get; }

    /// <summary>UDP.</summary>
    public UdpLayer Udp { get; }

    /// <summary>Raw IP.</summary>
    public RawLayer Raw { get; }

    /// <summary>Echo requests.</summary>
    public IcmpEcho Echo { get; }

    /// <summary>Its interfaces, by index − 1.</summary>
    public IReadOnlyList<NetworkInterface> Interfaces => _interfaces;

    /// <summary>When <see cref="OnDeadline"/> must be called next, or <see cref="Instant.Never"/>.</summary>
    public Instant NextDeadline => Timers.NextDeadline;

    internal IpLayer Ip { get; }

    internal AddressTable AddressTable { get; }

    internal RouteTable RouteTable { get; }

    internal LinkControl LinkControl { get; }

    internal NeighborTable Neighbors { get; }

    internal Reassembly Reassembly { get; }

    internal ArpInput ArpInput { get; }

    internal NeighborDiscoveryInput NeighborDiscovery { get; }

    internal IPv4Input IPv4Input { get; }

    internal IPv6Input IPv6Input { get; }

    internal Icmpv4Input Icmpv4 { get; }

    internal Icmpv6Input Icmpv6 { get; }

    internal IcmpErrors IcmpErrors { get; }

    internal IcmpDispatch IcmpDispatch { get; }

    internal Redirects Redirects { get; }

    internal RedirectInput Redirect { get; }

    internal EchoResponder EchoResponder { get; }

    /// <summary>What makes interface identifiers opaque (RFC 7217 §5).</summary>
    internal SipHash IdentifierSecret =>
        _identifierSecret ??= Options.IdentifierSecret is { } secret ? new SipHash(secret.First, secret.Second) : new SipHash(Entropy);

    internal NetworkInterface? LoopbackInterface { get; private set; }

    /// <summary>Takes a received frame. The span is free again when this returns.</summary>
    public void Input(NetworkInterface source, ReadOnlySpan<byte> frame, in FrameMeta meta, Instant now)
    {
        Counters.Add(Counter.FramesIn);
        source.Counters.FramesIn++;
        source.Counters.BytesIn += frame.Length;
        DropReason outcome;
        try
        {
            outcome = _ethernet.Receive(source, frame, meta, now);
        }
        catch (Exception fault)
        {
            OnFault(fault, "a received frame");
            outcome = DropReason.Fault;
        }

        Counters.AddOutcome(outcome);
        if (outcome != DropReason.None)
        {
            source.Counters.Dropped++;
        }
    }

    /// <summary>
    /// Asks every connection that was touched since the last time what it has to send, once each and within a byte budget.
    /// </summary>
    /// <returns>Whether there is more to send at once: call again after a look at the input.</returns>
    public bool Poll(Instant now)
    {
        try
        {
            return Tcp.Poll(now);
        }
        catch (Exception fault)
        {
            OnFault(fault, "polling");
            return true; // the others are still to be asked
        }
    }

    /// <summary>Runs the timers that are due; follow it by <see cref="Poll"/>.</summary>
    public void OnDeadline(Instant now)
    {
        while (true)
        {
            try
            {
                Timers.Advance(now);
                return;
            }
            catch (Exception fault)
            {
                OnFault(fault, "a timer"); // its entry is off the wheel; the others follow
            }
        }
    }

    /// <summary>The link of an interface has room again; follow it by <see cref="Poll"/>.</summary>
    public void OnWritable(NetworkInterface source, Instant now)
    {
        try
        {
            Udp.OnWritable();
            Tcp.OnWritable(now);
        }
        catch (Exception fault)
        {
            OnFault(fault, $"room on {source.Name}");
        }
    }

    /// <summary>A neighbour did not answer, and a packet that waited for it is lost: its sender is told (RFC 1122 §3.3.1.4, §4.1.3.3).</summary>
    internal void OnNeighborFailed(Destination destination, byte protocol, ReadOnlySpan<byte> header, Instant now)
    {
        var zone = destination.Address.IsLinkLocal ? destination.Interface.Index : 0;
        var isUdp = UdpView.TryParseQuote(header, out var localPort, out var remotePort) && protocol == IpProtocol.Udp;
        var report = new IcmpErrorReport
        {
            Kind = IcmpErrorKind.HostUnreachable,
            Reporter = destination.Source,
            Local = new TransportEndpoint(destination.Source, isUdp ? localPort : (ushort)0, zone),
            Remote = new TransportEndpoint(destination.Address, isUdp ? remotePort : (ushort)0, zone),
            Protocol = protocol,
        };
        if (isUdp)
        {
            Udp.OnNeighborFailed(report);
        }
        else if (IsEchoRequest(protocol, header))
        {
            var identifier = BinaryPrimitives.ReadUInt16BigEndian(header[4..]);
            var sequence = BinaryPrimitives.ReadUInt16BigEndian(header[6..]);
            Echo.OnError(identifier, sequence, report, now);
        }
    }

    private static bool IsEchoRequest(byte protocol, ReadOnlySpan<byte> header) =>
        header.Length >= Icmpv4View.HeaderLength
        && ((protocol == IpProtocol.Icmp && header[0] == (byte)Icmpv4Type.EchoRequest)
            || (protocol == IpProtocol.Icmpv6 && header[0] == (byte)Icmpv6Type.EchoRequest));

    private void OnFault(Exception fault, string where)
    {
        Counters.Add(Counter.Faults);
        Options.OnFault?.Invoke(fault, where);
    }
}
