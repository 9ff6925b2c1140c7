using System.Net.Sockets;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>Segments that belong to no connection record: resets of what nobody knows, and the answers of TIME-WAIT and SYN-RECEIVED records.</summary>
internal static class ControlSegments
{
    /// <summary>RFC 9293 §3.10.7.1: the reset that answers a segment to a closed port. A reset is never answered.</summary>
    public static void Reset(TcpLayer layer, in TcpView segment, in IpMeta meta, Instant now)
    {
        if (segment.Has(TcpFlags.Rst) || meta.IsBroadcastOrMulticast)
        {
            return;
        }

        var header = new TcpHeader { SourcePort = segment.DestinationPort, DestinationPort = segment.SourcePort };
        if (segment.Has(TcpFlags.Ack))
        {
            header.Sequence = segment.Acknowledgment;
            header.Flags = TcpFlags.Rst;
        }
        else
        {
            header.Acknowledgment = segment.Sequence + segment.SegmentLength;
            header.Flags = TcpFlags.Rst | TcpFlags.Ack;
        }

        if (Send(layer, meta.Destination, meta.Source, meta.Interface.Index, header, default, now))
        {
            layer.Counters.ResetsSent++;
        }
    }

    /// <summary>Sends a header without payload along the way to <paramref name="destination"/>.</summary>
    public static bool Send(
        TcpLayer layer,
        IpAddress source,
        IpAddress destination,
        int interfaceIndex,
        in TcpHeader header,
        in TcpOptionSet options,
        Instant now)
    {
        // Only a link-local peer is tied to the interface it came from.
        var scope = destination.IsLinkLocal ? interfaceIndex : 0;
        if (layer.Ip.Resolve(source, destination, scope, now, out var path) != SocketError.Success || path is null)
        {
            return false;
        }

        var packet = new TransportPacket
        {
            HeaderLength = TcpWriter.Write(layer.Ip.TransportHeader, header, options),
            Protocol = IpProtocol.Tcp,
            DontFragment = true,
        };
        if (layer.Ip.Send(path, ref packet, now) != SendStatus.Sent)
        {
            return false;
        }

        layer.Counters.SegmentsSent++;
        return true;
    }
}
