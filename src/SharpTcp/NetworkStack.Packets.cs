using System;
using System.Net.Sockets;
using SharpTcp.Protocols;
using SharpTcp.Wire;

namespace SharpTcp;

/// <summary>What became of a packet or frame that was made by hand.</summary>
public enum PacketFate
{
    /// <summary>The link took it, all its fragments if it was cut.</summary>
    Sent,

    /// <summary>It waits until its neighbour says its MAC address, and goes then.</summary>
    WaitsForNeighbor,

    /// <summary>The link is full: nothing was sent, or, of a packet that was cut, not all.</summary>
    LinkFull,

    /// <summary>It is larger than the path's MTU and was not to be cut, or cannot be.</summary>
    TooBig,

    /// <summary>There is no way to its destination by the interface.</summary>
    NoRoute,

    /// <summary>Its neighbour does not answer.</summary>
    NeighborFailed,

    /// <summary>It is shorter than its own headers say, or of no known version.</summary>
    Malformed,
}

/// <summary>A low door: frames and packets made by hand.</summary>
public sealed partial class NetworkStack
{
    /// <summary>Sends a frame through an interface as it is: with its Ethernet header, where the link has one.</summary>
    /// <param name="networkInterface">An interface of this stack.</param>
    /// <param name="frame">The frame; free again when the call returns.</param>
    /// <returns><see cref="PacketFate.Sent"/>, <see cref="PacketFate.LinkFull"/>, <see cref="PacketFate.TooBig"/> or <see cref="PacketFate.Malformed"/>.</returns>
    /// <exception cref="ArgumentException">The interface is another stack's.</exception>
    public PacketFate SendFrame(NetworkInterface networkInterface, ReadOnlySpan<byte> frame)
    {
        CheckOwn(networkInterface);
        var header = networkInterface.LinkHeaderLength;
        if (frame.Length <= header)
        {
            return PacketFate.Malformed;
        }

        if (frame.Length > header + networkInterface.Mtu)
        {
            return PacketFate.TooBig;
        }

        var now = Shard.Enter();
        var status = Shard.Host.Ip.Emit(networkInterface, new OutboundFrame(frame));
        Shard.Exit(now);
        return ToFate(status);
    }

    /// <summary>
    /// Sends an IP packet to the destination that its header names: finds the next hop and its MAC address, fills in what is asked for, and cuts it if need be. Everything else in it is
    /// left as it is, right or wrong.
    /// </summary>
    /// <param name="networkInterface">The interface to leave by.</param>
    /// <param name="packet">The packet from its IP header on; free again when the call returns.</param>
    /// <param name="fill">What is filled in.</param>
    /// <returns>What became of it.</returns>
    /// <exception cref="ArgumentException">The interface is another stack's.</exception>
    public PacketFate SendPacket(NetworkInterface networkInterface, ReadOnlySpan<byte> packet, PacketFill fill = PacketFill.All)
    {
        CheckOwn(networkInterface);
        var now = Shard.Enter();
        try
        {
            return SendPacket(networkInterface, packet, fill, now);
        }
        finally
        {
            Shard.Exit(now);
        }
    }

    private PacketFate SendPacket(NetworkInterface networkInterface, ReadOnlySpan<byte> packet, PacketFill fill, Instant now)
    {
        if (!TryReadDestination(packet, out var address))
        {
            return PacketFate.Malformed;
        }

        var ip = Shard.Host.Ip;
        if (ip.Resolve(default, address, networkInterface.Index, now, out var path) != SocketError.Success || path!.Interface != networkInterface)
        {
            return PacketFate.NoRoute;
        }

        var copy = ip.WholePacket[..packet.Length];
        packet.CopyTo(copy);
        if (!PacketFiller.Fill(copy, path.Source, ip.NextIdentification(path), fill))
        {
            return PacketFate.Malformed;
        }

        if (copy.Length <= path.PathMtu)
        {
            return SendWhole(path, copy, now);
        }

        return (fill & PacketFill.Fragments) == 0 || !PacketCutter.TryMake(copy, path.PathMtu, out var cutter) ? PacketFate.TooBig : SendCut(path, cutter, now);
    }

    private PacketFate SendCut(Destination path, PacketCutter cutter, Instant now)
    {
        var fate = PacketFate.Sent;
        Span<byte> room = stackalloc byte[PacketCutter.LargestPiece];
        while (cutter.MoveNext(room, out var length))
        {
            var one = SendWhole(path, room[..length], now);
            if (one is not (PacketFate.Sent or PacketFate.WaitsForNeighbor))
            {
                return one;
            }

            fate = one;
        }

        return fate;
    }

    private PacketFate SendWhole(Destination path, ReadOnlySpan<byte> whole, Instant now)
    {
        var packet = new TransportPacket { First = whole, Protocol = path.Address.IsIPv4 ? whole[9] : whole[6], IsWhole = true };
        var status = Shard.Host.Ip.Send(path, ref packet, now);
        return status == SendStatus.Sent && packet.IsWaiting ? PacketFate.WaitsForNeighbor : ToFate(status);
    }

    private void CheckOwn(NetworkInterface networkInterface)
    {
        ArgumentNullException.ThrowIfNull(networkInterface);
        ThrowIfDisposed();
        var own = Shard.Host.Interfaces;
        if (networkInterface.Index > own.Count || own[networkInterface.Index - 1] != networkInterface)
        {
            throw new ArgumentException($"{networkInterface.Name} is no interface of this stack.", nameof(networkInterface));
        }
    }

    private static bool TryReadDestination(ReadOnlySpan<byte> packet, out IpAddress address)
    {
        address = default;
        if (packet.Length is < IPv4View.MinHeaderLength or > ushort.MaxValue)
        {
            return false;
        }

        var isIPv4 = packet[0] >> 4 == 4;
        if (!isIPv4 && (packet[0] >> 4 != 6 || packet.Length < IPv6View.HeaderLength))
        {
            return false;
        }

        address = isIPv4 ? new IPv4Address(packet[16..20]) : new IPv6Address(packet[24..40]);
        return true;
    }

    private static PacketFate ToFate(SendStatus status) => status switch
    {
        SendStatus.Sent => PacketFate.Sent,
        SendStatus.LinkFull => PacketFate.LinkFull,
        SendStatus.NeighborPending => PacketFate.WaitsForNeighbor,
        SendStatus.TooBig => PacketFate.TooBig,
        SendStatus.Unavailable => PacketFate.NoRoute,
        _ => PacketFate.NeighborFailed,
    };
}
