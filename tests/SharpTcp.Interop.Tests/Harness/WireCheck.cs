using System;
using System.Linq;
using System.Threading.Tasks;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Interop.Tests;

/// <summary>
/// Another program's opinion of what left: every captured frame of ours is dissected by <c>tshark</c> with checksum validation switched on. None may be malformed, have a
/// bad checksum or draw an expert error.
/// </summary>
internal static class WireCheck
{
    private const int MostShown = 3;

    // Payloads are random bytes: what else they look like is not our matter.
    private static readonly string[] Dissection =
    [
        "-n",
        "-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE",
        "-d", "tcp.port==1-65535,data", "-d", "udp.port==1-65535,data",
    ];

    private const string Complaints =
        "_ws.malformed || _ws.unreassembled || _ws.expert.severity == error || ip.checksum.status == 0 || tcp.checksum.status == 0 || udp.checksum.status == 0 "
        + "|| icmp.checksum.status == 0 || icmpv6.checksum.status == 0 || igmp.checksum.status == 0";

    /// <summary>Dissects the frames of a capture that a station sent; fails with the first that draw a complaint.</summary>
    /// <param name="path">A pcapng file.</param>
    /// <param name="sender">The station.</param>
    /// <param name="limit">How long it may take.</param>
    public static async Task AssertCleanAsync(string path, MacAddress sender, TimeSpan limit)
    {
        Requirements.SkipUnlessProgram("tshark", "tshark");
        var filter = $"eth.src == {sender} && ({Complaints})";
        var result = await RunAsync(limit, "-r", path, "-Y", filter, "-T", "fields", "-e", "frame.number", "-e", "_ws.expert.message");
        var lines = result.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length == 0)
            return;
        var details = "";
        foreach (var line in lines.Take(MostShown))
            details += (await RunAsync(limit, "-r", path, "-Y", $"frame.number == {line.Split('\t')[0]}", "-V", "-x")).Text + "\n";
        Assert.Fail($"tshark complains of {lines.Length} frame(s) that left; the first:\n{details}");
    }

    private static async Task<CommandResult> RunAsync(TimeSpan limit, params string[] arguments) =>
        (await new Command("tshark", [.. Dissection, .. arguments]) { Limit = limit }.RunAsync(null)).MustSucceed();
}
