using System;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using SharpTcp.Protocols;
using SharpTcp.Wire;

namespace SharpTcp.Sockets;

/// <summary>Endpoints between .NET's types and the stack's.</summary>
internal static class EndPoints
{
    private const int PortOffset = 2;
    private const int IPv4Offset = 4;
    private const int IPv6Offset = 8;
    private const int ScopeOffset = 24;

    /// <summary>Takes an endpoint for a socket of a family; an IPv4-mapped IPv6 address becomes the IPv4 address.</summary>
    /// <exception cref="NotSupportedException">It is a name, or of a kind that is not IP.</exception>
    /// <exception cref="SocketException">It is of another family.</exception>
    public static TransportEndpoint Parse(EndPoint endPoint, AddressFamily family)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        if (endPoint is not IPEndPoint ip)
        {
            throw new NotSupportedException($"An endpoint of type {endPoint.GetType().Name} is not supported by SharpTCP: resolve the name and give an IPEndPoint.");
        }

        CheckFamily(ip.AddressFamily, family);
        var scope = ip.AddressFamily == AddressFamily.InterNetworkV6 ? (int)ip.Address.ScopeId : 0;
        return new TransportEndpoint(IpAddress.From(ip.Address), (ushort)ip.Port, scope);
    }

    /// <summary>Takes a socket address for a socket of a family, without allocation.</summary>
    /// <exception cref="SocketException">It is of another family.</exception>
    public static TransportEndpoint Parse(SocketAddress address, AddressFamily family)
    {
        ArgumentNullException.ThrowIfNull(address);
        CheckFamily(address.Family, family);
        var bytes = address.Buffer.Span;
        var port = BinaryPrimitives.ReadUInt16BigEndian(bytes[PortOffset..]);
        return family == AddressFamily.InterNetwork
            ? new TransportEndpoint(new IPv4Address(bytes.Slice(IPv4Offset, IPv4Address.Length)), port)
            : new TransportEndpoint(
                new IPv6Address(bytes.Slice(IPv6Offset, IPv6Address.Length)), port, BinaryPrimitives.ReadInt32LittleEndian(bytes[ScopeOffset..]));
    }

    /// <summary>Writes an endpoint into a socket address of the socket's family, without allocation.</summary>
    public static void Write(TransportEndpoint endpoint, SocketAddress address)
    {
        var bytes = address.Buffer.Span;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[PortOffset..], endpoint.Port);
        if (address.Family == AddressFamily.InterNetwork)
        {
            endpoint.Address.Write(bytes[IPv4Offset..]);
            return;
        }

        bytes.Slice(4, 4).Clear();
        endpoint.Address.ToIPv6().Write(bytes[IPv6Offset..]);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[ScopeOffset..], endpoint.Scope);
    }

    /// <summary>Whether a socket of a family can have its peers written to <paramref name="address"/>.</summary>
    /// <exception cref="ArgumentException">It cannot.</exception>
    public static void CheckBuffer(SocketAddress address, AddressFamily family)
    {
        ArgumentNullException.ThrowIfNull(address);
        var needed = SocketAddress.GetMaximumAddressSize(family);
        if (address.Family != family || address.Buffer.Length < needed)
        {
            throw new ArgumentException($"The socket address must be of the family {family} and have room for {needed} bytes.", nameof(address));
        }
    }

    /// <summary>The endpoint as a socket of a family shows it: to an IPv6 socket, IPv4 addresses are IPv4-mapped.</summary>
    public static IPEndPoint ToIPEndPoint(TransportEndpoint endpoint, AddressFamily family)
    {
        if (!endpoint.Address.IsIPv4)
        {
            var bytes = (stackalloc byte[IPv6Address.Length]);
            endpoint.Address.Write(bytes);
            return new IPEndPoint(new IPAddress(bytes, endpoint.Scope), endpoint.Port);
        }

        var address = endpoint.Address.ToIPAddress();
        return new IPEndPoint(family == AddressFamily.InterNetworkV6 ? address.MapToIPv6() : address, endpoint.Port);
    }

    /// <summary>The unspecified address of a family.</summary>
    public static IpAddress Any(AddressFamily family) => family == AddressFamily.InterNetwork ? new IPv4Address(0) : default(IPv6Address);

    private static void CheckFamily(AddressFamily given, AddressFamily wanted)
    {
        if (given != wanted)
        {
            throw SocketErrors.Create(
                SocketError.AddressFamilyNotSupported, $"The endpoint is of the family {given}, the socket of {wanted}: they must be the same.");
        }
    }
}
