using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using SharpTcp.Links;
using SharpTcp.Protocols;
using SharpTcp.Wire;

namespace SharpTcp.Cli;

/// <summary>Turns the text of options into values, or into the sentence that says what is wrong with it.</summary>
internal static class OptionText
{
    // IFNAMSIZ of Linux is 16 with the terminating zero.
    private const int LongestDeviceName = 15;

    /// <summary>The name of a network device, by the kernel's own rule (dev_valid_name).</summary>
    public static string Device(string option, string text) =>
        text.Length is > 0 and <= LongestDeviceName && text is not ("." or "..")
            && text.All(character => char.IsAscii(character) && !char.IsWhiteSpace(character) && !char.IsControl(character) && character is not ('/' or ':' or '%'))
                ? text
                : throw new CliException($"{option} \"{text}\" is not a device name: give 1 to {LongestDeviceName} characters without spaces, \"/\", \":\" and \"%\".");

    /// <summary>A MAC address that a host may have.</summary>
    public static MacAddress Mac(string option, string text) =>
        MacAddress.TryParse(text, out var mac) && !mac.IsMulticast && mac != MacAddress.Unspecified
            ? mac
            : throw new CliException($"{option} \"{text}\" is not a MAC address of one host: give six pairs of hexadecimal digits such as 02:00:00:00:00:07.");

    /// <summary>The name of a host, without a domain (RFC 952, RFC 1123 §2.1).</summary>
    public static string HostName(string option, string text) =>
        text.Length is > 0 and <= 63 && text.All(character => char.IsAsciiLetterOrDigit(character) || character == '-') && text[0] != '-' && text[^1] != '-'
            ? text
            : throw new CliException($"{option} \"{text}\" is not a name of a host: give 1 to 63 letters, digits and hyphens, no hyphen at either end.");

    /// <summary>How IPv6 makes addresses itself.</summary>
    public static InterfaceIdentifierMode Identifiers(string option, string text) => text switch
    {
        "stable" => InterfaceIdentifierMode.Stable,
        "eui64" => InterfaceIdentifierMode.Eui64,
        "temporary" => InterfaceIdentifierMode.Temporary,
        _ => throw new CliException($"{option} \"{text}\" is not known: pass stable, eui64 or temporary."),
    };

    /// <summary>An IPv4 address with its prefix length, as a host has it.</summary>
    public static Prefix IPv4Interface(string option, string text)
    {
        if (!text.Contains('/', StringComparison.Ordinal) || !Prefix.TryParse(text, out var prefix) || !prefix.IsIPv4 || prefix.Length == 0)
            throw new CliException($"{option} \"{text}\" is not an IPv4 address with its prefix length: write it like 10.0.0.7/24.");
        var address = prefix.Address.ToIPv4();
        if (!address.IsUnicast || address.IsLoopback)
            throw new CliException($"{option} {text} is not an address that a host on a network can have: give a unicast address such as 10.0.0.7/24.");
        if (address == prefix.Broadcast || (prefix.Length < 31 && prefix.Address == prefix.Network))
            throw new CliException($"{option} {text} is the {(address == prefix.Broadcast ? "broadcast" : "network")} address of its own network: give another host number.");
        return prefix;
    }

    /// <summary>An IPv6 address with its prefix length, as a host has it.</summary>
    public static Prefix IPv6Interface(string option, string text)
    {
        if (!text.Contains('/', StringComparison.Ordinal) || !Prefix.TryParse(text, out var prefix) || !prefix.IsIPv6 || prefix.Length == 0)
            throw new CliException($"{option} \"{text}\" is not an IPv6 address with its prefix length: write it like 2001:db8::7/64.");
        var address = prefix.Address.ToIPv6();
        return address.IsUnicast && !address.IsLoopback && !address.IsIPv4Mapped
            ? prefix
            : throw new CliException($"{option} {text} is not an address that a host on a network can have: give a unicast address such as 2001:db8::7/64.");
    }

    /// <summary>A gateway in the network of one of the host's own addresses.</summary>
    public static IpAddress Gateway(string option, string text, IReadOnlyList<Prefix> own, bool isIPv4)
    {
        var family = isIPv4 ? "IPv4" : "IPv6";
        if (!IpAddress.TryParse(text, out var gateway) || gateway.IsIPv4 != isIPv4)
            throw new CliException($"{option} \"{text}\" is not an {family} address.");
        if (own.Any(prefix => prefix.Address == gateway))
            throw new CliException($"{option} {text} is this host's own address: give the router's.");
        var isLinkLocal = !isIPv4 && gateway.ToIPv6().IsLinkLocal;
        if (!isLinkLocal && !own.Any(prefix => prefix.Contains(gateway)))
            throw new CliException($"{option} {text} is in none of the networks that --ip{(isIPv4 ? 4 : 6)} gives this host, so it cannot be reached.");
        return gateway;
    }

    /// <summary>The largest IP packet of the link.</summary>
    public static int Mtu(string option, string text, bool hasIPv6)
    {
        const int SmallestIPv4 = 68; // RFC 791 §3.2
        const int SmallestIPv6 = 1280; // RFC 8200 §5
        const int LargestTap = 65_521; // what the kernel lets an Ethernet TAP have
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var mtu) || mtu is < SmallestIPv4 or > LargestTap)
            throw new CliException($"{option} \"{text}\" is not an MTU in bytes: give a number from {SmallestIPv4} to {LargestTap}.");
        return hasIPv6 && mtu < SmallestIPv6
            ? throw new CliException($"{option} {mtu} is too small for IPv6, which needs at least {SmallestIPv6}.")
            : mtu;
    }

    /// <summary>What is to happen to frames.</summary>
    public static FaultOptions Faults(string option, string text)
    {
        try
        {
            return FaultOptions.Parse(text);
        }
        catch (FormatException exception)
        {
            throw new CliException($"{option} \"{text}\" cannot be read: {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
    }

    /// <summary>Names in a list with commas.</summary>
    public static Services Services(string option, IReadOnlyList<string> lists)
    {
        var services = Cli.Services.None;
        foreach (var name in lists.SelectMany(list => list.Split(',')))
        {
            services |= name switch
            {
                "echo" => Cli.Services.Echo,
                "discard" => Cli.Services.Discard,
                "daytime" => Cli.Services.Daytime,
                "chargen" => Cli.Services.Chargen,
                _ => throw new CliException($"{option} \"{name}\" is not a service: choose from echo, discard, daytime and chargen, with commas between them."),
            };
        }
        return services;
    }
}
