using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace SharpTcp.Simulation.Tests;

/// <summary>
/// Goodput over lossy, long, narrow and reordered paths, held to what it was (<c>goodput-*.tsv</c>). <c>eng/loss-matrix</c> runs all cells, and writes the files anew.
/// </summary>
public sealed class LossMatrixTests
{
    /// <summary>A cell may be so much slower than it was, and all together so much.</summary>
    private const double CellTolerance = 0.85;
    private const double WholeTolerance = 0.95;

    private static readonly bool IsFull = Environment.GetEnvironmentVariable("SHARPTCP_LOSS_MATRIX") == "full";
    private static readonly bool Writes = Environment.GetEnvironmentVariable("SHARPTCP_WRITE_LOSS_MATRIX") == "1";

    [Fact]
    public void LossMatrix()
    {
        var cells = (IsFull ? Full() : Short()).ToArray();
        var goodput = Measure(cells, seeds: IsFull ? 8 : 2);
        var file = Path.Combine(Root(), "tests", "SharpTcp.Simulation.Tests", "Goodput", IsFull ? "goodput-full.tsv" : "goodput-short.tsv");
        if (Writes)
        {
            File.WriteAllLines(file, cells.Select((cell, i) => string.Create(CultureInfo.InvariantCulture, $"{cell.Name}\t{goodput[i]:F3}")));
            return;
        }

        var before = File.ReadAllLines(file).Select(line => line.Split('\t')).ToDictionary(parts => parts[0], parts => double.Parse(parts[1], CultureInfo.InvariantCulture));
        var slower = new List<string>();
        var whole = 0.0;
        for (var i = 0; i < cells.Length; i++)
        {
            Assert.True(before.TryGetValue(cells[i].Name, out var was), $"{Path.GetFileName(file)} lacks \"{cells[i].Name}\": run eng/loss-matrix --write.");
            var ratio = goodput[i] / Math.Max(was, 0.001);
            whole += Math.Min(ratio, 2) / cells.Length;
            if (ratio < CellTolerance)
            {
                slower.Add(string.Create(CultureInfo.InvariantCulture, $"{cells[i].Name}: {goodput[i]:F2} Mbit/s, was {was:F2}"));
            }
        }

        Assert.True(slower.Count == 0, $"Slower by more than 15 %:\n{string.Join('\n', slower)}");
        Assert.True(whole >= WholeTolerance, $"All cells together run at {whole:P0} of what they did.");
    }

    private static double[] Measure(LossCell[] cells, int seeds)
    {
        var sums = new double[cells.Length * seeds];
        Parallel.For(0, sums.Length, i => sums[i] = cells[i / seeds].Run((ulong)(i % seeds) + 1));
        return [.. sums.Chunk(seeds).Select(Enumerable.Average)];
    }

    private static IEnumerable<LossCell> Short() =>
        from loss in (double[])[0, 1, 3, 10, -1]
        from rtt in (int[])[20, 100]
        from reordering in (double[])[0, 1]
        from sack in (bool[])[true, false]
        where sack || reordering == 0
        select new LossCell(loss, rtt, 10, 1, reordering, sack);

    private static IEnumerable<LossCell> Full() =>
        from loss in (double[])[0, 0.1, 1, 3, 10, -1]
        from rtt in (int[])[1, 20, 100, 300]
        from rate in (int[])[10, 100, 1000]
        from queue in (double[])[0.1, 1, 4]
        from reordering in (double[])[0, 1]
        from sack in (bool[])[true, false]
        select new LossCell(loss, rtt, rate, queue, reordering, sack);

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "SharpTcp.slnx")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("The tests do not lie in the repository (SharpTcp.slnx is in no folder above them).");
    }
}
