using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>What a connection needs only while it holds bytes that were not read: the receive buffer and the ranges that came out of order.</summary>
internal sealed class ReceiveState(BufferPool buffers) : IReusable, IRecencyNode<ReceiveState>
{
    /// <summary>The bytes from the first unread one on; those out of order lie in it at their final place.</summary>
    public readonly ChunkQueue Data = new(buffers);

    /// <summary>What arrived beyond RCV.NXT.</summary>
    public readonly SequenceRanges OutOfOrder = new();

    /// <summary>The ranges that changed last, newest first, for the SACK option (RFC 2018 §4).</summary>
    public RecentBlocks Recent;

    /// <summary>A range that arrived twice, to be reported once (RFC 2883).</summary>
    public SackBlock? DuplicateBlock;

    /// <summary>The sequence number of a FIN that came ahead of missing bytes.</summary>
    public SequenceNumber? FinAhead;

    /// <summary>Whether it is in the layer's list of those that hold bytes out of order.</summary>
    public bool IsHolder { get; set; }

    /// <summary>Neighbours in that list.</summary>
    public ReceiveState? Older { get; set; }

    /// <inheritdoc cref="Older"/>
    public ReceiveState? Newer { get; set; }

    public bool IsEmpty => Data.Length == 0 && OutOfOrder.Count == 0 && DuplicateBlock is null && FinAhead is null;

    /// <summary>Forgets what lies beyond RCV.NXT; the peer sends it again.</summary>
    public void DropOutOfOrder()
    {
        OutOfOrder.Clear();
        Recent = default;
        Data.ReleaseBeyond();
    }

    public void Reset()
    {
        Data.Clear();
        OutOfOrder.Clear();
        Recent = default;
        DuplicateBlock = null;
        FinAhead = null;
    }
}
