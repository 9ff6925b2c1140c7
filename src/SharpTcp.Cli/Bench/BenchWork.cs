using System.Collections.Generic;
using System.Globalization;

namespace SharpTcp.Cli;

/// <summary>One thing that is measured: what the client does, and which figure of its report counts.</summary>
/// <param name="Name">As the user names it.</param>
/// <param name="Title">As the table names it.</param>
/// <param name="Mode">The client's mode.</param>
/// <param name="Port">The service.</param>
/// <param name="Arguments">What follows host and port on the client's command line.</param>
/// <param name="Figure">The member of the client's report.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="MoreIsBetter">Whether a larger figure is better.</param>
/// <param name="OneCpu">Whether client and server share one processor: a halted one takes longer to wake than any stack takes to answer.</param>
internal sealed record BenchWork(
    string Name, string Title, string Mode, int Port, string Arguments, string Figure, string Unit, bool MoreIsBetter, bool OneCpu = false)
{
    public static IReadOnlyList<BenchWork> All(double seconds)
    {
        var time = seconds.ToString(CultureInfo.InvariantCulture);
        return
        [
            new("in1", "bulk in, 1 stream", "sink", 9, time, "gbit_s", "Gbit/s", true),
            new("out1", "bulk out, 1 stream", "source", 19, time, "gbit_s", "Gbit/s", true),
            new("in8", "bulk in, 8 streams", "sink", 9, time + " 8", "gbit_s", "Gbit/s", true),
            new("out8", "bulk out, 8 streams", "source", 19, time + " 8", "gbit_s", "Gbit/s", true),
            new("echo", "round trip of 1 byte, one CPU, p50", "echo", 7, "20000 1", "p50_us", "µs", false, true),
            new("connect", "connect, 1 byte, close, one CPU", "connect", 7, "5000", "connects_s", "/s", true, true),
            new("udp", "UDP echo, 64 bytes", "udp", 7, "200000 64 64", "pps", "/s", true),
        ];
    }
}
