using System;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace SharpTcp.Wire;

/// <summary>
/// Goes over the packets of a pcapng file that lies in memory, in either byte order, one section after another. Section headers, interface
/// descriptions and enhanced packet blocks are understood, all other blocks are skipped. A file that contradicts itself ends the
/// reading and sets <see cref="IsMalformed"/>; nothing outside the span is read.
/// </summary>
public ref struct PcapngReader
{
    /// <summary>The most interfaces that a section may describe.</summary>
    public const int MaxInterfaces = 64;

    private InterfaceTable _interfaces;
    private ReadOnlySpan<byte> _rest;
    private int _interfaceCount;
    private bool _inSection;
    private bool _bigEndian;

    /// <summary>Begins at the start of <paramref name="file"/>.</summary>
    public PcapngReader(ReadOnlySpan<byte> file) => _rest = file;

    /// <summary>True if the reading ended at something that is not pcapng, or at a block that lies about its length.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>How many interfaces the current section has described so far.</summary>
    public readonly int InterfaceCount => _interfaceCount;

    /// <summary>Goes to the next packet.</summary>
    /// <returns>False at the end of the file or at the first malformed block.</returns>
    public bool TryReadPacket(out PcapngPacket packet)
    {
        packet = default;
        while (!IsMalformed && !_rest.IsEmpty)
        {
            if (!TryTakeBlock(out var type, out var body))
                IsMalformed = true;
            else if (type == PcapngFormat.InterfaceDescriptionBlock)
                IsMalformed = !TryAddInterface(body);
            else if (type == PcapngFormat.EnhancedPacketBlock)
                return !(IsMalformed = !TryParsePacket(body, out packet));
        }
        return false;
    }

    private bool TryTakeBlock(out uint type, out ReadOnlySpan<byte> body)
    {
        type = 0;
        body = default;
        if (_rest.Length < PcapngFormat.BlockOverhead)
            return false;
        // The section header's type reads the same in both byte orders, and its third word tells which one holds from there on.
        if (BinaryPrimitives.ReadUInt32LittleEndian(_rest) == PcapngFormat.SectionHeaderBlock && !TryBeginSection())
            return false;
        if (!_inSection)
            return false;
        type = Word(_rest);
        var length = Word(_rest[4..]);
        if (length < PcapngFormat.BlockOverhead || length % 4 != 0 || length > (uint)_rest.Length)
            return false;
        if (Word(_rest[((int)length - 4)..]) != length)
            return false;
        body = _rest[8..((int)length - 4)];
        _rest = _rest[(int)length..];
        return type != PcapngFormat.SectionHeaderBlock || (body.Length >= 16 && Half(body[4..]) == 1);
    }

    private bool TryBeginSection()
    {
        _bigEndian = BinaryPrimitives.ReadUInt32BigEndian(_rest[8..]) == PcapngFormat.ByteOrderMagic;
        _inSection = _bigEndian || BinaryPrimitives.ReadUInt32LittleEndian(_rest[8..]) == PcapngFormat.ByteOrderMagic;
        _interfaceCount = 0;
        return _inSection;
    }

    private bool TryAddInterface(ReadOnlySpan<byte> body)
    {
        if (body.Length < 8 || _interfaceCount == MaxInterfaces)
            return false;
        byte resolution = 6; // microseconds unless the file says otherwise
        long offset = 0;
        var rest = body[8..];
        while (TryTakeOption(_bigEndian, ref rest, out var code, out var value))
        {
            if (code == PcapngFormat.OptionTimestampResolution && value.Length == 1)
                resolution = value[0];
            else if (code == PcapngFormat.OptionTimestampOffset && value.Length == 8)
                offset = _bigEndian ? BinaryPrimitives.ReadInt64BigEndian(value) : BinaryPrimitives.ReadInt64LittleEndian(value);
        }
        _interfaces[_interfaceCount++] = new PcapngInterface((PcapLinkType)Half(body), Word(body[4..]), resolution, offset);
        return true;
    }

    private readonly bool TryParsePacket(ReadOnlySpan<byte> body, out PcapngPacket packet)
    {
        packet = default;
        if (body.Length < 20)
            return false;
        var index = Word(body);
        var captured = Word(body[12..]);
        if (index >= (uint)_interfaceCount || captured > (uint)(body.Length - 20))
            return false;
        var direction = PcapDirection.Unknown;
        ReadOnlySpan<byte> comment = default;
        var rest = body[Math.Min(body.Length, 20 + PcapngFormat.Pad((int)captured))..];
        while (TryTakeOption(_bigEndian, ref rest, out var code, out var value))
        {
            if (code == PcapngFormat.OptionComment)
                comment = value;
            else if (code == PcapngFormat.OptionPacketFlags && value.Length == 4)
                direction = (Word(value) & 3) switch { 1 => PcapDirection.Inbound, 2 => PcapDirection.Outbound, _ => PcapDirection.Unknown };
        }
        var ticks = ((ulong)Word(body[4..]) << 32) | Word(body[8..]);
        packet = new PcapngPacket
        {
            InterfaceIndex = (int)index,
            Interface = _interfaces[(int)index],
            Timestamp = _interfaces[(int)index].ToNanoseconds(ticks),
            Data = body.Slice(20, (int)captured),
            OriginalLength = Word(body[16..]),
            Direction = direction,
            CommentUtf8 = comment,
        };
        return true;
    }

    // A list whose option lies about its length ends there: what stands before it is good.
    private static bool TryTakeOption(bool bigEndian, scoped ref ReadOnlySpan<byte> rest, out ushort code, out ReadOnlySpan<byte> value)
    {
        code = 0;
        value = default;
        if (rest.Length < 4)
            return false;
        code = Half(bigEndian, rest);
        var length = Half(bigEndian, rest[2..]);
        if (code == PcapngFormat.OptionEnd || length > rest.Length - 4)
            return false;
        value = rest.Slice(4, length);
        rest = rest[Math.Min(rest.Length, 4 + PcapngFormat.Pad(length))..];
        return true;
    }

    private readonly uint Word(ReadOnlySpan<byte> at) =>
        _bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(at) : BinaryPrimitives.ReadUInt32LittleEndian(at);

    private readonly ushort Half(ReadOnlySpan<byte> at) => Half(_bigEndian, at);

    private static ushort Half(bool bigEndian, ReadOnlySpan<byte> at) =>
        bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(at) : BinaryPrimitives.ReadUInt16LittleEndian(at);

    [InlineArray(MaxInterfaces)]
    private struct InterfaceTable
    {
        private PcapngInterface _first;
    }
}
