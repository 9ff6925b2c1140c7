using System;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
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

    /// <summary>Takes an endpoint for a socket; an IPv4-mapped IPv6 address becomes the IPv4 address.</summary>
    /// <exception cref="NotSupportedException">It is a name, or of a kind that is not IP.</exception>
    /// <exception cref="SocketException">It is of another family.</exception>
    public static TransportEndpoint Parse(EndPoint endPoint, SocketCore socket, [CallerArgumentExpression(nameof(endPoint))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(endPoint, name);
        if (endPoint is not IPEndPoint ip)
        {
            throw new NotSupportedException($"An endpoint of type {endPoint.GetType().Name} is not supported by SharpTCP: resolve the name and give an IPEndPoint.");
        }

        CheckFamily(ip.AddressFamily, socket);
        var scope = ip.AddressFamily == AddressFamily.InterNetworkV6 ? (int)ip.Address.ScopeId : 0;
        return new TransportEndpoint(IpAddress.From(ip.Address), (ushort)ip.Port, scope);
    }

    /// <summary>Takes an endpoint to send a datagram to.</summary>
    /// <exception cref="ArgumentException">It is a name, or of a kind that is not IP.</exception>
    /// <exception cref="SocketException">It is of another family.</exception>
    public static TransportEndpoint ParseDestination(EndPoint endPoint, SocketCore socket, [CallerArgumentExpression(nameof(endPoint))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(endPoint, name);
        return endPoint is IPEndPoint ? Parse(endPoint, socket, name) : throw new ArgumentException("A datagram is sent to an address: give an IPEndPoint.", name);
    }

    /// <summary>Whether an endpoint says which family of senders is wanted, which must be the socket's.</summary>
    /// <exception cref="ArgumentException">It does not.</exception>
    public static void CheckSender(EndPoint endPoint, SocketCore socket, [CallerArgumentExpression(nameof(endPoint))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(endPoint, name);
        if (endPoint is not IPEndPoint || (endPoint.AddressFamily != socket.Family && !(socket.DualMode && endPoint.AddressFamily == AddressFamily.InterNetwork)))
        {
            throw new ArgumentException($"The endpoint must be an IPEndPoint of the socket's family, {socket.Family}.", name);
        }
    }

    /// <summary>As to Linux, the unspecified address as a destination means this host.</summary>
    public static TransportEndpoint AnyToLoopback(TransportEndpoint remote) => !remote.Address.IsUnspecified ? remote
        : remote with { Address = remote.Address.IsIPv4 ? IPv4Address.Loopback : IPv6Address.Loopback };

    /// <summary>Takes a socket address for a socket of a family, without allocation.</summary>
    /// <exception cref="SocketException">It is of another family.</exception>
    public static TransportEndpoint Parse(SocketAddress address, SocketCore socket)
    {
        ArgumentNullException.ThrowIfNull(address);
        CheckFamily(address.Family, socket);
        return Read(address);
    }

    /// <summary>Reads a socket address, without allocation.</summary>
    public static TransportEndpoint Read(SocketAddress address)
    {
        var bytes = address.Buffer.Span;
        var port = BinaryPrimitives.ReadUInt16BigEndian(bytes[PortOffset..]);
        return address.Family == AddressFamily.InterNetwork
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
            return new IPEndPoint(new IPAddress(bytes, endpoint.Address.IsLinkLocal ? endpoint.Scope : 0), endpoint.Port);
        }

        var address = endpoint.Address.ToIPAddress();
        return new IPEndPoint(family == AddressFamily.InterNetworkV6 ? address.MapToIPv6() : address, endpoint.Port);
    }

    /// <summary>The unspecified address of a family.</summary>
    public static IpAddress Any(AddressFamily family) => family == AddressFamily.InterNetwork ? new IPv4Address(0) : default(IPv6Address);

    private static void CheckFamily(AddressFamily given, SocketCore socket)
    {
        if (given == socket.Family || (socket.DualMode && given == AddressFamily.InterNetwork))
        {
            return;
        }

        // IPv6 takes an IPv4 address for an argument that is too short, IPv4 an IPv6 address for one of a family that it does not know: so says Linux.
        throw SocketErrors.Create(
            given == AddressFamily.InterNetwork ? SocketError.InvalidArgument : SocketError.AddressFamilyNotSupported,
            $"The endpoint is of the family {given}, the socket of {socket.Family}: they must be the same.");
    }
}
