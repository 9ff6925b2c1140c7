using SharpTcp.Links;

namespace SharpTcp.Cli;

/// <summary>What became of the frames of one direction of a cable.</summary>
/// <param name="Faults">What befell them.</param>
/// <param name="Carried">Frames that came out at the other end, copies counted.</param>
/// <param name="Refused">Frames that the device at the other end did not take.</param>
internal readonly record struct CableCounters(FaultCounters Faults, long Carried, long Refused)
{
    /// <summary>For people.</summary>
    public override string ToString() =>
        $"{Carried} frames carried of {Faults.Packets}, {Faults.Lost} lost, {Faults.Overflowed} dropped by the queue, {Faults.Duplicated} doubled, {Faults.Reordered} reordered, "
        + $"{Faults.Corrupted} corrupted, {Refused} refused";
}
