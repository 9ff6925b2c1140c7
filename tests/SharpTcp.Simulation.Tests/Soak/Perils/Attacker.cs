using System;
using System.Collections.Generic;
using System.Linq;
using SharpTcp.Wire;

namespace SharpTcp.Simulation.Tests;

/// <summary>
/// Somebody who knows the addresses and ports of every connection but sees none of its packets, and guesses the rest (RFC 5961, RFC 5927): resets, SYNs, data, acknowledgments and ICMP
/// errors, to both ends. Of resets and SYNs some are nearly right: a little behind what was sent, within the window, and not what is awaited.
/// </summary>
internal sealed class Attacker(Middlebox box, SeededEntropy random, MacAddress client, MacAddress server)
{
    /// <summary>How many frames it sent.</summary>
    public int Sent { get; private set; }

    /// <summary>Sends one frame, if there is a connection to send it at.</summary>
    public void Strike()
    {
        if (box.Flows.Count == 0)
        {
            return;
        }

        var flow = random.Pick<FlowKey>([.. Ordered(box.Flows)]);
        Sent++;
        if (random.Chance(0.5))
        {
            Strike(box.East, server, flow.Client, flow.Server, flow.ClientPort, flow.ServerPort, box.SentTo(flow, toEast: true));
        }
        else
        {
            Strike(box.West, client, flow.Server, flow.Client, flow.ServerPort, flow.ClientPort, box.SentTo(flow, toEast: false));
        }
    }

    // A set has no order that the next version of .NET must keep.
    private static IEnumerable<FlowKey> Ordered(IEnumerable<FlowKey> flows) => flows.OrderBy(flow => flow.ServerPort).ThenBy(flow => flow.ClientPort);

    private void Strike(SimulatedStation station, MacAddress mac, IpAddress from, IpAddress to, ushort fromPort, ushort toPort, SequenceNumber sent)
    {
        if (random.Chance(0.3))
        {
            SendIcmp(station, mac, from, to, fromPort, toPort);
            return;
        }

        Span<byte> segment = stackalloc byte[100];
        var flags = random.Pick(
            TcpFlags.Rst, TcpFlags.Rst | TcpFlags.Ack, TcpFlags.Syn, TcpFlags.Syn | TcpFlags.Ack, TcpFlags.Ack, TcpFlags.Ack | TcpFlags.Psh, TcpFlags.Fin | TcpFlags.Ack);
        var options = default(TcpOptionSet);
        if (random.Chance(0.5))
        {
            (options.HasTimestamps, options.TimestampValue, options.TimestampEcho) = (true, (uint)random.Next(), (uint)random.Next());
        }

        var fields = Header(fromPort, toPort, flags);
        if ((flags & (TcpFlags.Rst | TcpFlags.Syn)) != 0 && random.Chance(0.5))
        {
            // RFC 5961 §3.2, §4.2: what is in the window and not exactly awaited is challenged.
            fields.Sequence = sent + random.Between(1, 1000);
        }

        var header = TcpWriter.Write(segment, fields, options);
        var length = header + (flags == (TcpFlags.Ack | TcpFlags.Psh) ? random.Between(1, 20) : 0);
        random.Fill(segment[header..length]);
        TcpWriter.WriteChecksum(segment[..length], from, to);
        Forge.Send(station, mac, from, to, IpProtocol.Tcp, segment[..length]);
    }

    private TcpHeader Header(ushort fromPort, ushort toPort, TcpFlags flags) => new()
    {
        SourcePort = fromPort,
        DestinationPort = toPort,
        Sequence = new SequenceNumber((uint)random.Next()),
        Acknowledgment = new SequenceNumber((uint)random.Next()),
        Flags = flags,
        Window = (ushort)random.Next(),
    };

    // An error that quotes a segment which the host might have sent.
    private void SendIcmp(SimulatedStation station, MacAddress mac, IpAddress from, IpAddress to, ushort fromPort, ushort toPort)
    {
        Span<byte> quote = stackalloc byte[IPv6View.HeaderLength + TcpView.MinHeaderLength];
        var ip = to.IsIPv4
            ? IPv4Writer.Write(
                quote,
                new IPv4Header { TimeToLive = 60, Protocol = IpProtocol.Tcp, DontFragment = true, Source = to.ToIPv4(), Destination = from.ToIPv4() },
                TcpView.MinHeaderLength)
            : IPv6Writer.Write(quote, to.ToIPv6(), from.ToIPv6(), IpProtocol.Tcp, TcpView.MinHeaderLength, hopLimit: 60);
        TcpWriter.Write(quote[ip..], Header(toPort, fromPort, TcpFlags.Ack), default);
        quote = quote[..(ip + TcpView.MinHeaderLength)];
        Span<byte> icmp = stackalloc byte[200];
        var length = to.IsIPv4
            ? Icmpv4Writer.WriteUnreachable(
                icmp, random.Pick(Icmpv4UnreachableCode.Port, Icmpv4UnreachableCode.Protocol, Icmpv4UnreachableCode.FragmentationNeeded, Icmpv4UnreachableCode.Host), quote, (ushort)random.Between(0, 1500))
            : random.Chance(0.5)
                ? Icmpv6Writer.WritePacketTooBig(icmp, from.ToIPv6(), to.ToIPv6(), (uint)random.Between(0, 1500), quote)
                : Icmpv6Writer.WriteUnreachable(icmp, from.ToIPv6(), to.ToIPv6(), random.Pick(Icmpv6UnreachableCode.Port, Icmpv6UnreachableCode.NoRoute), quote);
        Forge.Send(station, mac, from, to, to.IsIPv4 ? IpProtocol.Icmp : IpProtocol.Icmpv6, icmp[..length]);
    }
}
