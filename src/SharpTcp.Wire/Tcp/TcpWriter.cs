using System;
using System.Buffers.Binary;
using System.Diagnostics;

namespace SharpTcp.Wire;

/// <summary>Writes TCP headers (RFC 9293 §3.1). The options stand in the order and alignment that Linux uses, which middleboxes know.</summary>
public static class TcpWriter
{
    private const uint NopNop = 0x0101_0000;

    /// <summary>The room that the options take in a header, padded to four octets: 0 to 40.</summary>
    /// <param name="options">The options to send.</param>
    /// <param name="syn">Whether the segment has SYN; see <see cref="Write"/> for what that decides.</param>
    public static int OptionsLength(in TcpOptionSet options, bool syn) => new TcpOptionLayout(options, syn).Length;

    /// <summary>Writes header and options; the checksum field stays 0.</summary>
    /// <param name="destination">At least 20 octets and the options' length.</param>
    /// <param name="header">The fields.</param>
    /// <param name="options">
    /// The options. MSS, window scale, SACK permitted and fast open are left out of a segment without SYN, and selective acknowledgments of one with SYN.
    /// What does not fit into 40 octets is left out: the last selective acknowledgment blocks, or the user timeout of a SYN.
    /// </param>
    /// <returns>The length of the header with its options.</returns>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public static int Write(Span<byte> destination, in TcpHeader header, in TcpOptionSet options)
    {
        var layout = new TcpOptionLayout(options, (header.Flags & TcpFlags.Syn) != 0);
        var length = TcpView.MinHeaderLength + layout.Length;
        destination = WriterGuard.Take(destination, length);
        BinaryPrimitives.WriteUInt16BigEndian(destination, header.SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], header.DestinationPort);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], header.Sequence.Value);
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], header.Acknowledgment.Value);
        BinaryPrimitives.WriteUInt16BigEndian(destination[12..], (ushort)((length / 4) << 12 | (int)header.Flags & 0x1FF));
        BinaryPrimitives.WriteUInt16BigEndian(destination[14..], header.Window);
        BinaryPrimitives.WriteUInt32BigEndian(destination[16..], header.UrgentPointer); // with a checksum of 0 before it
        if (layout.Length > 0)
            WriteOptions(destination[TcpView.MinHeaderLength..], options, layout);
        return length;
    }

    /// <summary>Sums a segment that lies in one piece and fills in its checksum.</summary>
    /// <param name="segment">Header and data.</param>
    /// <param name="source">The source address of the IP packet.</param>
    /// <param name="destination">Its destination address.</param>
    /// <exception cref="ArgumentException">The segment is shorter than a header.</exception>
    public static void WriteChecksum(Span<byte> segment, IpAddress source, IpAddress destination) =>
        WriteChecksum(segment, 0, 0, source, destination);

    /// <summary>Sums a header and fills in the checksum, with data that has been summed elsewhere, as by <see cref="InternetChecksum.CopyAndAdd"/>.</summary>
    /// <param name="header">The header with its options.</param>
    /// <param name="payloadSum">The partial sum of the data.</param>
    /// <param name="payloadLength">The length of the data in octets.</param>
    /// <param name="source">The source address of the IP packet.</param>
    /// <param name="destination">Its destination address.</param>
    /// <exception cref="ArgumentException">The span is shorter than a header.</exception>
    public static void WriteChecksum(Span<byte> header, uint payloadSum, int payloadLength, IpAddress source, IpAddress destination)
    {
        var field = ClearChecksum(header);
        var sum = InternetChecksum.AddPseudoHeader(source, destination, IpProtocol.Tcp, (uint)(header.Length + payloadLength), payloadSum);
        BinaryPrimitives.WriteUInt16BigEndian(field, InternetChecksum.Finish(InternetChecksum.Add(header, sum)));
    }

    /// <summary>Fills in what a device wants that completes the checksum: the sum of the pseudo-header, folded and not inverted.</summary>
    /// <param name="header">The header with its options.</param>
    /// <param name="payloadLength">The length of the data in octets, of a super-segment all of it.</param>
    /// <param name="source">The source address of the IP packet.</param>
    /// <param name="destination">Its destination address.</param>
    /// <exception cref="ArgumentException">The span is shorter than a header.</exception>
    public static void WritePartialChecksum(Span<byte> header, int payloadLength, IpAddress source, IpAddress destination)
    {
        var field = ClearChecksum(header);
        var sum = InternetChecksum.AddPseudoHeader(source, destination, IpProtocol.Tcp, (uint)(header.Length + payloadLength));
        BinaryPrimitives.WriteUInt16BigEndian(field, InternetChecksum.Fold(sum));
    }

    private static Span<byte> ClearChecksum(Span<byte> header)
    {
        var field = WriterGuard.Take(header, TcpView.MinHeaderLength).Slice(TcpView.ChecksumOffset, 2);
        field.Clear();
        return field;
    }

    private static void WriteOptions(Span<byte> area, in TcpOptionSet options, in TcpOptionLayout layout)
    {
        if (layout.MaximumSegmentSize)
            area = WriteWord(area, TcpOptionKind.MaximumSegmentSize << 24 | 4 << 16 | (uint)options.MaximumSegmentSize);

        if (layout.SackPermitted && options.HasTimestamps)
            area = WriteWord(area, TcpOptionKind.SackPermitted << 24 | 2 << 16 | TcpOptionKind.Timestamps << 8 | 10);
        else if (options.HasTimestamps)
            area = WriteWord(area, NopNop | TcpOptionKind.Timestamps << 8 | 10);
        else if (layout.SackPermitted)
            area = WriteWord(area, NopNop | TcpOptionKind.SackPermitted << 8 | 2);

        if (options.HasTimestamps)
            area = WriteWord(WriteWord(area, options.TimestampValue), options.TimestampEcho);

        if (layout.WindowScale)
            area = WriteWord(area, TcpOptionKind.Nop << 24 | TcpOptionKind.WindowScale << 16 | 3 << 8 | (uint)options.WindowScale);
        if (layout.SackBlockCount > 0)
            area = WriteSack(area, options, layout.SackBlockCount);
        if (layout.FastOpen)
            area = WriteFastOpen(area, options.FastOpenCookie, options.IsFastOpenExperimental);
        if (layout.UserTimeout)
            area = WriteWord(area, TcpOptionKind.UserTimeout << 24 | 4 << 16 | (uint)UserTimeoutField(options.UserTimeoutSeconds));
        Debug.Assert(area.IsEmpty, "The layout's length and the options written agree.");
    }

    private static Span<byte> WriteWord(Span<byte> area, uint word)
    {
        BinaryPrimitives.WriteUInt32BigEndian(area, word);
        return area[4..];
    }

    private static Span<byte> WriteSack(Span<byte> area, scoped in TcpOptionSet options, int count)
    {
        area = WriteWord(area, NopNop | TcpOptionKind.Sack << 8 | (uint)(2 + 8 * count));
        foreach (var block in options.SackBlocks[..count])
            area = WriteWord(WriteWord(area, block.Left.Value), block.Right.Value);
        return area;
    }

    private static Span<byte> WriteFastOpen(Span<byte> area, scoped ReadOnlySpan<byte> cookie, bool isExperimental)
    {
        var padded = TcpOptionLayout.FastOpenLength(cookie.Length, isExperimental);
        var head = isExperimental ? 4 : 2;
        area[..padded].Fill(TcpOptionKind.Nop);
        area[0] = isExperimental ? TcpOptionKind.Experiment : TcpOptionKind.FastOpen;
        area[1] = (byte)(head + cookie.Length);
        if (isExperimental)
            BinaryPrimitives.WriteUInt16BigEndian(area[2..], TcpOptionSet.FastOpenExperiment);
        cookie.CopyTo(area[head..]);
        return area[padded..];
    }

    private static ushort UserTimeoutField(uint seconds)
    {
        const uint Largest = TcpOptionSet.UserTimeoutMinutesBit - 1;
        return seconds <= Largest
            ? (ushort)seconds
            : (ushort)(TcpOptionSet.UserTimeoutMinutesBit | Math.Min(seconds / 60 + (seconds % 60 == 0 ? 0u : 1u), Largest));
    }
}
