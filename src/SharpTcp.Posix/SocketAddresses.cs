using System;
using System.Buffers.Binary;
using SharpTcp.Protocols;
using SharpTcp.Wire;

namespace SharpTcp.Posix;

/// <summary>struct sockaddr_in and sockaddr_in6 as Linux lays them out.</summary>
public static class SocketAddresses
{
    /// <summary>sizeof(struct sockaddr_in).</summary>
    public const int IPv4Length = 16;

    /// <summary>sizeof(struct sockaddr_in6).</summary>
    public const int IPv6Length = 28;

    private const int PortOffset = 2;
    private const int IPv4Offset = 4;
    private const int FlowOffset = 4;
    private const int IPv6Offset = 8;
    private const int ScopeOffset = 24;
    private const int IPv6ShortLength = 24; // Linux takes the old form without a scope (SIN6_LEN_RFC2133)

    /// <summary>The family field, or −1 of an address that is too short to have one.</summary>
    public static int Family(ReadOnlySpan<byte> address) => address.Length < 2 ? -1 : BinaryPrimitives.ReadUInt16LittleEndian(address);

    /// <summary>Reads an address for a socket of <paramref name="family"/>.</summary>
    /// <returns>0, or a negated error number: EINVAL (too short), EAFNOSUPPORT (another family).</returns>
    public static int Read(ReadOnlySpan<byte> address, int family, out TransportEndpoint endpoint)
    {
        endpoint = default;
        if (address.Length < (family == LinuxSocket.AfInet ? IPv4Length : IPv6ShortLength))
        {
            return -Errno.Invalid;
        }

        if (Family(address) != family)
        {
            return -Errno.FamilyNotSupported;
        }

        var port = BinaryPrimitives.ReadUInt16BigEndian(address[PortOffset..]);
        if (family == LinuxSocket.AfInet)
        {
            endpoint = new TransportEndpoint(new IPv4Address(address.Slice(IPv4Offset, IPv4Address.Length)), port);
            return 0;
        }

        var scope = address.Length >= IPv6Length ? BinaryPrimitives.ReadInt32LittleEndian(address[ScopeOffset..]) : 0;
        endpoint = new TransportEndpoint(new IPv6Address(address.Slice(IPv6Offset, IPv6Address.Length)), port, scope);
        return 0;
    }

    /// <summary>
    /// Writes as much of an endpoint as <paramref name="destination"/> takes; to an IPv6 socket, an IPv4 address is IPv4-mapped.
    /// </summary>
    /// <returns>The length of the whole address, which may be more than was written.</returns>
    public static int Write(TransportEndpoint endpoint, int family, Span<byte> destination)
    {
        Span<byte> whole = stackalloc byte[IPv6Length];
        whole.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(whole, (ushort)family);
        BinaryPrimitives.WriteUInt16BigEndian(whole[PortOffset..], endpoint.Port);
        if (family == LinuxSocket.AfInet)
        {
            endpoint.Address.Write(whole[IPv4Offset..]);
            whole = whole[..IPv4Length];
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(whole[FlowOffset..], 0);
            endpoint.Address.ToIPv6().Write(whole[IPv6Offset..]);
            BinaryPrimitives.WriteInt32LittleEndian(whole[ScopeOffset..], endpoint.Scope);
        }

        whole[..Math.Min(whole.Length, destination.Length)].CopyTo(destination);
        return whole.Length;
    }
}
