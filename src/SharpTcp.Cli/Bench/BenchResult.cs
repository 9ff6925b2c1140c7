using System.Collections.Generic;
using System.Linq;
using System.Text.Json;

namespace SharpTcp.Cli;

/// <summary>The figures of one server at one piece of work.</summary>
internal sealed class BenchResult(string server, BenchWork work)
{
    private readonly List<double> _figures = [];
    private readonly List<double> _cpuPerGigabyte = [];

    public string Server { get; } = server;

    public BenchWork Work { get; } = work;

    public IReadOnlyList<double> Figures => _figures;

    public double Median => MedianOf(_figures);

    /// <summary>Seconds of the server's processor time for 10⁹ bytes, or null where no bytes are counted.</summary>
    public double? CpuPerGigabyte => _cpuPerGigabyte.Count == 0 ? null : MedianOf(_cpuPerGigabyte);

    public void Add(JsonElement report, double serverCpu)
    {
        _figures.Add(report.GetProperty(Work.Figure).GetDouble());
        if (report.TryGetProperty("bytes", out var bytes) && report.TryGetProperty("gbit_s", out _))
        {
            // The client's count leaves out its warm-up of 0.3 s; processor time does not.
            var seconds = report.GetProperty("seconds").GetDouble();
            var all = bytes.GetDouble() * (seconds + 0.3) / seconds;
            _cpuPerGigabyte.Add(serverCpu / (all / 1e9));
        }
    }

    /// <summary>The median of the ratios to another's figures, pair by pair.</summary>
    public double RatioTo(BenchResult other) => MedianOf([.. _figures.Zip(other._figures, static (mine, theirs) => mine / theirs)]);

    private static double MedianOf(List<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
