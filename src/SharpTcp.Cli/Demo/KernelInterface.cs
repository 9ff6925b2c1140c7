using System;
using System.Buffers.Binary;
using System.IO;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using SharpTcp.Wire;

namespace SharpTcp.Cli;

/// <summary>Sets addresses on a network device of the kernel, as <c>ip address add</c> does, which need not be installed.</summary>
internal static unsafe partial class KernelInterface
{
    private const int SetAddress = 0x8916; // SIOCSIFADDR
    private const int SetNetmask = 0x891C; // SIOCSIFNETMASK
    private const int GetIndex = 0x8933; // SIOCGIFINDEX
    private const int NameLength = 16; // IFNAMSIZ
    private const int RequestLength = 40; // sizeof(struct ifreq)
    private const int AddressOffset = NameLength + 4; // sin_addr of the sockaddr_in
    private const short FamilyIPv4 = 2; // AF_INET

    /// <summary>Gives a device an address of either family.</summary>
    /// <exception cref="IOException">The kernel refused.</exception>
    public static void AddAddress(string device, Prefix address)
    {
        if (address.IsIPv4)
            AddIPv4(device, address);
        else
            AddIPv6(device, address);
    }

    /// <summary>Lets the device use new IPv6 addresses at once. Where that is not allowed they come a second later.</summary>
    public static void SkipDuplicateAddressDetection(string device)
    {
        try
        {
            File.WriteAllText($"/proc/sys/net/ipv6/conf/{device}/accept_dad", "0");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // /proc may be read-only in a container.
        }
    }

    private static void AddIPv4(string device, Prefix address)
    {
        using var socket = new System.Net.Sockets.Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        Span<byte> request = stackalloc byte[RequestLength];
        Control(socket, SetAddress, Fill(request, device, address.Address), "SIOCSIFADDR");
        Control(socket, SetNetmask, Fill(request, device, address.Netmask), "SIOCSIFNETMASK");
    }

    private static void AddIPv6(string device, Prefix address)
    {
        using var socket = new System.Net.Sockets.Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp);
        Span<byte> request = stackalloc byte[RequestLength];
        Control(socket, GetIndex, Fill(request, device, IPv4Address.Unspecified), "SIOCGIFINDEX");
        var index = MemoryMarshal.Read<int>(request[NameLength..]);
        // struct in6_ifreq: address, prefix length, index of the device.
        Span<byte> request6 = stackalloc byte[IPv6Address.Length + 8];
        address.Address.ToIPv6().Write(request6);
        MemoryMarshal.Write(request6[IPv6Address.Length..], address.Length);
        MemoryMarshal.Write(request6[(IPv6Address.Length + 4)..], index);
        Control(socket, SetAddress, request6, "SIOCSIFADDR");
    }

    private static Span<byte> Fill(Span<byte> request, string device, IpAddress address)
    {
        request.Clear();
        Encoding.ASCII.GetBytes(device, request);
        MemoryMarshal.Write(request[NameLength..], FamilyIPv4);
        BinaryPrimitives.WriteUInt32BigEndian(request[AddressOffset..], address.ToIPv4().Value);
        return request;
    }

    private static void Control(System.Net.Sockets.Socket socket, int request, Span<byte> argument, string name)
    {
        fixed (byte* start = argument)
        {
            if (Control(socket.SafeHandle, (nuint)request, start) < 0)
                throw new IOException($"{name} failed: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        }
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeHandle descriptor, nuint request, void* argument);
}
