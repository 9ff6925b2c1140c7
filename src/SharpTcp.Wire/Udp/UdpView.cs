using System;
using System.Buffers.Binary;

namespace SharpTcp.Wire;

/// <summary>A received UDP datagram (RFC 768).</summary>
public readonly ref struct UdpView
{
    /// <summary>The length of the header.</summary>
    public const int HeaderLength = 8;

    /// <summary>Where the checksum stands in the header: what a device with checksum offload wants to know.</summary>
    public const int ChecksumOffset = 6;

    private readonly ReadOnlySpan<byte> _datagram;

    private UdpView(ReadOnlySpan<byte> datagram) => _datagram = datagram;

    /// <summary>The sender's port; 0 if it expects no answer.</summary>
    public ushort SourcePort => BinaryPrimitives.ReadUInt16BigEndian(_datagram);

    /// <summary>The receiver's port.</summary>
    public ushort DestinationPort => BinaryPrimitives.ReadUInt16BigEndian(_datagram[2..]);

    /// <summary>The length of header and data in octets, at least 8.</summary>
    public int Length => _datagram.Length;

    /// <summary>The checksum field; 0 if the sender did not sum.</summary>
    public ushort Checksum => BinaryPrimitives.ReadUInt16BigEndian(_datagram[ChecksumOffset..]);

    /// <summary>The data.</summary>
    public ReadOnlySpan<byte> Payload => _datagram[HeaderLength..];

    /// <summary>Header and data, without what may follow them in the IP packet.</summary>
    public ReadOnlySpan<byte> Datagram => _datagram;

    /// <summary>Takes what an IP packet carries as a UDP datagram.</summary>
    /// <param name="data">The payload of the IP packet.</param>
    /// <param name="view">The datagram.</param>
    /// <returns>False if the length field is below 8 or points behind the data.</returns>
    public static bool TryParse(ReadOnlySpan<byte> data, out UdpView view)
    {
        view = default;
        if (data.Length < HeaderLength)
            return false;
        var length = BinaryPrimitives.ReadUInt16BigEndian(data[4..]);
        if (length < HeaderLength || length > data.Length)
            return false;
        view = new UdpView(data[..length]);
        return true;
    }

    /// <summary>Reads the ports from what an ICMP error quotes of the datagram that caused it (RFC 792).</summary>
    /// <param name="quote">What follows the quoted IP header.</param>
    /// <param name="sourcePort">The port of the one who sent the quoted datagram.</param>
    /// <param name="destinationPort">The port that it was sent to.</param>
    /// <returns>False if not all of the header is quoted.</returns>
    public static bool TryParseQuote(ReadOnlySpan<byte> quote, out ushort sourcePort, out ushort destinationPort)
    {
        var complete = quote.Length >= HeaderLength;
        sourcePort = complete ? BinaryPrimitives.ReadUInt16BigEndian(quote) : (ushort)0;
        destinationPort = complete ? BinaryPrimitives.ReadUInt16BigEndian(quote[2..]) : (ushort)0;
        return complete;
    }

    /// <summary>Whether the checksum is right, or is left out where that is allowed: over IPv4 only (RFC 1122 §4.1.3.4, RFC 8200 §8.1).</summary>
    /// <param name="source">The source address of the IP packet.</param>
    /// <param name="destination">The destination address of the IP packet.</param>
    public bool VerifyChecksum(IpAddress source, IpAddress destination)
    {
        if (Checksum == 0)
            return source.IsIPv4;
        var sum = InternetChecksum.AddPseudoHeader(source, destination, IpProtocol.Udp, (uint)_datagram.Length);
        return InternetChecksum.Finish(InternetChecksum.Add(_datagram, sum)) == 0;
    }
}
