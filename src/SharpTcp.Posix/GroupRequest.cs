using System;
using System.Buffers.Binary;
using SharpTcp.Protocols;
using SharpTcp.Wire;

namespace SharpTcp.Posix;

/// <summary>What <c>ip_mreq</c>, <c>ip_mreqn</c>, <c>ip_mreq_source</c> and <c>ipv6_mreq</c> say: a group, maybe a source, and an interface.</summary>
internal readonly record struct GroupRequest(IpAddress Group, IpAddress Source, int Interface)
{
    private const int RequestLength = 8;
    private const int IndexedRequestLength = 12;
    private const int IPv6RequestLength = 20;

    /// <summary>Reads the structure of IP_ADD_MEMBERSHIP and IP_DROP_MEMBERSHIP; the interface is named by an index or by one of its addresses.</summary>
    public static bool TryReadIPv4(HostCore host, ReadOnlySpan<byte> value, out GroupRequest request)
    {
        request = default;
        if (value.Length < RequestLength)
        {
            return false;
        }

        var index = value.Length >= IndexedRequestLength ? BinaryPrimitives.ReadInt32LittleEndian(value[8..]) : 0;
        request = new GroupRequest(new IPv4Address(value), default, index != 0 ? index : IndexOf(host, new IPv4Address(value[4..])));
        return true;
    }

    /// <summary>Reads the structure of the options that name a source.</summary>
    public static bool TryReadSource(HostCore host, ReadOnlySpan<byte> value, out GroupRequest request)
    {
        request = default;
        if (value.Length < IndexedRequestLength)
        {
            return false;
        }

        request = new GroupRequest(new IPv4Address(value), new IPv4Address(value[8..]), IndexOf(host, new IPv4Address(value[4..])));
        return true;
    }

    /// <summary>Reads the structure of IPV6_JOIN_GROUP and IPV6_LEAVE_GROUP.</summary>
    public static bool TryReadIPv6(ReadOnlySpan<byte> value, out GroupRequest request)
    {
        request = default;
        if (value.Length < IPv6RequestLength)
        {
            return false;
        }

        request = new GroupRequest(new IPv6Address(value), default, BinaryPrimitives.ReadInt32LittleEndian(value[16..]));
        return true;
    }

    /// <summary>The interface that has an address; 0, the host's choice, for the unspecified one; −1 if none has it.</summary>
    public static int IndexOf(HostCore host, IPv4Address address)
    {
        if (address.IsUnspecified)
        {
            return 0;
        }

        foreach (var own in host.Addresses)
        {
            if (own.Address == (IpAddress)address)
            {
                return own.Interface.Index;
            }
        }

        return -1;
    }
}
