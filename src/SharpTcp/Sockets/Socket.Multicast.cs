using System;
using System.Net;
using System.Net.Sockets;
using SharpTcp.Wire;

namespace SharpTcp.Sockets;

/// <summary>UDP: groups.</summary>
public sealed partial class Socket
{
    /// <summary>UDP: whether datagrams to a group come to this stack's own listeners too. Default: yes.</summary>
    public bool MulticastLoopback
    {
        get => UdpCore.MulticastLoopback;
        set => UdpCore.MulticastLoopback = value;
    }

    /// <summary>UDP: time to live or hop limit of datagrams to groups, 1 to 255. Default 1: they do not leave the link.</summary>
    public short MulticastTimeToLive
    {
        get => UdpCore.MulticastHopLimit;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, (short)1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, (short)byte.MaxValue);
            UdpCore.MulticastHopLimit = (byte)value;
        }
    }

    /// <summary>UDP: the index of the interface that datagrams to groups leave by; 0 for the stack's choice. Default 0.</summary>
    public int MulticastInterface
    {
        get => UdpCore.MulticastInterface;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            UdpCore.MulticastInterface = value;
        }
    }

    /// <summary>UDP: listens to a group, whoever sends (RFC 3376 §3.1, RFC 3678).</summary>
    /// <param name="group">The group.</param>
    /// <param name="interfaceIndex">The interface, or 0 for the stack's choice.</param>
    /// <exception cref="SocketException">
    /// <see cref="SocketError.InvalidArgument"/> (no group of the socket's family), <see cref="SocketError.AddressNotAvailable"/> (no such interface),
    /// <see cref="SocketError.AddressAlreadyInUse"/> (a member already), <see cref="SocketError.NoBufferSpaceAvailable"/> (more than 64 memberships, or 1,024 groups of the interface).
    /// </exception>
    public void JoinGroup(IPAddress group, int interfaceIndex = 0)
    {
        var address = ParseGroup(group);
        UdpCore.ChangeMemberships((memberships, now) => memberships.Join(address, interfaceIndex, now));
    }

    /// <summary>UDP: listens to a group no more, whatever its sources.</summary>
    /// <param name="group">The group.</param>
    /// <param name="interfaceIndex">The interface, or 0 for the stack's choice.</param>
    /// <exception cref="SocketException"><see cref="SocketError.AddressNotAvailable"/>: it is no member.</exception>
    public void LeaveGroup(IPAddress group, int interfaceIndex = 0)
    {
        var address = ParseGroup(group);
        UdpCore.ChangeMemberships((memberships, now) => memberships.Leave(address, interfaceIndex, now));
    }

    /// <summary>UDP: listens to a group as far as one source sends to it; may be repeated with up to 64 sources.</summary>
    /// <param name="group">The group.</param>
    /// <param name="source">The source.</param>
    /// <param name="interfaceIndex">The interface, or 0 for the stack's choice.</param>
    /// <exception cref="SocketException">As <see cref="JoinGroup"/>; <see cref="SocketError.InvalidArgument"/> also if the socket listens to all sources, <see cref="SocketError.AddressNotAvailable"/> if it listens to this one already.</exception>
    public void JoinSourceGroup(IPAddress group, IPAddress source, int interfaceIndex = 0)
    {
        var (address, from) = (ParseGroup(group), ParseGroup(source));
        UdpCore.ChangeMemberships((memberships, now) => memberships.JoinSource(address, from, interfaceIndex, now));
    }

    /// <summary>UDP: listens to one source of a group no more; without a source left, to the group neither.</summary>
    /// <param name="group">The group.</param>
    /// <param name="source">The source.</param>
    /// <param name="interfaceIndex">The interface, or 0 for the stack's choice.</param>
    /// <exception cref="SocketException"><see cref="SocketError.AddressNotAvailable"/>: it does not listen to this source; <see cref="SocketError.InvalidArgument"/>: it listens to all.</exception>
    public void LeaveSourceGroup(IPAddress group, IPAddress source, int interfaceIndex = 0)
    {
        var (address, from) = (ParseGroup(group), ParseGroup(source));
        UdpCore.ChangeMemberships((memberships, now) => memberships.LeaveSource(address, from, interfaceIndex, now));
    }

    /// <summary>UDP: listens to all of a joined group but one source.</summary>
    /// <param name="group">The group.</param>
    /// <param name="source">The source; up to 64 of a group.</param>
    /// <param name="interfaceIndex">The interface, or 0 for the stack's choice.</param>
    /// <exception cref="SocketException"><see cref="SocketError.InvalidArgument"/>: no member, or one for some sources only; <see cref="SocketError.AddressNotAvailable"/>: blocked already.</exception>
    public void BlockSource(IPAddress group, IPAddress source, int interfaceIndex = 0)
    {
        var (address, from) = (ParseGroup(group), ParseGroup(source));
        UdpCore.ChangeMemberships((memberships, now) => memberships.BlockSource(address, from, interfaceIndex, now));
    }

    /// <summary>UDP: listens to a blocked source again.</summary>
    /// <param name="group">The group.</param>
    /// <param name="source">The source.</param>
    /// <param name="interfaceIndex">The interface, or 0 for the stack's choice.</param>
    /// <exception cref="SocketException"><see cref="SocketError.InvalidArgument"/>: no member, or one for some sources only; <see cref="SocketError.AddressNotAvailable"/>: not blocked.</exception>
    public void UnblockSource(IPAddress group, IPAddress source, int interfaceIndex = 0)
    {
        var (address, from) = (ParseGroup(group), ParseGroup(source));
        UdpCore.ChangeMemberships((memberships, now) => memberships.UnblockSource(address, from, interfaceIndex, now));
    }

    private IpAddress ParseGroup(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var parsed = IpAddress.From(address);
        if (parsed.IsIPv4 != (AddressFamily == AddressFamily.InterNetwork))
        {
            throw SocketErrors.Create(SocketError.InvalidArgument, $"{address} is not of the socket's family {AddressFamily}.");
        }

        return parsed;
    }
}
