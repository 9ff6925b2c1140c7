using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using SharpTcp.Protocols;
using SharpTcp.Wire;

namespace SharpTcp.Simulation.Tests;

/// <summary>
/// A box between two hosts of one Ethernet: it passes frames on, plays games with the windows in them, and has an MTU of its own, about which it tells the sender as a router does. It is a
/// station on each of two switches.
/// </summary>
internal sealed class Middlebox
{
    private const int TcpWindow = 14;

    private readonly SeededEntropy _random;
    private readonly byte[] _buffer = new byte[65_700];
    private readonly HashSet<FlowKey> _flows = [];
    private readonly Dictionary<(FlowKey Flow, bool ToEast), SequenceNumber> _sent = [];

    public Middlebox(SimulatedNetwork network, SeededEntropy random)
    {
        _random = random;
        (West, East) = (network.AddStation("west"), network.AddStation("east"));
        (WestSwitch, EastSwitch) = (network.AddSwitch("west switch"), network.AddSwitch("east switch"));

        // One segment, so that the hosts' addresses are of one prefix; but only the box passes frames on.
        network.Connect(WestSwitch, EastSwitch).IsUp = false;
        network.Connect(WestSwitch, West, setup: new LinkSetup { Mtu = 9000 });
        network.Connect(EastSwitch, East, setup: new LinkSetup { Mtu = 9000 });
        West.Received += (ReadOnlySpan<byte> frame, in FrameMeta _) => Pass(frame, West, East, WindowGameToEast);
        East.Received += (ReadOnlySpan<byte> frame, in FrameMeta _) => Pass(frame, East, West, WindowGameToWest);
    }

    public SimulatedSwitch WestSwitch { get; }

    public SimulatedSwitch EastSwitch { get; }

    public SimulatedStation West { get; }

    public SimulatedStation East { get; }

    /// <summary>Largest IP packet that passes; IPv6 always has its 1,280.</summary>
    public int Mtu { get; set; } = 1500;

    /// <summary>What becomes of windows in segments to the east; null to leave them.</summary>
    public WindowGame? WindowGameToEast { get; set; }

    /// <summary>What becomes of windows in segments to the west; null to leave them.</summary>
    public WindowGame? WindowGameToWest { get; set; }

    /// <summary>How many windows it made smaller.</summary>
    public int WindowsChanged { get; private set; }

    /// <summary>How many packets were too long for it.</summary>
    public int PacketsTooLong { get; private set; }

    /// <summary>The connections that the host to the west has opened, and that the other acknowledged.</summary>
    public IReadOnlyCollection<FlowKey> Flows => _flows;

    /// <summary>The end of what was sent to one side of a connection: not before what that side waits for.</summary>
    public SequenceNumber SentTo(FlowKey flow, bool toEast) => _sent.GetValueOrDefault((flow, toEast));

    private static FlowKey FlowOf(in TcpFrame packet, bool fromClient) => fromClient
        ? new FlowKey(packet.Source, packet.Destination, packet.Tcp.SourcePort, packet.Tcp.DestinationPort)
        : new FlowKey(packet.Destination, packet.Source, packet.Tcp.DestinationPort, packet.Tcp.SourcePort);

    private void Pass(ReadOnlySpan<byte> frame, SimulatedStation from, SimulatedStation to, WindowGame? game)
    {
        if (!TcpFrame.TryParse(frame, out var packet))
        {
            to.Send(frame);
            return;
        }

        // Whoever waits for a SYN-ACK takes anybody's SYN for the peer's (RFC 9293 §3.5, figure 7): nothing protects a connection before it has been acknowledged.
        if (from == West && !packet.Tcp.Has(TcpFlags.Syn) && packet.Tcp.Has(TcpFlags.Ack) && !packet.Tcp.Has(TcpFlags.Rst))
        {
            _flows.Add(FlowOf(packet, fromClient: true));
        }

        if (!packet.Tcp.Has(TcpFlags.Rst))
        {
            var direction = (FlowOf(packet, from == West), from == West);
            _sent[direction] = _sent.TryGetValue(direction, out var end) ? SequenceNumber.Max(end, packet.Tcp.EndSequence) : packet.Tcp.EndSequence;
        }

        if (packet.Length > (packet.Source.IsIPv4 ? Mtu : Math.Max(Mtu, 1280)))
        {
            PacketsTooLong++;
            TellOfMtu(frame, packet, from);
            return;
        }

        var copy = _buffer.AsSpan(0, frame.Length);
        frame.CopyTo(copy);
        if (game is { } rule)
        {
            var tcp = copy[packet.TcpOffset..];
            var changed = rule(packet.Tcp.Window, _random);
            WindowsChanged += changed < packet.Tcp.Window ? 1 : 0;
            BinaryPrimitives.WriteUInt16BigEndian(tcp[TcpWindow..], changed);
            BinaryPrimitives.WriteUInt16BigEndian(
                tcp[TcpView.ChecksumOffset..], InternetChecksum.Update(packet.Tcp.Checksum, packet.Tcp.Window, changed));
        }

        to.Send(copy);
    }

    // RFC 1191 §4, RFC 8201 §4: from the address of the other end, for want of one of its own.
    private void TellOfMtu(ReadOnlySpan<byte> frame, in TcpFrame packet, SimulatedStation back)
    {
        Span<byte> icmp = stackalloc byte[600];
        var quote = frame.Slice(EthernetView.HeaderLength, Math.Min(packet.Length, 500));
        var length = packet.Source.IsIPv4
            ? Icmpv4Writer.WriteUnreachable(icmp, Icmpv4UnreachableCode.FragmentationNeeded, quote, (ushort)Mtu)
            : Icmpv6Writer.WritePacketTooBig(icmp, packet.Destination.ToIPv6(), packet.Source.ToIPv6(), (uint)Math.Max(Mtu, 1280), quote);
        Forge.Send(back, packet.EthernetSource, packet.Destination, packet.Source, packet.Source.IsIPv4 ? IpProtocol.Icmp : IpProtocol.Icmpv6, icmp[..length]);
    }
}

/// <summary>Makes another window of a window.</summary>
internal delegate ushort WindowGame(ushort window, SeededEntropy random);

/// <summary>A connection, as the side that opened it sees it.</summary>
internal readonly record struct FlowKey(IpAddress Client, IpAddress Server, ushort ClientPort, ushort ServerPort);
