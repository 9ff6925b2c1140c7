using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using SharpTcp.Wire;

namespace SharpTcp.Cli;

/// <summary>The command <c>up</c>: its options as text, and their values.</summary>
internal sealed class UpCommand : Command
{
    public const string ServeOption = "--serve";

    private readonly Option<string> _tap = Text("--tap", "NAME", "The TAP device: made if it is not there and that is allowed, else attached to.");
    private readonly Option<string> _mac = Text("--mac", "MAC", "Our MAC address; if left out one of our own, as far as possible that of the last time.");
    private readonly Option<string[]> _ip4 = Texts("--ip4", "ADDRESS/LENGTH[,gw=ADDRESS]", "An IPv4 address with its prefix length, and a router for what comes from it alone; may be given several times. Without one DHCP servers are asked.");
    private readonly Option<string> _gateway4 = Text("--gateway4", "ADDRESS", "The IPv4 default router.");
    private readonly Option<string[]> _ip6 = Texts("--ip6", "ADDRESS/LENGTH[,gw=ADDRESS]", "An IPv6 address with its prefix length, and a router for what comes from it alone; may be given several times.");
    private readonly Option<string> _gateway6 = Text("--gateway6", "ADDRESS", "The IPv6 default router.");
    private readonly Option<string> _mtu = Text("--mtu", "BYTES", "The largest IP packet; the device's own MTU if left out.");
    private readonly Option<bool> _noDad = new("--no-dad") { Description = "Uses IPv6 addresses at once, without asking whether another host has them." };
    private readonly Option<bool> _noAcd = new("--no-acd") { Description = "Uses IPv4 addresses at once, without asking for some seconds whether another host has them." };
    private readonly Option<bool> _noIp4 = new("--no-ip4") { Description = "Leaves IPv4 off." };
    private readonly Option<bool> _ip4ll = new("--ip4ll") { Description = "Takes an IPv4 link-local address while no DHCP server answers." };
    private readonly Option<string> _hostName = Text("--hostname", "NAME", "The name that DHCP servers are told.");
    private readonly Option<string> _leaseFile = Text("--lease-file", "FILE", "Keeps MAC and DHCP lease for the next run; in $XDG_STATE_HOME/sharptcp if left out.");
    private readonly Option<bool> _keepLease = new("--keep-lease") { Description = "Does not give the DHCP lease back at the end, but comes back to it next time." };
    private readonly Option<bool> _noIp6 = new("--no-ip6") { Description = "Leaves IPv6 off." };
    private readonly Option<string> _ip6Id = Text("--ip6-id", "KIND", "How addresses that IPv6 makes itself end: stable (opaque, the default), eui64 (of the MAC address) or temporary (stable ones, and beside them random ones for a day).");
    private readonly Option<string[]> _serve = Texts(ServeOption, "LIST", "Services to offer: echo,discard,daytime,chargen.");
    private readonly Option<string> _capture = Text("--capture", "FILE.pcapng", "Writes every frame to a file that Wireshark reads.");
    private readonly Option<string> _fault = Text("--fault", "LIST", "Harms frames on purpose: loss=1%,delay=20ms,jitter=5ms,reorder=2%,dup=1%,corrupt=1%,rate=100mbit.");
    private readonly Option<bool> _verbose;


    public UpCommand(Option<bool> verbose, Func<IReadOnlyList<UpOptions>, CancellationToken, Task<int>> run)
        : base("up", "Runs a host on TAP devices in the current network namespace until SIGINT or SIGTERM. Each --tap begins a device, and what follows belongs to it.")
    {
        _verbose = verbose;
        _tap.Required = true;
        foreach (var option in new Option[] { _tap, _mac, _ip4, _gateway4, _ip6, _gateway6, _mtu, _noDad, _noAcd, _noIp4, _ip4ll, _hostName, _leaseFile, _keepLease, _noIp6, _ip6Id, _serve, _capture, _fault, _verbose })
            Options.Add(option);
        SetAction((parsed, cancellation) => run(Together(parsed), cancellation));
    }

    /// <summary>The values of further devices, behind the one whose words the command is run with.</summary>
    public IReadOnlyList<UpOptions> Others { get; set; } = [];

    /// <summary>Cuts the words behind <c>up</c> where another device begins; what comes before the first belongs to it too.</summary>
    public static IReadOnlyList<string[]> Split(ReadOnlySpan<string> words)
    {
        List<string[]> groups = [];
        var start = 0;
        var isFirst = true;
        for (var i = 0; i < words.Length; i++)
        {
            if (words[i] != "--tap" && !words[i].StartsWith("--tap=", StringComparison.Ordinal) && !words[i].StartsWith("--tap:", StringComparison.Ordinal))
                continue;
            if (!isFirst)
            {
                groups.Add(words[start..i].ToArray());
                start = i;
            }
            isFirst = false;
        }
        groups.Add(words[start..].ToArray());
        return groups;
    }

