using System;
using System.Globalization;
using SharpTcp.Wire;

namespace SharpTcp.Packetdrill;

/// <summary>How the stack is to be set up: the text of <c>--so_flags</c>, <c>key=value</c> separated by semicolons.</summary>
internal sealed record ShimFlags
{
    /// <summary>IPv4 address of the stack with its prefix length.</summary>
    public Prefix? IPv4 { get; private set; }

    /// <summary>IPv6 address of the stack with its prefix length.</summary>
    public Prefix? IPv6 { get; private set; }

    /// <summary>Largest packet of the link.</summary>
    public int Mtu { get; private set; } = 1500;

    /// <summary>Real time instead of virtual.</summary>
    public bool IsRealTime { get; private set; }

    /// <summary>Which part of TCP is broken on purpose, to see that the scripts notice.</summary>
    public Breakage Breakage { get; private set; }

    /// <exception cref="ArgumentException">Something is not understood.</exception>
    public static ShimFlags Parse(string text)
    {
        var flags = new ShimFlags();
        foreach (var entry in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var parts = entry.Split('=', 2);
            flags.Set(parts[0], parts.Length > 1 ? parts[1] : "");
        }

        return flags;
    }

    private void Set(string key, string value)
    {
        switch (key)
        {
            case "v4" when Prefix.TryParse(value, out var prefix):
                IPv4 = prefix;
                break;
            case "v6" when Prefix.TryParse(value, out var prefix):
                IPv6 = prefix;
                break;
            case "gw4" or "gw6":
                break; // a link of two ends needs no gateway
            case "mtu" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var mtu):
                Mtu = mtu;
                break;
            case "clock" when value is "virtual" or "real":
                IsRealTime = value == "real";
                break;
            case "break" when Enum.TryParse<Breakage>(value, ignoreCase: true, out var breakage):
                Breakage = breakage;
                break;
            default:
                throw new ArgumentException(
                    $"--so_flags: \"{key}={value}\" is not understood. Known are v4=ADDRESS/LENGTH, v6=ADDRESS/LENGTH, gw4, gw6, mtu=BYTES, clock=virtual|real, separated by semicolons.");
        }
    }
}
