using System;
using System.Buffers.Binary;

namespace SharpTcp.Wire;

/// <summary>Writes ARP packets for IPv4 over Ethernet (RFC 826).</summary>
public static class ArpWriter
{
    /// <summary>Writes a packet.</summary>
    /// <param name="destination">At least 28 octets.</param>
    /// <param name="operation">What the packet asks or says.</param>
    /// <param name="senderMac">The sender's hardware address.</param>
    /// <param name="senderAddress">The sender's protocol address; unspecified in a probe (RFC 5227 §2.1.1).</param>
    /// <param name="targetMac">The target's hardware address; unspecified in a request.</param>
    /// <param name="targetAddress">The target's protocol address.</param>
    /// <returns>The length of the packet, 28.</returns>
    /// <exception cref="ArgumentException">The span is too short.</exception>
    public static int Write(
        Span<byte> destination,
        ArpOperation operation,
        MacAddress senderMac,
        IPv4Address senderAddress,
        MacAddress targetMac,
        IPv4Address targetAddress)
    {
        destination = WriterGuard.Take(destination, ArpView.Length);
        BinaryPrimitives.WriteUInt64BigEndian(destination, ArpView.EthernetIPv4 << 16 | (ushort)operation);
        senderMac.Write(destination[8..]);
        senderAddress.Write(destination[14..]);
        targetMac.Write(destination[18..]);
        targetAddress.Write(destination[24..]);
        return ArpView.Length;
    }
}
