namespace SharpTcp.Simulation;

/// <summary>What became of the packets of one direction of a link. A super-frame that crosses whole counts as one.</summary>
/// <param name="Sent">Packets that were sent into it.</param>
/// <param name="Delivered">Packets that came out, copies counted.</param>
/// <param name="Lost">Packets lost by chance.</param>
/// <param name="Overflowed">Packets dropped because the queue was full.</param>
/// <param name="Cut">Packets dropped because the link was down or the packet longer than its MTU.</param>
/// <param name="Duplicated">Copies made.</param>
/// <param name="Delayed">Packets that came late to be overtaken.</param>
/// <param name="Corrupted">Packets with a flipped bit.</param>
public readonly record struct PathCounters(
    long Sent, long Delivered, long Lost, long Overflowed, long Cut, long Duplicated, long Delayed, long Corrupted);
