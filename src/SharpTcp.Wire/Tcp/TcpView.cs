using System;
using System.Buffers.Binary;

namespace SharpTcp.Wire;

/// <summary>A received TCP segment (RFC 9293 §3.1).</summary>
public readonly ref struct TcpView
{
    /// <summary>The length of a header without options.</summary>
    public const int MinHeaderLength = 20;

    /// <summary>The length of a header with as many options as there can be.</summary>
    public const int MaxHeaderLength = 60;

    /// <summary>Where the checksum stands in the header: what a device with checksum offload wants to know.</summary>
    public const int ChecksumOffset = 16;

    private readonly ReadOnlySpan<byte> _segment;
    private readonly int _headerLength;

    private TcpView(ReadOnlySpan<byte> segment, int headerLength)
    {
        _segment = segment;
        _headerLength = headerLength;
    }

    /// <summary>The sender's port.</summary>
    public ushort SourcePort => BinaryPrimitives.ReadUInt16BigEndian(_segment);

    /// <summary>The receiver's port.</summary>
    public ushort DestinationPort => BinaryPrimitives.ReadUInt16BigEndian(_segment[2..]);

    /// <summary>SEG.SEQ: the number of the first octet of data, or of the SYN if there is one.</summary>
    public SequenceNumber Sequence => new(BinaryPrimitives.ReadUInt32BigEndian(_segment[4..]));

    /// <summary>SEG.ACK, significant only with <see cref="TcpFlags.Ack"/>.</summary>
    public SequenceNumber Acknowledgment => new(BinaryPrimitives.ReadUInt32BigEndian(_segment[8..]));

    /// <summary>The length of header and options in octets: 20 to 60.</summary>
    public int HeaderLength => _headerLength;

    /// <summary>The nine control bits.</summary>
    public TcpFlags Flags => (TcpFlags)(BinaryPrimitives.ReadUInt16BigEndian(_segment[12..]) & 0x1FF);

    /// <summary>SEG.WND as it stands in the header, not scaled.</summary>
    public ushort Window => BinaryPrimitives.ReadUInt16BigEndian(_segment[14..]);

    /// <summary>The checksum field.</summary>
    public ushort Checksum => BinaryPrimitives.ReadUInt16BigEndian(_segment[ChecksumOffset..]);

    /// <summary>SEG.UP, significant only with <see cref="TcpFlags.Urg"/>.</summary>
    public ushort UrgentPointer => BinaryPrimitives.ReadUInt16BigEndian(_segment[18..]);

    /// <summary>The option area, padding included; see <see cref="TcpOptionSet.Parse"/>.</summary>
    public ReadOnlySpan<byte> Options => _segment[MinHeaderLength.._headerLength];

    /// <summary>The data.</summary>
    public ReadOnlySpan<byte> Payload => _segment[_headerLength..];

    /// <summary>Header and options.</summary>
    public ReadOnlySpan<byte> Header => _segment[.._headerLength];

    /// <summary>The whole segment.</summary>
    public ReadOnlySpan<byte> Segment => _segment;

    /// <summary>SEG.LEN: the octets that the segment occupies in sequence space, SYN and FIN included.</summary>
    public uint SegmentLength
    {
        get
        {
            var flags = (uint)Flags;
            return (uint)(_segment.Length - _headerLength) + (flags & 1) + (flags >> 1 & 1);
        }
    }

    /// <summary>SEG.SEQ + SEG.LEN: the number behind the segment.</summary>
    public SequenceNumber EndSequence => Sequence + SegmentLength;

    /// <summary>Takes what an IP packet carries as a TCP segment.</summary>
    /// <param name="data">The payload of the IP packet, without padding of the link.</param>
    /// <param name="view">The segment.</param>
    /// <returns>False if the data offset is below 5 or points behind the data.</returns>
    public static bool TryParse(ReadOnlySpan<byte> data, out TcpView view)
    {
        view = default;
        if (data.Length < MinHeaderLength)
            return false;
        var headerLength = (data[12] >> 4) * 4;
        if (headerLength < MinHeaderLength || headerLength > data.Length)
            return false;
        view = new TcpView(data, headerLength);
        return true;
    }

    /// <summary>Reads what every ICMP error quotes of the segment that caused it: its first eight octets (RFC 792).</summary>
    /// <param name="quote">What follows the quoted IP header.</param>
    /// <param name="sourcePort">The port of the one who sent the quoted segment.</param>
    /// <param name="destinationPort">The port that it was sent to.</param>
    /// <param name="sequence">Its sequence number, to be checked against what is in flight (RFC 5927 §4.1).</param>
    /// <returns>False if fewer octets are quoted.</returns>
    public static bool TryParseQuote(ReadOnlySpan<byte> quote, out ushort sourcePort, out ushort destinationPort, out SequenceNumber sequence)
    {
        if (quote.Length < 8)
        {
            sourcePort = destinationPort = 0;
            sequence = default;
            return false;
        }

        sourcePort = BinaryPrimitives.ReadUInt16BigEndian(quote);
        destinationPort = BinaryPrimitives.ReadUInt16BigEndian(quote[2..]);
        sequence = new SequenceNumber(BinaryPrimitives.ReadUInt32BigEndian(quote[4..]));
        return true;
    }

    /// <summary>Whether all of the given control bits are set.</summary>
    /// <param name="flags">The bits to look for.</param>
    public bool Has(TcpFlags flags) => (Flags & flags) == flags;

    /// <summary>Whether the checksum is right (RFC 9293 §3.1, MUST-3).</summary>
    /// <param name="source">The source address of the IP packet.</param>
    /// <param name="destination">The destination address of the IP packet.</param>
    public bool VerifyChecksum(IpAddress source, IpAddress destination) =>
        InternetChecksum.Finish(InternetChecksum.Add(_segment, InternetChecksum.AddPseudoHeader(source, destination, IpProtocol.Tcp, (uint)_segment.Length))) == 0;
}
