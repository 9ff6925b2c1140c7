using System;
using System.Buffers.Binary;
using System.Net.Sockets;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>Answers echo requests of both families (RFC 1122 §3.2.2.6, RFC 4443 §4.2): the same data, from the address that was asked.</summary>
internal sealed class EchoResponder(HostCore host)
{
    /// <summary>Answers a request, whose data is sent back from where it lies.</summary>
    public DropReason Answer(in IpMeta request, byte protocol, byte type, uint identifierAndSequence, ReadOnlySpan<byte> data, Instant now)
    {
        var isGroup = request.IsBroadcastOrMulticast;
        if (isGroup && !host.Options.AnswerGroupEcho)
        {
            return DropReason.GroupEcho; // RFC 1122 §3.2.2.6: "smurf"
        }

        var source = isGroup ? default : request.Destination;
        var zone = request.Source.IsLinkLocal ? request.Interface.Index : 0;
        if (request.Source.IsUnspecified || host.Ip.Resolve(source, request.Source, zone, now, out var destination) != SocketError.Success)
        {
            return DropReason.IgnoredIcmp;
        }

        var header = host.Ip.TransportHeader;
        header[0] = type;
        header[1] = 0;
        BinaryPrimitives.WriteUInt32BigEndian(header[4..], identifierAndSequence);
        var packet = new TransportPacket
        {
            HeaderLength = Icmpv4View.HeaderLength,
            First = data,
            Protocol = protocol,
            TrafficClass = (byte)(request.TrafficClass & ~3),
        };
        if (host.Ip.Send(destination!, ref packet, now) == SendStatus.Sent)
        {
            host.Counters.Add(Counter.EchoRepliesOut);
        }

        return DropReason.None;
    }

    /// <summary>A received reply as its asker sees it.</summary>
    public static IcmpEchoReply ToReply(in IpMeta meta, ushort sequence, ReadOnlySpan<byte> data) =>
        new() { Source = meta.Source, Sequence = sequence, Meta = meta, HopLimit = meta.HopLimit, Data = data };
}
