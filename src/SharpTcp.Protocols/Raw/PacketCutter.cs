using System;
using System.Buffers.Binary;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>Cuts an IPv4 packet that was made by hand into fragments (RFC 791 §3.2), which keep its header and options.</summary>
internal ref struct PacketCutter
{
    /// <summary>The largest fragment that is made: a larger MTU is not used up.</summary>
    public const int LargestPiece = 9_216;

    private const ushort MoreFragments = 0x2000;

    private readonly ReadOnlySpan<byte> _packet;
    private readonly int _header;
    private readonly int _room;
    private int _at;

    private PacketCutter(ReadOnlySpan<byte> packet, int header, int room)
    {
        _packet = packet;
        _header = header;
        _room = room;
    }

    /// <summary>False for a packet that may not be cut, or that the host cannot cut: IPv6 leaves that to who makes the packet.</summary>
    public static bool TryMake(ReadOnlySpan<byte> packet, int mtu, out PacketCutter cutter)
    {
        cutter = default;
        if (!IPv4View.TryParse(packet, out var ip) || ip.DontFragment || ip.IsFragment)
        {
            return false;
        }

        var room = (Math.Min(mtu, LargestPiece) - ip.HeaderLength) & ~7;
        if (room <= 0)
        {
            return false;
        }

        cutter = new PacketCutter(packet, ip.HeaderLength, room);
        return true;
    }

    /// <summary>Makes the next fragment; false if there is none.</summary>
    public bool MoveNext(scoped Span<byte> buffer, out int written)
    {
        written = 0;
        var left = _packet.Length - _header - _at;
        if (left <= 0)
        {
            return false;
        }

        var length = Math.Min(left, _room);
        var header = buffer[.._header];
        _packet[.._header].CopyTo(header);
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)(_header + length));
        BinaryPrimitives.WriteUInt16BigEndian(header[6..], (ushort)((_at / 8) | (length < left ? MoreFragments : 0)));
        IPv4Writer.WriteChecksum(header);
        _packet.Slice(_header + _at, length).CopyTo(buffer[_header..]);
        written = _header + length;
        _at += length;
        return true;
    }
}