    /// <summary>Turns the words of one device into values.</summary>
    /// <exception cref="CliException">One of them is wrong.</exception>
    public UpOptions Read(ParseResult parsed)
    {
        Dictionary<IpAddress, IpAddress> gateways = [];
        var ip4 = parsed.GetValue(_ip4)!.Select(text => WithGateway("--ip4", text, OptionText.IPv4Interface, gateways)).ToArray();
        var ip6 = parsed.GetValue(_ip6)!.Select(text => WithGateway("--ip6", text, OptionText.IPv6Interface, gateways)).ToArray();
        if (ip6.Length > 0 && parsed.GetValue(_noIp6))
            throw new CliException("--ip6 and --no-ip6 exclude each other: leave one out.");
        foreach (var (option, name) in new[] { (_noIp4, "--no-ip4"), (_ip4ll, "--ip4ll") })
        {
            if (ip4.Length > 0 && parsed.GetValue(option))
                throw new CliException($"--ip4 and {name} exclude each other: leave one out.");
        }
        if (parsed.GetValue(_noIp4) && parsed.GetValue(_ip4ll))
            throw new CliException("--no-ip4 and --ip4ll exclude each other: leave one out.");
        return new UpOptions
        {
            Tap = OptionText.Device("--tap", parsed.GetValue(_tap)!),
            Mac = parsed.GetValue(_mac) is { } mac ? OptionText.Mac("--mac", mac) : null,
            IPv4 = ip4,
            OwnGateways = gateways,
            GatewayV4 = parsed.GetValue(_gateway4) is { } gateway4 ? OptionText.Gateway("--gateway4", gateway4, ip4, isIPv4: true) : null,
            IPv6 = ip6,
            GatewayV6 = parsed.GetValue(_gateway6) is { } gateway6 ? OptionText.Gateway("--gateway6", gateway6, ip6, isIPv4: false) : null,
            Mtu = parsed.GetValue(_mtu) is { } mtu ? OptionText.Mtu("--mtu", mtu, hasIPv6: ip6.Length > 0) : null,
            NoDad = parsed.GetValue(_noDad),
            NoConflictDetection = parsed.GetValue(_noAcd),
            NoIPv4 = parsed.GetValue(_noIp4),
            IPv4LinkLocal = parsed.GetValue(_ip4ll),
            HostName = parsed.GetValue(_hostName) is { } hostName ? OptionText.HostName("--hostname", hostName) : null,
            LeaseFile = parsed.GetValue(_leaseFile),
            KeepLease = parsed.GetValue(_keepLease),
            NoIPv6 = parsed.GetValue(_noIp6),
            Identifiers = parsed.GetValue(_ip6Id) is { } kind ? OptionText.Identifiers("--ip6-id", kind) : default,
            Services = OptionText.Services("--serve", parsed.GetValue(_serve)!),
            Capture = parsed.GetValue(_capture),
            Fault = parsed.GetValue(_fault) is { } fault ? OptionText.Faults("--fault", fault) : null,
            Verbose = parsed.GetValue(_verbose),
        };
    }

    /// <summary>An address, perhaps with a router of its own behind it.</summary>
    private static Prefix WithGateway(string option, string text, Func<string, string, Prefix> read, Dictionary<IpAddress, IpAddress> gateways)
    {
        const string Mark = ",gw=";
        var at = text.IndexOf(Mark, StringComparison.Ordinal);
        var prefix = read(option, at < 0 ? text : text[..at]);
        if (at >= 0)
            gateways[prefix.Address] = OptionText.Gateway($"{option} {text[..at]}{Mark}", text[(at + Mark.Length)..], [prefix], prefix.IsIPv4);
        return prefix;
    }

    /// <summary>All devices of the host: no two may be the same, or have the same address.</summary>
    private UpOptions[] Together(ParseResult parsed)
    {
        UpOptions[] devices = [Read(parsed), .. Others];
        if (devices.GroupBy(device => device.Tap).FirstOrDefault(group => group.Skip(1).Any()) is { } tap)
            throw new CliException($"--tap {tap.Key} is given twice.");
        if (devices.SelectMany(device => device.IPv4.Concat(device.IPv6)).GroupBy(prefix => prefix.Address).FirstOrDefault(group => group.Skip(1).Any()) is { } address)
            throw new CliException($"The address {address.Key} is given twice.");
        return devices;
    }

    private static Option<string> Text(string name, string value, string description) => new(name) { HelpName = value, Description = description };

    private static Option<string[]> Texts(string name, string value, string description) =>
        new(name) { HelpName = value, Description = description, Arity = ArgumentArity.OneOrMore, DefaultValueFactory = _ => [] };
}
