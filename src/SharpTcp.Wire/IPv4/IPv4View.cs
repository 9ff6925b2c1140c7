using System;
using System.Buffers.Binary;

namespace SharpTcp.Wire;

/// <summary>A received IPv4 packet (RFC 791 §3.1).</summary>
public readonly ref struct IPv4View
{
    /// <summary>The length of a header without options.</summary>
    public const int MinHeaderLength = 20;

    /// <summary>The length of a header with as many options as there can be.</summary>
    public const int MaxHeaderLength = 60;

    private const int ReservedBit = 0x8000;
    private const int DontFragmentBit = 0x4000;
    private const int MoreFragmentsBit = 0x2000;
    private const int OffsetMask = 0x1FFF;

    private readonly ReadOnlySpan<byte> _packet;
    private readonly int _headerLength;

    private IPv4View(ReadOnlySpan<byte> packet, int headerLength)
    {
        _packet = packet;
        _headerLength = headerLength;
    }

    /// <summary>The length of header and options in octets: 20 to 60.</summary>
    public int HeaderLength => _headerLength;

    /// <summary>The length of header and payload in octets, as the header says.</summary>
    public int TotalLength => BinaryPrimitives.ReadUInt16BigEndian(_packet[2..]);

    /// <summary>DSCP and ECN together.</summary>
    public byte TrafficClass => _packet[1];

    /// <summary>The differentiated services code point (RFC 2474), 0 to 63.</summary>
    public byte Dscp => (byte)(_packet[1] >> 2);

    /// <summary>The ECN field (RFC 3168): 0 not capable, 1 ECT(1), 2 ECT(0), 3 congestion experienced.</summary>
    public byte Ecn => (byte)(_packet[1] & 3);

    /// <summary>What the fragments of a datagram have in common.</summary>
    public ushort Identification => BinaryPrimitives.ReadUInt16BigEndian(_packet[4..]);

    /// <summary>The bit that must be zero.</summary>
    public bool ReservedFlag => (FragmentField & ReservedBit) != 0;

    /// <summary>Whether routers must not cut the packet.</summary>
    public bool DontFragment => (FragmentField & DontFragmentBit) != 0;

    /// <summary>Whether this is a fragment and not the last one.</summary>
    public bool MoreFragments => (FragmentField & MoreFragmentsBit) != 0;

    /// <summary>Where this fragment's payload belongs in the datagram, in octets: 0 to 65,528.</summary>
    public int FragmentOffset => (FragmentField & OffsetMask) * 8;

    /// <summary>Whether this is a part of a datagram.</summary>
    public bool IsFragment => (FragmentField & (MoreFragmentsBit | OffsetMask)) != 0;

    /// <summary>The hops left.</summary>
    public byte TimeToLive => _packet[8];

    /// <summary>What the payload is: a number of <see cref="IpProtocol"/>.</summary>
    public byte Protocol => _packet[9];

    /// <summary>The header checksum field.</summary>
    public ushort HeaderChecksum => BinaryPrimitives.ReadUInt16BigEndian(_packet[10..]);

    /// <summary>The source address.</summary>
    public IPv4Address Source => new(BinaryPrimitives.ReadUInt32BigEndian(_packet[12..]));

    /// <summary>The destination address.</summary>
    public IPv4Address Destination => new(BinaryPrimitives.ReadUInt32BigEndian(_packet[16..]));

    /// <summary>The option area; see <see cref="IPv4Options"/>.</summary>
    public ReadOnlySpan<byte> Options => _packet[MinHeaderLength.._headerLength];

    /// <summary>What follows the header, without padding of the link; of a quoted packet, as much as is quoted.</summary>
    public ReadOnlySpan<byte> Payload => _packet[_headerLength..];

    /// <summary>Header and options.</summary>
    public ReadOnlySpan<byte> Header => _packet[.._headerLength];

    /// <summary>The packet without padding of the link.</summary>
    public ReadOnlySpan<byte> Packet => _packet;

    /// <summary>Whether less is there than <see cref="TotalLength"/> says, which happens only in a quotation.</summary>
    public bool IsTruncated => _packet.Length < TotalLength;

    private int FragmentField => BinaryPrimitives.ReadUInt16BigEndian(_packet[6..]);

    /// <summary>Takes what a frame carries as an IPv4 packet. The checksum is not looked at: see <see cref="VerifyChecksum"/>.</summary>
    /// <param name="data">The payload of the frame; what is behind the total length is padding.</param>
    /// <param name="view">The packet.</param>
    /// <returns>False if the version is not 4 (RFC 1122 §3.2.1.1), the header is shorter than 20 octets, or more is announced than is there.</returns>
    public static bool TryParse(ReadOnlySpan<byte> data, out IPv4View view)
    {
        if (TryParseQuote(data, out view) && !view.IsTruncated)
            return true;
        view = default;
        return false;
    }

    /// <summary>Takes what an ICMP error quotes as an IPv4 packet, whose payload may be cut short.</summary>
    /// <param name="data">The quotation.</param>
    /// <param name="view">The packet.</param>
    /// <returns>False if the version is not 4 or the header is not complete.</returns>
    public static bool TryParseQuote(ReadOnlySpan<byte> data, out IPv4View view)
    {
        view = default;
        if (data.Length < MinHeaderLength || data[0] >> 4 != 4)
            return false;
        var headerLength = (data[0] & 15) * 4;
        var totalLength = BinaryPrimitives.ReadUInt16BigEndian(data[2..]);
        if (headerLength < MinHeaderLength || headerLength > data.Length || headerLength > totalLength)
            return false;
        view = new IPv4View(data[..Math.Min(totalLength, data.Length)], headerLength);
        return true;
    }

    /// <summary>Whether the header checksum is right (RFC 1122 §3.2.1.2).</summary>
    public bool VerifyChecksum() => InternetChecksum.Finish(InternetChecksum.Add(Header)) == 0;
}
