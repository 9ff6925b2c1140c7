using System;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;

namespace SharpTcp.Wire;

/// <summary>
/// Writes the blocks of a pcapng capture file (draft-ietf-opsawg-pcapng), little endian: one section header, an interface description for
/// each interface, then one enhanced packet block for each packet. Where the bytes go is the caller's concern.
/// </summary>
public static class PcapngWriter
{
    private const int SectionHeaderBody = 16;
    private const int InterfaceBody = 8;
    private const int PacketBody = 20;
    private const int OptionHeader = 4;

    /// <summary>Longest text that is written as a name or comment, in UTF-8 bytes; what is longer is cut at a character.</summary>
    public const int MaxTextLength = 1024;

    /// <summary>Writes the block that begins a file.</summary>
    /// <param name="destination">Room for 36 bytes and the application's name.</param>
    /// <param name="application">The program that captures, or empty.</param>
    /// <returns>The length of the block.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public static int WriteSectionHeader(Span<byte> destination, ReadOnlySpan<char> application = default)
    {
        var options = application.IsEmpty ? 0 : TextOptionLength(application) + OptionHeader;
        var length = PcapngFormat.BlockOverhead + SectionHeaderBody + options;
        var block = Begin(destination, PcapngFormat.SectionHeaderBlock, length);
        BinaryPrimitives.WriteUInt32LittleEndian(block[8..], PcapngFormat.ByteOrderMagic);
        BinaryPrimitives.WriteUInt16LittleEndian(block[12..], 1); // major version
        BinaryPrimitives.WriteUInt16LittleEndian(block[14..], 0); // minor version
        BinaryPrimitives.WriteInt64LittleEndian(block[16..], -1); // section length: not known in advance
        if (options > 0)
            WriteEnd(WriteText(block[24..], PcapngFormat.OptionUserApplication, application));
        return length;
    }

    /// <summary>Writes the description of an interface; the first one has index 0. Its time stamps are in nanoseconds.</summary>
    /// <param name="destination">Room for 36 bytes and the name.</param>
    /// <param name="linkType">What its packets begin with.</param>
    /// <param name="name">The interface's name, or empty.</param>
    /// <param name="snapLength">The most bytes captured of a packet; 0 for no limit.</param>
    /// <returns>The length of the block.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public static int WriteInterface(Span<byte> destination, PcapLinkType linkType, ReadOnlySpan<char> name = default, uint snapLength = 0)
    {
        var nameOption = name.IsEmpty ? 0 : TextOptionLength(name);
        var length = PcapngFormat.BlockOverhead + InterfaceBody + nameOption + (OptionHeader + 4) + OptionHeader;
        var block = Begin(destination, PcapngFormat.InterfaceDescriptionBlock, length);
        BinaryPrimitives.WriteUInt16LittleEndian(block[8..], (ushort)linkType);
        BinaryPrimitives.WriteUInt16LittleEndian(block[10..], 0);
        BinaryPrimitives.WriteUInt32LittleEndian(block[12..], snapLength);
        var rest = block[16..];
        if (nameOption > 0)
            rest = WriteText(rest, PcapngFormat.OptionInterfaceName, name);
        WriteOptionHeader(rest, PcapngFormat.OptionTimestampResolution, 1);
        BinaryPrimitives.WriteUInt32LittleEndian(rest[OptionHeader..], 9); // 10^-9 s, and three bytes of padding
        WriteEnd(rest[(OptionHeader + 4)..]);
        return length;
    }

    /// <summary>The length of the block that <see cref="WritePacket"/> writes for such a packet.</summary>
    public static int PacketBlockLength(int capturedLength, ReadOnlySpan<char> comment = default) =>
        PacketOptionsOffset(capturedLength) + (OptionHeader + 4) + (comment.IsEmpty ? 0 : TextOptionLength(comment)) + OptionHeader + 4;

