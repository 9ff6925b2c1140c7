using System;
using SharpTcp.Protocols;
using SharpTcp.Wire;

namespace SharpTcp.Posix.Tests;

/// <summary>The calls with arguments as tests want to write them.</summary>
internal static unsafe class Calls
{
    public const int Inet = 2;
    public const int Inet6 = 10;
    public const int Stream = 1;
    public const int Datagram = 2;
    public const int NonBlock = 0x800;

    public static byte[] Address(int family, byte host, ushort port)
    {
        IpAddress address = family == Inet ? new IPv4Address(10, 0, 0, host) : new IPv6Address(0xFD00_0000_0000_0000, host);
        var bytes = new byte[SocketAddresses.IPv6Length];
        var length = SocketAddresses.Write(new TransportEndpoint(address, port), family, bytes);
        return bytes[..length];
    }

    public static byte[] Any(int family, ushort port)
    {
        IpAddress address = family == Inet ? IPv4Address.Unspecified : IPv6Address.Unspecified;
        var bytes = new byte[SocketAddresses.IPv6Length];
        var length = SocketAddresses.Write(new TransportEndpoint(address, port), family, bytes);
        return bytes[..length];
    }

    public static nint Send(this PosixStack stack, int descriptor, ReadOnlySpan<byte> bytes, MessageFlags flags = MessageFlags.None, byte[]? to = null)
    {
        fixed (byte* start = bytes)
        {
            return stack.Send(descriptor, [new IoVector(start, (nuint)bytes.Length)], flags, to);
        }
    }

    public static nint Receive(this PosixStack stack, int descriptor, Span<byte> bytes, MessageFlags flags = MessageFlags.None)
    {
        fixed (byte* start = bytes)
        {
            return stack.Receive(descriptor, [new IoVector(start, (nuint)bytes.Length)], flags, default, out _, out _);
        }
    }

    public static int Set(this PosixStack stack, int descriptor, int level, int option, int value) =>
        stack.SetOption(descriptor, level, option, BitConverter.GetBytes(value));

    public static int Get(this PosixStack stack, int descriptor, int level, int option)
    {
        var value = new byte[4];
        var length = stack.GetOption(descriptor, level, option, value);
        return length < 0 ? length : BitConverter.ToInt32(value);
    }

    /// <summary>A connection from the client to port 80 of the server: the listener, and both ends.</summary>
    public static (int Listener, int Client, int Server) Connect(this Network network, int family = Inet)
    {
        var listener = network.Server.Socket(family, Stream, 0);
        network.Server.Bind(listener, Any(family, 80));
        network.Server.Listen(listener, 8);
        var client = network.Client.Socket(family, Stream, 0);
        var connected = network.Client.Connect(client, Address(family, 2, 80));
        var server = network.Server.Accept(listener, default, out _);
        return connected == 0 ? (listener, client, server) : throw new InvalidOperationException($"connect: {connected}");
    }
}
