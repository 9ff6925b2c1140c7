using System;
using System.Collections.Generic;
using System.Globalization;
using SharpTcp.Wire;

namespace SharpTcp.Simulation.Tests;

/// <summary>
/// Sees every segment that a host sends and is sent, where its link begins, and holds it to the rules of the window: nothing is sent beyond what was ever offered; the right edge that the
/// host offers and its acknowledgments never move back (RFC 9293 §3.8.6, SHLD-14); nothing is acknowledged that was not sent.
/// </summary>
/// <param name="name">The host, for people.</param>
/// <param name="time">The clock; it is told what is wrong.</param>
/// <param name="strangers">The stations whose frames are nobody's business: an attacker's.</param>
internal sealed class WindowChecker(string name, VirtualTime time, params MacAddress[] strangers)
{
    private readonly Dictionary<(ushort Local, ushort Remote, bool IsIPv4), Flow> _flows = [];

    /// <summary>How many segments were checked.</summary>
    public long Segments { get; private set; }

    /// <summary>A segment that is sent to the host.</summary>
    public bool OnToHost(ReadOnlySpan<byte> frame)
    {
        // A reset may answer a stranger, and then has the stranger's numbers; and what was corrupted on the way means nothing to the host.
        if (TcpFrame.TryParse(frame, out var packet) && !packet.Tcp.Has(TcpFlags.Rst) && Array.IndexOf(strangers, packet.EthernetSource) < 0
            && packet.Tcp.VerifyChecksum(packet.Source, packet.Destination))
        {
            var flow = FlowOf(packet.Tcp.DestinationPort, packet.Tcp.SourcePort, packet.Source.IsIPv4);
            flow.Peer.LearnScale(packet.Tcp);
            flow.Peer.SentEnd = Latest(flow.Peer.SentEnd, packet.Tcp.EndSequence);
            if (packet.Tcp.Has(TcpFlags.Ack))
            {
                flow.Peer.RightEdge = Latest(flow.Peer.RightEdge, flow.EdgeOf(packet.Tcp, flow.Peer));
            }
        }

        return true;
    }

    /// <summary>A segment that the host sends.</summary>
    public bool OnFromHost(ReadOnlySpan<byte> frame)
    {
        if (!TcpFrame.TryParse(frame, out var packet))
        {
            return true;
        }

        Segments++;
        var tcp = packet.Tcp;
        var flow = FlowOf(tcp.SourcePort, tcp.DestinationPort, packet.Source.IsIPv4);
        flow.Own.LearnScale(tcp);
        if (tcp.Payload.Length > 0 && !tcp.Has(TcpFlags.Syn) && flow.Peer.RightEdge is { } offered && tcp.Sequence + tcp.Payload.Length > offered)
        {
            Fail(tcp, $"is {tcp.Sequence + tcp.Payload.Length - offered} bytes beyond what the peer ever offered");
        }

        if (!tcp.Has(TcpFlags.Ack) || tcp.Has(TcpFlags.Rst))
        {
            return true;
        }

        if (flow.Peer.SentEnd is { } sent && tcp.Acknowledgment > sent)
        {
            Fail(tcp, $"acknowledges {tcp.Acknowledgment - sent} bytes more than were sent");
        }

        if (flow.Acknowledged is { } before && tcp.Acknowledgment < before)
        {
            Fail(tcp, $"acknowledges {before - tcp.Acknowledgment} bytes less than one before it");
        }

        var edge = flow.EdgeOf(tcp, flow.Own);
        if (flow.Own.RightEdge is { } told && edge < told)
        {
            Fail(tcp, $"takes back {told - edge} bytes of window");
        }

        flow.Acknowledged = tcp.Acknowledgment;
        flow.Own.RightEdge = edge;
        return true;
    }

    private static SequenceNumber Latest(SequenceNumber? one, SequenceNumber other) => one is { } before ? SequenceNumber.Max(before, other) : other;

    private Flow FlowOf(ushort local, ushort remote, bool isIPv4)
    {
        if (!_flows.TryGetValue((local, remote, isIPv4), out var flow))
        {
            _flows[(local, remote, isIPv4)] = flow = new Flow();
        }

        return flow;
    }

    private void Fail(in TcpView tcp, string what) => time.Fail(new SimulationException(string.Create(
        CultureInfo.InvariantCulture,
        $"{name} at {time.Now}: a segment {tcp.SourcePort} to {tcp.DestinationPort}, {tcp.Flags}, sequence number {tcp.Sequence}, {tcp.Payload.Length} bytes, acknowledging {tcp.Acknowledgment}, {what}.")));

    private sealed class Flow
    {
        public Side Own { get; } = new();

        public Side Peer { get; } = new();

        public SequenceNumber? Acknowledged { get; set; }

        // RFC 7323 §2.2: scaled if both offered it, and never in a SYN.
        public SequenceNumber EdgeOf(in TcpView tcp, Side teller) =>
            tcp.Acknowledgment + ((uint)tcp.Window << (tcp.Has(TcpFlags.Syn) || Own.Scale is null || Peer.Scale is null ? 0 : teller.Scale!.Value));
    }

    private sealed class Side
    {
        public SequenceNumber? RightEdge { get; set; }

        public SequenceNumber? SentEnd { get; set; }

        public byte? Scale { get; private set; }

        public void LearnScale(in TcpView tcp)
        {
            if (!tcp.Has(TcpFlags.Syn))
            {
                return;
            }

            var options = TcpOptionSet.Parse(tcp.Options);
            Scale = options.HasWindowScale ? options.WindowScale : null;
        }
    }
}
