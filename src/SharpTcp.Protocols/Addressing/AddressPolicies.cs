using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>One line of the policy table of RFC 6724 §2.1.</summary>
/// <param name="Network">The network; IPv4 addresses are in <c>::ffff:0:0/96</c>.</param>
/// <param name="Length">The length of its prefix, 0 to 128.</param>
/// <param name="Precedence">Destinations of higher precedence come first.</param>
/// <param name="Label">Source and destination of the same label go together.</param>
public readonly record struct AddressPolicy(IPv6Address Network, int Length, int Precedence, int Label);

/// <summary>The policy table of RFC 6724 §2.1: what kinds of addresses go together, and which are preferred.</summary>
public sealed class AddressPolicies
{
    private readonly AddressPolicy[] _policies;

    /// <summary>Makes a table of one's own (RFC 6724 §2.1: it is to be configurable).</summary>
    /// <exception cref="ArgumentException">A length is not from 0 to 128, or there is no line for <c>::/0</c>.</exception>
    public AddressPolicies(params ReadOnlySpan<AddressPolicy> policies)
    {
        _policies = policies.ToArray();
        Array.Sort(_policies, static (left, right) => right.Length.CompareTo(left.Length));
        foreach (var policy in _policies)
        {
            if (policy.Length is < 0 or > 128)
            {
                throw new ArgumentException($"The policy for {policy.Network} has the length {policy.Length}: it must be from 0 to 128.", nameof(policies));
            }
        }

        if (_policies.Length == 0 || _policies[^1].Length != 0)
        {
            throw new ArgumentException("There is no policy for ::/0, which every other address falls under: add one.", nameof(policies));
        }
    }

    /// <summary>The table of RFC 6724 §2.1.</summary>
    public static AddressPolicies Default { get; } = new(
    [
        new(IPv6Address.Loopback, 128, 50, 0),
        new(IPv6Address.Unspecified, 0, 40, 1),
        new(new IPv6Address(0, 0xFFFF_0000_0000), 96, 35, 4),
        new(new IPv6Address(0x2002_0000_0000_0000, 0), 16, 30, 2),
        new(new IPv6Address(0x2001_0000_0000_0000, 0), 32, 5, 5),
        new(new IPv6Address(0xFC00_0000_0000_0000, 0), 7, 3, 13),
        new(IPv6Address.Unspecified, 96, 1, 3),
        new(new IPv6Address(0xFEC0_0000_0000_0000, 0), 10, 1, 11),
        new(new IPv6Address(0x3FFE_0000_0000_0000, 0), 16, 1, 12),
    ]);

    /// <summary>The line for an address: the one with the longest prefix that matches.</summary>
    public AddressPolicy Find(IpAddress address)
    {
        foreach (var policy in _policies)
        {
            if (CommonLength(policy.Network, address.ToIPv6()) >= policy.Length)
            {
                return policy;
            }
        }

        return default; // not reached: the last one is for all
    }

    internal static int CommonLength(IPv6Address left, IPv6Address right) => (int)UInt128.LeadingZeroCount(left.Value ^ right.Value);
}
