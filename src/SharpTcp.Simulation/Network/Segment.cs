using System;

namespace SharpTcp.Simulation;

/// <summary>One link, or several that switches join: its hosts have addresses of the same prefixes.</summary>
internal sealed class Segment(int number)
{
    private const int MaximumHosts = 254;

    private int _hosts;

    /// <summary>Draws the addresses of one more host.</summary>
    public (string IPv4, string IPv6) NextAddresses()
    {
        if (_hosts == MaximumHosts)
        {
            throw new InvalidOperationException($"A segment takes {MaximumHosts} hosts and no more: connect this one to another switch.");
        }

        _hosts++;
        return (
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"10.0.{number}.{_hosts}/24"),
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"2001:db8:0:{number:x}::{_hosts:x}/64"));
    }
}
