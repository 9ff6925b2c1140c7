using System;
using System.Buffers.Binary;

namespace SharpTcp.Wire;

/// <summary>A received ARP packet for IPv4 over Ethernet (RFC 826).</summary>
public readonly ref struct ArpView
{
    /// <summary>The length of the packet.</summary>
    public const int Length = 28;

    // Hardware type Ethernet, protocol type IPv4, and the lengths of their addresses.
    internal const ulong EthernetIPv4 = 0x0001_0800_0604;

    private readonly ReadOnlySpan<byte> _packet;

    private ArpView(ReadOnlySpan<byte> packet) => _packet = packet;

    /// <summary>What the packet asks or says; any value may come over the wire.</summary>
    public ArpOperation Operation => (ArpOperation)BinaryPrimitives.ReadUInt16BigEndian(_packet[6..]);

    /// <summary>The sender's hardware address (ar$sha).</summary>
    public MacAddress SenderMac => new(_packet[8..]);

    /// <summary>The sender's protocol address (ar$spa).</summary>
    public IPv4Address SenderAddress => new(_packet[14..]);

    /// <summary>The target's hardware address (ar$tha).</summary>
    public MacAddress TargetMac => new(_packet[18..]);

    /// <summary>The target's protocol address (ar$tpa).</summary>
    public IPv4Address TargetAddress => new(_packet[24..]);

    /// <summary>Takes what a frame carries as an ARP packet.</summary>
    /// <param name="data">The payload of the frame; padding may follow the packet.</param>
    /// <param name="view">The packet.</param>
    /// <returns>False if it is too short, or about other addresses than those of IPv4 and Ethernet.</returns>
    public static bool TryParse(ReadOnlySpan<byte> data, out ArpView view)
    {
        view = default;
        if (data.Length < Length || BinaryPrimitives.ReadUInt64BigEndian(data) >> 16 != EthernetIPv4)
            return false;
        view = new ArpView(data[..Length]);
        return true;
    }
}
