namespace SharpTcp.Links;

/// <summary>What a <see cref="FaultyLink"/> did to the packets of one direction.</summary>
/// <param name="Packets">Packets that came, super-frames counted as what they were cut into.</param>
/// <param name="Lost">Packets lost at random.</param>
/// <param name="Overflowed">Packets lost because the queue was full, and frames that could not be cut.</param>
/// <param name="Duplicated">Packets that were sent on twice.</param>
/// <param name="Reordered">Packets held back to be overtaken.</param>
/// <param name="Corrupted">Packets with a flipped bit.</param>
public readonly record struct FaultCounters(long Packets, long Lost, long Overflowed, long Duplicated, long Reordered, long Corrupted);
