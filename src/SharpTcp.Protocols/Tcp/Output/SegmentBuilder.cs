using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>Builds the segments of a connection and hands them to the IP layer. Every segment acknowledges, and carries what the receiver owes.</summary>
internal static partial class SegmentBuilder
{
    /// <summary>Sends a segment without payload: an acknowledgment, a probe, or with <paramref name="flags"/> a SYN, SYN-ACK or RST.</summary>
    public static SendStatus SendBare(TcpConnection connection, SequenceNumber sequence, TcpFlags flags, Instant now)
    {
        var packet = default(TransportPacket);
        if ((flags & TcpFlags.Syn) != 0)
        {
            return Send(connection, sequence, flags | Ecn.OfSyn(connection, flags), ref packet, now);
        }

        return Send(connection, sequence, flags | Ecn.OfSegment(connection, newData: false), ref packet, now);
    }

    /// <summary>
    /// Sends bytes of the send buffer from <paramref name="sequence"/> on, as one packet or a super-segment.
    /// </summary>
    /// <param name="connection">The connection.</param>
    /// <param name="sequence">The first byte.</param>
    /// <param name="length">How many; reduced to what fits three slices.</param>
    /// <param name="mss">Payload bytes of a full segment.</param>
    /// <param name="fin">Whether FIN follows the last of them.</param>
    /// <param name="push">Whether it ended a write when it was sent before; whether it does now.</param>
    /// <param name="now">The time.</param>
    public static SendStatus SendData(TcpConnection connection, SequenceNumber sequence, ref int length, int mss, ref bool fin, ref bool push, Instant now)
    {
        var send = connection.Send!;
        var offset = sequence - connection.SendFront;
        var packet = default(TransportPacket);
        var taken = Slice(send.Data, offset, length, ref packet.First);
        taken += Slice(send.Data, offset + taken, length - taken, ref packet.Second);
        taken += Slice(send.Data, offset + taken, length - taken, ref packet.Third);
        if (taken < length)
        {
            length = taken / mss * mss;
            fin = false;
            push = false;
            Trim(ref packet, length);
        }

        packet.SegmentSize = (ushort)(length > mss ? mss : 0);
        var isNew = sequence == connection.SndNxt;
        var flags = TcpFlags.Ack | Ecn.OfSegment(connection, isNew && length > 0);
        if (connection.Has(TcpConnectionFlags.Ecn) && isNew && length > 0)
        {
            // RFC 3168 §6.1.5: only new data may be marked; §6.1.6: no probe of a window.
            packet.TrafficClass = Ecn.Capable;
        }

        push |= isNew && length > 0 && Pushes(connection, send, sequence, sequence + (uint)length);
        if (push || (length > mss && connection.Layer.Settings.PushSuperSegments))
        {
            flags |= TcpFlags.Psh;
        }

        if (fin)
        {
            flags |= TcpFlags.Fin;
        }

        var status = Send(connection, sequence, flags, ref packet, now);
        if (status == SendStatus.LinkFull && packet.SentPayload > 0)
        {
            // A super-segment that software cut: the link took the first part of it.
            length = packet.SentPayload;
            fin = false;
            push = false;
            return SendStatus.Sent;
        }

        return status;
    }

    /// <summary>Whether what is sent for the first time ends a write (MAY-15, RFC 9293 §3.9.1.2).</summary>
    private static bool Pushes(TcpConnection connection, SendState send, SequenceNumber start, SequenceNumber end)
    {
        if (connection.Has(TcpConnectionFlags.SillyWindowOverride))
        {
            return true;
        }

        if (send.Cuts.TryNext(start, out var cut) && cut.End <= end && cut.Push)
        {
            return true;
        }

        if (connection.Layer.Settings.WholeBuffers)
        {
            return false;
        }

        // MUST-61: at least the last segment of what is buffered, unless the user has said that more comes; successive pushes collapse (SHLD-27).
        return (end == connection.SendEnd && !connection.Has(TcpConnectionFlags.MoreComes)) || (start < send.PushEnd && send.PushEnd <= end);
    }

