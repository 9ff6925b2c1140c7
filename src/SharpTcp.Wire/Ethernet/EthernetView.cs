using System;
using System.Buffers.Binary;

namespace SharpTcp.Wire;

/// <summary>A received Ethernet II frame without its frame check sequence (RFC 894).</summary>
public readonly ref struct EthernetView
{
    /// <summary>The length of the header.</summary>
    public const int HeaderLength = 14;

    /// <summary>The length that a real Ethernet pads a frame to, without the frame check sequence.</summary>
    public const int MinFrameLength = 60;

    // Below it the field is a length (IEEE 802.3 §3.2.6).
    private const int FirstEtherType = 0x0600;

    private readonly ReadOnlySpan<byte> _frame;

    private EthernetView(ReadOnlySpan<byte> frame) => _frame = frame;

    /// <summary>Whom the frame is for.</summary>
    public MacAddress Destination => new(_frame);

    /// <summary>Who sent the frame.</summary>
    public MacAddress Source => new(_frame[MacAddress.Length..]);

    /// <summary>What the payload is.</summary>
    public EtherType EtherType => (EtherType)BinaryPrimitives.ReadUInt16BigEndian(_frame[12..]);

    /// <summary>What follows the header; padding may be part of it.</summary>
    public ReadOnlySpan<byte> Payload => _frame[HeaderLength..];

    /// <summary>Takes a frame from a link.</summary>
    /// <param name="data">The frame, without its frame check sequence.</param>
    /// <param name="view">The frame.</param>
    /// <returns>False if the frame is shorter than a header, or is one of IEEE 802.3 with a length in place of a type.</returns>
    public static bool TryParse(ReadOnlySpan<byte> data, out EthernetView view)
    {
        view = default;
        if (data.Length < HeaderLength || BinaryPrimitives.ReadUInt16BigEndian(data[12..]) < FirstEtherType)
            return false;
        view = new EthernetView(data);
        return true;
    }
}
