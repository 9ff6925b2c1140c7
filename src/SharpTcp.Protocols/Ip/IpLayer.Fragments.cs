using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <content>Fragmentation at the source (RFC 791 §2.3, RFC 8200 §4.5).</content>
internal sealed partial class IpLayer
{
    private SendStatus SendFragments(Destination destination, MacAddress mac, in TransportPacket packet)
    {
        var isIPv4 = destination.Address.IsIPv4;
        var overhead = destination.NetworkHeaderLength + (isIPv4 ? 0 : FragmentView.HeaderLength);
        var room = (destination.PathMtu - overhead) & ~7;
        if (packet.HeaderLength > room)
        {
            return SendStatus.TooBig; // RFC 7112 §5: the first fragment holds the whole header chain
        }

        // Summed before the cut: nobody after it sees the whole datagram.
        var payload = new PayloadSlices(packet);
        WriteTransportChecksum(destination, packet, payload, leaveToLink: false);
        var identification = _identification.Next(destination.Identification);
        var left = packet.HeaderLength + payload.Length;
        for (var offset = 0; left > 0;)
        {
            var length = Math.Min(left, room);
            left -= length;
            var header = offset == 0 ? packet.HeaderLength : 0;
            var piece = payload.Take(length - header);
            var start = WriteHeaders(destination, mac, packet, length, new FragmentPosition(identification, true, offset, left > 0));
            var frame = new OutboundFrame(HeaderBlock(start, header), default, piece.First, piece.Second, piece.Third);
            if (Emit(destination.Interface, frame) == SendStatus.LinkFull)
            {
                // A datagram that is partly out is lost; its sender cannot send the rest alone.
                return offset == 0 ? SendStatus.LinkFull : SendStatus.Sent;
            }

            _host.Counters.Add(Counter.FragmentsOut);
            offset += length;
        }

        return SendStatus.Sent;
    }
}
