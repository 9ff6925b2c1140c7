using System.Globalization;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>An address and a port.</summary>
/// <param name="Address">The address.</param>
/// <param name="Port">The port.</param>
/// <param name="Scope">The index of the interface that a link-local or multicast address belongs to, else 0.</param>
public readonly record struct TransportEndpoint(IpAddress Address, ushort Port, int Scope = 0)
{
    /// <summary><c>10.0.0.7:80</c> or <c>[2001:db8::7]:80</c>.</summary>
    public override string ToString() => Address.IsIPv4
        ? string.Create(CultureInfo.InvariantCulture, $"{Address}:{Port}")
        : Scope == 0
            ? string.Create(CultureInfo.InvariantCulture, $"[{Address}]:{Port}")
            : string.Create(CultureInfo.InvariantCulture, $"[{Address}%{Scope}]:{Port}");
}
