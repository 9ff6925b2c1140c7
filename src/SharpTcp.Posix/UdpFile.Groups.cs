using System;
using System.Buffers.Binary;
using SharpTcp.Protocols;
using SharpTcp.Wire;

namespace SharpTcp.Posix;

/// <content>Options about groups.</content>
internal sealed partial class UdpFile
{
    private readonly UdpMemberships _memberships = new(stack.Host);
    private byte _multicastHopLimit = 1;
    private bool _multicastLoopback = true;
    private int _multicastInterface;

    protected override bool TrySetGroupOption(int level, int option, ReadOnlySpan<byte> value, Instant now, out int result)
    {
        if (!IsGroupOption(level, option))
        {
            result = 0;
            return false;
        }

        result = level == OptionLevel.IPv6 && Family != LinuxSocket.AfInet6 ? -Errno.NoProtocolOption
            : IsMembership(level, option) ? ChangeMembership(level, option, value, now)
            : SetSending(level, option, value);
        Apply();
        return true;
    }

    protected override bool TryGetGroupOption(int level, int option, out int value)
    {
        value = (level, option) switch
        {
            (OptionLevel.IPv4, IPv4Option.MulticastTimeToLive) or (OptionLevel.IPv6, IPv6Option.MulticastHops) => _multicastHopLimit,
            (OptionLevel.IPv4, IPv4Option.MulticastLoop) or (OptionLevel.IPv6, IPv6Option.MulticastLoop) => _multicastLoopback ? 1 : 0,
            (OptionLevel.IPv6, IPv6Option.MulticastInterface) => _multicastInterface,
            _ => -1,
        };
        return value >= 0;
    }

    private static bool IsMembership(int level, int option) => level switch
    {
        OptionLevel.IPv4 => option is >= IPv4Option.AddMembership and <= IPv4Option.DropSourceMembership,
        OptionLevel.IPv6 => option is IPv6Option.JoinGroup or IPv6Option.LeaveGroup,
        _ => false,
    };

    private static bool IsGroupOption(int level, int option) => IsMembership(level, option) || level switch
    {
        OptionLevel.IPv4 => option is IPv4Option.MulticastInterface or IPv4Option.MulticastTimeToLive or IPv4Option.MulticastLoop,
        OptionLevel.IPv6 => option is IPv6Option.MulticastInterface or IPv6Option.MulticastHops or IPv6Option.MulticastLoop,
        _ => false,
    };

    private int ChangeMembership(int level, int option, ReadOnlySpan<byte> value, Instant now)
    {
        var isSource = level == OptionLevel.IPv4 && option is not (IPv4Option.AddMembership or IPv4Option.DropMembership);
        var isRead = level == OptionLevel.IPv6 ? GroupRequest.TryReadIPv6(value, out var request)
            : isSource ? GroupRequest.TryReadSource(Stack.Host, value, out request)
            : GroupRequest.TryReadIPv4(Stack.Host, value, out request);
        if (!isRead)
        {
            return -Errno.Invalid;
        }

        if (request.Interface < 0 || request.Interface > Stack.Host.Interfaces.Count)
        {
            return -Errno.NoDevice;
        }

        var (group, source, link) = (request.Group, request.Source, request.Interface);
        var error = (level, option) switch
        {
            (OptionLevel.IPv4, IPv4Option.AddMembership) or (OptionLevel.IPv6, IPv6Option.JoinGroup) => _memberships.Join(group, link, now),
            (OptionLevel.IPv4, IPv4Option.DropMembership) or (OptionLevel.IPv6, IPv6Option.LeaveGroup) => _memberships.Leave(group, link, now),
            (OptionLevel.IPv4, IPv4Option.AddSourceMembership) => _memberships.JoinSource(group, source, link, now),
            (OptionLevel.IPv4, IPv4Option.DropSourceMembership) => _memberships.LeaveSource(group, source, link, now),
            (OptionLevel.IPv4, IPv4Option.BlockSource) => _memberships.BlockSource(group, source, link, now),
            _ => _memberships.UnblockSource(group, source, link, now),
        };
        return -ErrnoMap.Of(error);
    }

    private int SetSending(int level, int option, ReadOnlySpan<byte> value)
    {
        var isByte = level == OptionLevel.IPv4 && value.Length is >= 1 and < sizeof(int);
        if (!isByte && value.Length < sizeof(int))
        {
            return -Errno.Invalid;
        }

        var number = isByte ? value[0] : BinaryPrimitives.ReadInt32LittleEndian(value);
        if ((level, option) is (OptionLevel.IPv4, IPv4Option.MulticastInterface))
        {
            return SetInterface(value);
        }

        if ((level, option) is (OptionLevel.IPv6, IPv6Option.MulticastInterface))
        {
            return number < 0 || number > Stack.Host.Interfaces.Count ? -Errno.NoDevice : SetInterface(number);
        }

        if (option is IPv4Option.MulticastLoop or IPv6Option.MulticastLoop)
        {
            _multicastLoopback = number != 0;
            return 0;
        }

        if (number is < -1 or 0 or > byte.MaxValue)
        {
            return -Errno.Invalid; // 0 would keep datagrams on the host; that is what no interface and the loop are for
        }

        _multicastHopLimit = (byte)(number == -1 ? 1 : number);
        return 0;
    }

    /// <summary>IP_MULTICAST_IF: an address of the interface, or <c>ip_mreqn</c> with its index.</summary>
    private int SetInterface(ReadOnlySpan<byte> value)
    {
        var isRequest = GroupRequest.TryReadIPv4(Stack.Host, value, out var request);
        var index = isRequest ? request.Interface : value.Length >= IPv4Address.Length ? GroupRequest.IndexOf(Stack.Host, new IPv4Address(value)) : -1;
        return index < 0 || index > Stack.Host.Interfaces.Count ? -Errno.AddressNotAvailable : SetInterface(index);
    }

    private int SetInterface(int index)
    {
        _multicastInterface = index;
        return 0;
    }
}
