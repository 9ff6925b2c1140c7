using System;
using System.Buffers.Binary;
using SharpTcp.Wire;

namespace SharpTcp.Packetdrill;

/// <summary>Which part of TCP is broken on purpose.</summary>
internal enum Breakage
{
    /// <summary>None.</summary>
    None,

    /// <summary>Resets of the peer are ignored.</summary>
    NoReset,

    /// <summary>No SACK block leaves.</summary>
    NoSack,

    /// <summary>Nothing leaves twice.</summary>
    NoRetransmit,

    /// <summary>Everything that was ever received is acknowledged, whether something is missing before it or not.</summary>
    AckAll,
}

/// <summary>Stands on the wire of one connection and spoils it, to show that the scripts would notice a stack that does this.</summary>
internal sealed class Saboteur(Breakage breakage)
{
    private const int FlagsOffset = 13;
    private const int SackKind = 5;

    private SequenceNumber? _sentTo;
    private SequenceNumber? _receivedTo;

    /// <summary>Whether a packet from the script is lost on the way.</summary>
    public bool Swallows(ReadOnlySpan<byte> packet)
    {
        if (breakage == Breakage.None || !TryFind(packet, out var offset) || !TcpView.TryParse(packet[offset..], out var segment))
        {
            return false;
        }

        _receivedTo = segment.Has(TcpFlags.Syn) || _receivedTo is not { } old || segment.EndSequence > old ? segment.EndSequence : old;
        return breakage == Breakage.NoReset && segment.Has(TcpFlags.Rst);
    }

    /// <summary>What becomes of a packet of the stack; null if it is lost.</summary>
    public byte[]? OnOutput(byte[] packet)
    {
        if (breakage is Breakage.None or Breakage.NoReset || !TryFind(packet, out var offset) || !TcpView.TryParse(packet.AsSpan(offset), out var segment))
        {
            return packet;
        }

        switch (breakage)
        {
            case Breakage.NoRetransmit when segment.SegmentLength > 0:
                var isOld = !segment.Has(TcpFlags.Syn) && _sentTo is { } sent && segment.EndSequence <= sent;
                _sentTo = isOld ? _sentTo : segment.EndSequence;
                return isOld ? null : packet;
            case Breakage.NoSack:
                EraseSack(packet.AsSpan(offset, segment.HeaderLength));
                break;
            case Breakage.AckAll when _receivedTo is { } received && segment.Has(TcpFlags.Ack) && !segment.Has(TcpFlags.Syn) && received > segment.Acknowledgment:
                BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(offset + 8), received.Value);
                break;
        }

        Seal(packet, offset);
        return packet;
    }

    private static bool TryFind(ReadOnlySpan<byte> packet, out int offset)
    {
        var isIPv4 = packet.Length > 20 && packet[0] >> 4 == 4;
        offset = isIPv4 ? (packet[0] & 0xF) * 4 : IPv6View.HeaderLength;
        return packet.Length > offset + FlagsOffset && packet[isIPv4 ? 9 : 6] == IpProtocol.Tcp;
    }

    private static void EraseSack(Span<byte> header)
    {
        for (var i = TcpView.MinHeaderLength; i < header.Length && header[i] != 0; i += header[i] == 1 ? 1 : Math.Max(2, (int)header[i + 1]))
        {
            if (header[i] == SackKind)
            {
                header.Slice(i, header[i + 1]).Fill(1);
            }
        }
    }

    private static void Seal(Span<byte> packet, int offset)
    {
        var segment = packet[offset..];
        BinaryPrimitives.WriteUInt16BigEndian(segment[TcpView.ChecksumOffset..], 0);
        var addresses = packet[0] >> 4 == 4 ? packet.Slice(12, 8) : packet.Slice(8, 32);
        var sum = InternetChecksum.AddWord((ushort)segment.Length, InternetChecksum.AddWord(IpProtocol.Tcp, InternetChecksum.Add(addresses)));
        BinaryPrimitives.WriteUInt16BigEndian(segment[TcpView.ChecksumOffset..], InternetChecksum.Finish(InternetChecksum.Add(segment, sum)));
    }
}
