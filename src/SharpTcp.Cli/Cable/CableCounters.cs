using System;
using System.Globalization;
using SharpTcp.Links;

namespace SharpTcp.Cli;

/// <summary>What became of the frames of one direction of a cable.</summary>
/// <param name="Faults">What befell them.</param>
/// <param name="Carried">Frames that came out at the other end, copies counted.</param>
/// <param name="Refused">Frames that the device at the other end did not take.</param>
/// <param name="Latest">How long after its time the latest frame came out: what the machine added to what was asked for.</param>
internal readonly record struct CableCounters(FaultCounters Faults, long Carried, long Refused, TimeSpan Latest)
{
    /// <summary>For people.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Carried} frames carried of {Faults.Packets}, {Faults.Lost} lost, {Faults.Overflowed} dropped by the queue, {Faults.Duplicated} doubled, {Faults.Reordered} reordered, "
        + $"{Faults.Corrupted} corrupted, {Refused} refused, latest {Latest.TotalMilliseconds:F2} ms late");
}