    /// <summary>Writes one packet.</summary>
    /// <param name="destination">Room for <see cref="PacketBlockLength"/> bytes.</param>
    /// <param name="interfaceIndex">The place of its interface among the descriptions, from 0.</param>
    /// <param name="timestamp">Nanoseconds since 1970-01-01 UTC.</param>
    /// <param name="packet">The bytes captured.</param>
    /// <param name="direction">Which way it went.</param>
    /// <param name="originalLength">Its length on the link if that is more than what was captured.</param>
    /// <param name="comment">A remark that analysers show with the packet, or empty.</param>
    /// <returns>The length of the block.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public static int WritePacket(
        Span<byte> destination, int interfaceIndex, ulong timestamp, ReadOnlySpan<byte> packet, PcapDirection direction = PcapDirection.Unknown,
        int originalLength = 0, ReadOnlySpan<char> comment = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(interfaceIndex);
        var length = PacketBlockLength(packet.Length, comment);
        var block = Begin(destination, PcapngFormat.EnhancedPacketBlock, length);
        BinaryPrimitives.WriteInt32LittleEndian(block[8..], interfaceIndex);
        BinaryPrimitives.WriteUInt32LittleEndian(block[12..], (uint)(timestamp >> 32));
        BinaryPrimitives.WriteUInt32LittleEndian(block[16..], (uint)timestamp);
        BinaryPrimitives.WriteInt32LittleEndian(block[20..], packet.Length);
        BinaryPrimitives.WriteInt32LittleEndian(block[24..], Math.Max(packet.Length, originalLength));
        packet.CopyTo(block[28..]);
        var options = PacketOptionsOffset(packet.Length);
        block[(28 + packet.Length)..options].Clear();
        var rest = block[options..];
        if (!comment.IsEmpty)
            rest = WriteText(rest, PcapngFormat.OptionComment, comment);
        WriteOptionHeader(rest, PcapngFormat.OptionPacketFlags, 4);
        BinaryPrimitives.WriteUInt32LittleEndian(rest[OptionHeader..], (uint)direction);
        WriteEnd(rest[(OptionHeader + 4)..]);
        return length;
    }

    private static int PacketOptionsOffset(int capturedLength) => 8 + PacketBody + PcapngFormat.Pad(capturedLength);

    private static Span<byte> Begin(Span<byte> destination, uint type, int length)
    {
        Debug.Assert(length % 4 == 0);
        var block = WriterGuard.Take(destination, length);
        BinaryPrimitives.WriteUInt32LittleEndian(block, type);
        BinaryPrimitives.WriteInt32LittleEndian(block[4..], length);
        BinaryPrimitives.WriteInt32LittleEndian(block[^4..], length);
        return block;
    }

    private static int TextOptionLength(ReadOnlySpan<char> text) =>
        OptionHeader + PcapngFormat.Pad(Encoding.UTF8.GetByteCount(Cut(text)));

    private static Span<byte> WriteText(Span<byte> rest, ushort code, ReadOnlySpan<char> text)
    {
        text = Cut(text);
        var written = Encoding.UTF8.GetBytes(text, rest[OptionHeader..]);
        WriteOptionHeader(rest, code, (ushort)written);
        var end = OptionHeader + PcapngFormat.Pad(written);
        rest[(OptionHeader + written)..end].Clear();
        return rest[end..];
    }

    // A char is at most three bytes of UTF-8, so that this many always fit in MaxTextLength.
    private static ReadOnlySpan<char> Cut(ReadOnlySpan<char> text)
    {
        const int most = MaxTextLength / 3;
        if (text.Length <= most)
            return text;
        return text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];
    }

    private static void WriteOptionHeader(Span<byte> rest, ushort code, ushort length)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(rest, code);
        BinaryPrimitives.WriteUInt16LittleEndian(rest[2..], length);
    }

    private static void WriteEnd(Span<byte> rest) => WriteOptionHeader(rest, PcapngFormat.OptionEnd, 0);
}
