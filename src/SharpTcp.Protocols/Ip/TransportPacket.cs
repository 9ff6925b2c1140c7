using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>
/// A segment, datagram or message on its way from a transport to <see cref="IIpOutput"/>: its header in the scratch block that the IP
/// layer lends (<see cref="IIpOutput.TransportHeader"/>, with room before it for the lower headers), its payload by reference.
/// </summary>
public ref struct TransportPacket
{
    /// <summary>Bytes of the transport header, from the start of <see cref="IIpOutput.TransportHeader"/>.</summary>
    public int HeaderLength;

    /// <summary>Payload by reference, in up to three slices, used in order.</summary>
    public ReadOnlySpan<byte> First;

    /// <inheritdoc cref="First"/>
    public ReadOnlySpan<byte> Second;

    /// <inheritdoc cref="First"/>
    public ReadOnlySpan<byte> Third;

    /// <summary>The number of the protocol (<see cref="IpProtocol"/>), which also says where its checksum lies.</summary>
    public byte Protocol;

    /// <summary>Time to live or hop limit; 0 takes the host's default.</summary>
    public byte HopLimit;

    /// <summary>DSCP and ECN.</summary>
    public byte TrafficClass;

    /// <summary>Forbids fragmentation (IPv4 DF; for IPv6: refuse with <see cref="SendStatus.TooBig"/> what does not fit the path MTU).</summary>
    public bool DontFragment;

    /// <summary>Whether its checksum is in place, or it has none: it is left alone.</summary>
    public bool IsSummed;

    /// <summary>Whether <see cref="First"/> is a whole IP packet with its header, to be sent as it is; <see cref="HeaderLength"/> is 0 then.</summary>
    public bool IsWhole;

    /// <summary>Payload bytes of each packet if this is a super-segment to be cut by the link or by software, else 0.</summary>
    public ushort SegmentSize;

    /// <summary>
    /// Who is told when the neighbour's address resolves, instead of copying the packet into the neighbour's queue:
    /// <see cref="IIpOutput.Send"/> then answers <see cref="SendStatus.NeighborPending"/> and nothing was sent.
    /// </summary>
    public INeighborWaiter? Waiter;

    /// <summary>
    /// After <see cref="SendStatus.LinkFull"/>: the payload bytes at the front of a super-segment that went out all the same, in whole packets, before the link was full.
    /// </summary>
    public int SentPayload;

    /// <summary>After <see cref="SendStatus.Sent"/>: a copy waits for the neighbour, or was lost because too many do.</summary>
    public bool IsWaiting;

    /// <summary>Payload bytes in all.</summary>
    public readonly int PayloadLength => First.Length + Second.Length + Third.Length;
}

/// <summary>Waits for a neighbour to resolve.</summary>
public interface INeighborWaiter
{
    /// <summary>The neighbour's address is known: try again.</summary>
    void OnNeighborResolved(Instant now);

    /// <summary>The neighbour did not answer (RFC 1122 §2.4: a hint, like a host unreachable error).</summary>
    void OnNeighborFailed(Instant now);
}

/// <summary>What became of a packet.</summary>
public enum SendStatus : byte
{
    /// <summary>It went to the link, or waits (copied) for its neighbour.</summary>
    Sent,

    /// <summary>The link is full: try again when the host is told that it is writable.</summary>
    LinkFull,

    /// <summary>The neighbour is being resolved; the waiter will be told.</summary>
    NeighborPending,

    /// <summary>The neighbour does not answer.</summary>
    NeighborFailed,

    /// <summary>The packet does not fit the path MTU and may not be fragmented.</summary>
    TooBig,

    /// <summary>The interface is down or the source address is no longer ours.</summary>
    Unavailable,
}
