using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net.Sockets;
using System.Threading.Tasks;

namespace SharpTcp.Interop.Tests;

/// <summary>Rules of the Linux router between stack and peer, by which it loses or marks packets of the test's choice. Single packets cross it, no super-segments.</summary>
internal sealed class LossyRouter(NetLab lab, AddressFamily family)
{
    // What the peer sends comes in by far0, what the stack sends by tap0.
    private const string FromPeer = "far0";
    private const string FromStack = "tap0";

    private string Program => family == AddressFamily.InterNetwork ? "iptables" : "ip6tables";

    /// <summary>Switches off what would make super-segments of packets, or be lost as one.</summary>
    public static async Task UseSinglePacketsAsync(NetLab lab)
    {
        Requirements.SkipUnlessProgram("ethtool", "ethtool");
        Requirements.SkipUnlessProgram("iptables", "iptables");
        foreach (var (space, device) in new[] { (lab.Near, "far0"), (lab.Peer, "far1") })
            (await space.RunAsync(new Command("ethtool", "-K", device, "tso", "off", "gso", "off", "gro", "off"))).MustSucceed();
    }

    /// <summary>Loses one packet of the stack among those that a match selects: the first is number 0.</summary>
    public Task LoseFromStackAsync(int number, params string[] match) => LoseAsync(FromStack, number, match);

    /// <summary>Loses one packet of the peer.</summary>
    public Task LoseFromPeerAsync(int number, params string[] match) => LoseAsync(FromPeer, number, match);

    /// <summary>Marks one packet as having met congestion (RFC 3168 §5), of the stack or of the peer.</summary>
    public Task MarkAsync(bool ofStack, int number, params string[] match) =>
        RuleAsync(["-t", "mangle", "-A", "FORWARD", "-i", ofStack ? FromStack : FromPeer, "-p", "tcp", .. match, .. Only(number), "-j", "TOS", "--set-tos", "0x03/0x03"]);

    /// <summary>How many packets the rules selected so far.</summary>
    public async Task<int> SelectedAsync()
    {
        var text = "";
        foreach (var table in (string[])["filter", "mangle"])
            text += (await RuleAsync(["-t", table, "-nvxL", "FORWARD"])).Text;
        // "pkts bytes target …" of each rule, behind two lines of headings.
        return text.Split('\n').Select(line => line.Split(' ', System.StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words.Length > 2 && words[2] is "DROP" or "TOS").Sum(words => int.Parse(words[0], CultureInfo.InvariantCulture));
    }

    private Task LoseAsync(string device, int number, IEnumerable<string> match) =>
        RuleAsync(["-A", "FORWARD", "-i", device, "-p", "tcp", .. match, .. Only(number), "-j", "DROP"]);

    // Once: every so many that the next does not come in a test.
    private static string[] Only(int number) =>
        ["-m", "statistic", "--mode", "nth", "--every", "1000000", "--packet", number.ToString(CultureInfo.InvariantCulture)];

    private async Task<CommandResult> RuleAsync(string[] arguments) => (await lab.Near.RunAsync(new Command(Program, arguments))).MustSucceed();
}
