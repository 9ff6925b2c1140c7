using System;
using SharpTcp.Protocols;
using SharpTcp.Wire;

namespace SharpTcp.Links;

/// <summary>
/// A link around a link that shows every packet, both ways, to a hook, which may change it, drop it or let it pass. Packets are whole and their sums complete: the link has no
/// offloads, whatever the one below has.
/// </summary>
public sealed class HookedLink : ILink
{
    private readonly ILink _inner;
    private readonly IPacketHook _hook;
    private readonly byte[] _scratch;

    /// <summary>Puts a hook on a link.</summary>
    /// <param name="inner">The link; disposed with this one. One that hands over super-frames is made without (a TAP device: without offloads).</param>
    /// <param name="hook">The hook.</param>
    public HookedLink(ILink inner, IPacketHook hook)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(hook);
        _inner = inner;
        _hook = hook;
        Capabilities = inner.Capabilities with { Offloads = LinkOffloads.None };
        _scratch = GC.AllocateUninitializedArray<byte>(Math.Max(inner.ReceiveBufferSize, EthernetView.HeaderLength + inner.Capabilities.Mtu));
    }

    /// <inheritdoc/>
    public string Name => _inner.Name;

    /// <inheritdoc/>
    public LinkCapabilities Capabilities { get; }

    /// <inheritdoc/>
    public MacAddress HardwareAddress => _inner.HardwareAddress;

    /// <inheritdoc/>
    public int ReceiveBufferSize => _inner.ReceiveBufferSize;

    /// <inheritdoc/>
    public int? PollDescriptor => _inner.PollDescriptor;

    /// <inheritdoc/>
    public bool TrySend(in OutboundFrame frame)
    {
        var copy = _scratch.AsSpan(0, frame.Length);
        frame.CopyTo(copy);
        var packet = new HookedPacket(copy, Capabilities.Medium);
        return Ask(_hook.OnSending(ref packet), packet) == PacketVerdict.Drop || _inner.TrySend(new OutboundFrame(copy));
    }

    /// <inheritdoc/>
    public bool TryReceive(Span<byte> buffer, out int length, out FrameMeta meta)
    {
        while (_inner.TryReceive(buffer, out length, out meta))
        {
            var packet = new HookedPacket(buffer[..length], Capabilities.Medium);
            var verdict = Ask(_hook.OnReceived(ref packet), packet);
            if (verdict != PacketVerdict.Drop)
            {
                // Whoever vouched for the packet did so for what it was.
                meta = verdict == PacketVerdict.Changed ? default : meta;
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public void SetReadyCallback(Action? onReady) => _inner.SetReadyCallback(onReady);

    /// <inheritdoc/>
    public void Dispose() => _inner.Dispose();

    private static PacketVerdict Ask(PacketVerdict verdict, in HookedPacket packet)
    {
        if (verdict == PacketVerdict.Changed && packet.IsIp)
        {
            PacketFiller.Fill(packet.Ip, default, 0, PacketFill.HeaderChecksum | PacketFill.TransportChecksum);
        }

        return verdict;
    }
}

/// <summary>
/// Watches or changes the packets of an interface. Called while the stack holds its lock: it looks, changes and returns; it calls no member of a stack or socket and waits for nothing.
/// What it throws costs the packet.
/// </summary>
public interface IPacketHook
{
    /// <summary>A packet came in, and nothing has looked at it yet.</summary>
    PacketVerdict OnReceived(ref HookedPacket packet) => PacketVerdict.Pass;

    /// <summary>A packet is about to leave.</summary>
    PacketVerdict OnSending(ref HookedPacket packet) => PacketVerdict.Pass;
}

/// <summary>What a hook says.</summary>
public enum PacketVerdict
{
    /// <summary>The packet goes on as it is; bytes that were changed all the same are, with whatever checksums they have.</summary>
    Pass,

    /// <summary>The packet was changed: its checksums are made right, and it goes on.</summary>
    Changed,

    /// <summary>The packet is gone.</summary>
    Drop,
}

/// <summary>A packet under a hook; valid only inside the call. Its length cannot change.</summary>
public readonly ref struct HookedPacket
{
    private readonly int _network;

    internal HookedPacket(Span<byte> frame, LinkMedium medium)
    {
        Frame = frame;
        _network = medium == LinkMedium.Ethernet ? EthernetView.HeaderLength : 0;
        IsIp = frame.Length > _network && (frame[_network] >> 4 == 4 || frame[_network] >> 4 == 6)
            && (_network == 0 || (EthernetView.TryParse(frame, out var ethernet) && ethernet.EtherType is EtherType.IPv4 or EtherType.IPv6));
    }

    /// <summary>All of it, to be read and written: from the Ethernet header on, where the link has one.</summary>
    public Span<byte> Frame { get; }

    /// <summary>Whether it is an IP packet, and not, for example, ARP.</summary>
    public bool IsIp { get; }

    /// <summary>From the IP header on, to be read and written; empty if it is no IP packet.</summary>
    public Span<byte> Ip => IsIp ? Frame[_network..] : default;

    /// <summary>The packet as IPv4.</summary>
    public bool TryGetIPv4(out IPv4View view)
    {
        view = default;
        return IsIp && Ip[0] >> 4 == 4 && IPv4View.TryParse(Ip, out view);
    }

    /// <summary>The packet as IPv6.</summary>
    public bool TryGetIPv6(out IPv6View view)
    {
        view = default;
        return IsIp && Ip[0] >> 4 == 6 && IPv6View.TryParse(Ip, out view);
    }

    /// <summary>The packet as TCP over either family, without extension headers.</summary>
    public bool TryGetTcp(out TcpView view)
    {
        view = default;
        return (TryGetIPv4(out var four) && four.Protocol == IpProtocol.Tcp && TcpView.TryParse(four.Payload, out view))
            || (TryGetIPv6(out var six) && six.NextHeader == IpProtocol.Tcp && TcpView.TryParse(six.Payload, out view));
    }

    /// <summary>The packet as UDP over either family, without extension headers.</summary>
    public bool TryGetUdp(out UdpView view)
    {
        view = default;
        return (TryGetIPv4(out var four) && four.Protocol == IpProtocol.Udp && UdpView.TryParse(four.Payload, out view))
            || (TryGetIPv6(out var six) && six.NextHeader == IpProtocol.Udp && UdpView.TryParse(six.Payload, out view));
    }
}