    private static SendStatus Send(TcpConnection connection, SequenceNumber sequence, TcpFlags flags, ref TransportPacket packet, Instant now)
    {
        var layer = connection.Layer;
        var syn = (flags & TcpFlags.Syn) != 0;
        var header = new TcpHeader
        {
            SourcePort = connection.LocalPort,
            DestinationPort = connection.RemotePort,
            Sequence = sequence,
            Flags = flags,
            Acknowledgment = (flags & TcpFlags.Ack) != 0 ? connection.RcvNxt : default,
            Window = syn
                ? (ushort)Math.Min(ReceiveWindow.Promised(connection), ushort.MaxValue)
                : ReceiveWindow.Advertise(connection),
        };

        if (connection.Send is { UrgentEnd: { } urgent } && (flags & (TcpFlags.Syn | TcpFlags.Rst)) == 0)
        {
            PointToUrgent(ref header, urgent, connection.SndNxt);
        }

        var options = default(TcpOptionSet);
        if (syn)
        {
            SynOptions.Offer(connection, (flags & TcpFlags.Ack) != 0, ref options, now);
        }
        else if (connection.Receive is { } receive && connection.Has(TcpConnectionFlags.Sack))
        {
            SackBlocks.Report(connection, receive, ref options);
        }

        if (syn ? options.HasTimestamps : connection.Has(TcpConnectionFlags.Timestamps))
        {
            options.HasTimestamps = true;
            options.TimestampValue = Timestamps.Value(connection.TsOffset, now);
            options.TimestampEcho = (flags & TcpFlags.Ack) != 0 ? connection.TsRecent : 0;
        }

        packet.HeaderLength = TcpWriter.Write(layer.Ip.TransportHeader, header, options);
        packet.Protocol = IpProtocol.Tcp;
        packet.HopLimit = connection.EffectiveOptions.HopLimit;
        packet.TrafficClass |= (byte)(connection.EffectiveOptions.TrafficClass & ~3);
        packet.DontFragment = true;
        packet.Waiter = connection;
        var status = layer.Ip.Send(connection.Path, ref packet, now);
        if (status == SendStatus.Sent)
        {
            Count(connection, packet);
            if ((flags & (TcpFlags.Cwr | TcpFlags.Syn)) == TcpFlags.Cwr)
            {
                connection.Clear(TcpConnectionFlags.WindowReduced);
            }

            if ((flags & TcpFlags.Ack) != 0)
            {
                AckPolicy.OnAckSent(connection);
                connection.Receive?.DuplicateBlock = null;
            }
        }

        return status;
    }

    private static void Count(TcpConnection connection, in TransportPacket packet)
    {
        var length = packet.PayloadLength;
        var segments = packet.SegmentSize == 0 ? 1u : (uint)SegmentSizes.Count((uint)length, packet.SegmentSize);
        connection.Layer.Counters.SegmentsSent += segments;
        connection.Statistics.SegmentsSent += segments;
        connection.Statistics.DataSegmentsSent += length > 0 ? segments : 0;
        connection.Statistics.BytesSent += length;
    }

    /// <summary>
    /// MUST-30, MUST-62: while urgent data is not all acknowledged, every segment before its end points there. An end too far for the pointer (MUST-31) is pointed at only where what
    /// the pointer reaches was not sent yet: a later segment points further before the peer could take that for the end.
    /// </summary>
    private static void PointToUrgent(ref TcpHeader header, SequenceNumber urgent, SequenceNumber next)
    {
        var distance = urgent - header.Sequence;
        if (distance > 0 && (distance <= ushort.MaxValue || header.Sequence + (uint)ushort.MaxValue > next))
        {
            header.Flags |= TcpFlags.Urg;
            header.UrgentPointer = (ushort)Math.Min(distance, ushort.MaxValue);
        }
    }

    private static int Slice(ChunkQueue data, int offset, int wanted, ref ReadOnlySpan<byte> slice)
    {
        if (wanted > 0)
        {
            slice = data.Slice(offset, wanted);
        }

        return slice.Length;
    }

    private static void Trim(ref TransportPacket packet, int length)
    {
        packet.First = packet.First[..Math.Min(packet.First.Length, length)];
        length -= packet.First.Length;
        packet.Second = packet.Second[..Math.Min(packet.Second.Length, length)];
        length -= packet.Second.Length;
        packet.Third = packet.Third[..Math.Min(packet.Third.Length, length)];
    }
}
