namespace SharpTcp.Wire;

/// <summary>A block of a selective acknowledgment (RFC 2018 §3).</summary>
/// <param name="Left">The number of the first octet of the block.</param>
/// <param name="Right">The number behind its last octet.</param>
public readonly record struct SackBlock(SequenceNumber Left, SequenceNumber Right);
