using System;
using SharpTcp.Posix;
using SharpTcp.Protocols;
using SharpTcp.Protocols.Tcp;
using SharpTcp.Wire;

namespace SharpTcp.Packetdrill;

/// <summary>The stack under test, with its sockets, its link and its clock. It is made when the first socket is, after the script's init commands.</summary>
internal sealed class Instance
{
    private readonly ShimFlags _flags;
    private readonly PacketQueue _packets = new();
    private HostCore? _host;
    private NetworkInterface? _link;
    private PosixStack? _sockets;
    private long _flushes;

    public Instance(ShimFlags flags)
    {
        _flags = flags;
        Clock = flags.IsRealTime ? new RealClock(_packets) : new VirtualClock(_packets);
        Saboteur = new Saboteur(flags.Breakage);
        _packets.Filter = Saboteur.OnOutput;
    }

    public StackClock Clock { get; }

    public EventDescriptors Descriptors { get; } = new();

    private Saboteur Saboteur { get; }

    public PosixStack Sockets => _sockets ?? Create();

    /// <summary>Takes what the script set by sysctl into account.</summary>
    public void RefreshSettings()
    {
        _ = Sockets;
        var flushes = Sysctls.CountFlushes();
        Clock.Do(_ =>
        {
            _host!.Tcp.Settings = Sysctls.Apply(_host.Tcp.Settings);
            if (flushes != _flushes)
            {
                _flushes = flushes;
                _host.Tcp.ForgetFastOpenServers();
            }
        });
    }

    /// <summary>A packet from the script.</summary>
    public void Input(ReadOnlySpan<byte> packet)
    {
        _ = Sockets;
        var copy = packet.ToArray();
        if (Saboteur.Swallows(copy))
        {
            return;
        }

        Clock.Do(now => _host!.Input(_link!, copy, default, now));
    }

    private PosixStack Create()
    {
        var options = new HostOptions
        {
            Tcp = Sysctls.Apply(TcpSettings.Linux),
            MemoryLimit = 96 * 1024 * 1024,
            IcmpErrorRate = 10_000,
            OnFault = static (exception, where) => Native.Die($"fault in {where}: {exception}"),
        };
        var now = Clock.Start;
        _host = new HostCore(options, new FixedEntropy(), now);
        var link = new InterfaceOptions
        {
            Name = "tun0",
            Capabilities = new LinkCapabilities(LinkMedium.Ip, _flags.Mtu),
            DuplicateAddressDetectTransmits = 0,
            IPv6LinkLocal = false,
        };
        _link = _host.AddInterface(link, _packets, now);
        AddAddress(_flags.IPv4, IPv4Address.Unspecified, now);
        AddAddress(_flags.IPv6, IPv6Address.Unspecified, now);
        Clock.Attach(_host);
        return _sockets = new PosixStack(_host, Clock, Descriptors);
    }

    private void AddAddress(Prefix? address, IpAddress any, Instant now)
    {
        if (address is { } prefix)
        {
            _host!.AddAddress(_link!, prefix, now);
            _host.AddRoute(new Prefix(any, 0), null, _link!);
        }
    }
}
