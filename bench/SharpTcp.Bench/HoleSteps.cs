using System;
using SharpTcp.Protocols.Tcp;
using SharpTcp.Simulation;

namespace SharpTcp.Bench;

/// <summary>What a segment costs a receiver that has many holes, in comparisons: exact on every machine.</summary>
internal static class HoleSteps
{
    private const int Length = 2;
    private const int Samples = 1000;

    /// <summary>Prints a table.</summary>
    public static void Print()
    {
        Console.WriteLine("| holes | comparisons for one more segment, mean | most |");
        Console.WriteLine("|--|--|--|");
        foreach (var holes in (int[])[10, 100, 1000, 10_000])
        {
            var (mean, most) = Measure(holes);
            Console.WriteLine(FormattableString.Invariant($"| {holes} | {mean:F1} | {most} |"));
        }
    }

    private static (double Mean, long Most) Measure(int holes)
    {
        var receiver = new Receiver(1, new TcpSettings { MaximumOutOfOrderRanges = int.MaxValue, ReceiveBuffer = (16 << 20, 16 << 20) });
        var random = new SeededEntropy(1);
        var order = new int[holes];
        for (var i = 0; i < holes; i++)
        {
            order[i] = i;
        }

        for (var i = holes - 1; i > 0; i--)
        {
            var other = random.Between(0, i);
            (order[i], order[other]) = (order[other], order[i]);
        }

        // Every other piece of the stream, in random order.
        foreach (var place in order)
        {
            receiver.DeliverBehind(0, (2 * place + 1) * Length, Length);
            receiver.EndBatch(0);
        }

        var ranges = receiver.OutOfOrder(0);
        if (ranges.Count != holes)
        {
            throw new InvalidOperationException($"{ranges.Count} ranges instead of {holes}.");
        }

        var (sum, most) = (0L, 0L);
        for (var i = 0; i < Samples; i++)
        {
            // What is there already: nothing changes but the count.
            var before = ranges.Steps;
            receiver.DeliverBehind(0, (2 * random.Between(0, holes - 1) + 1) * Length, Length);
            receiver.EndBatch(0);
            sum += ranges.Steps - before;
            most = Math.Max(most, ranges.Steps - before);
        }

        return ((double)sum / Samples, most);
    }
}
