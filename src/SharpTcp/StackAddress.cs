using System.Globalization;
using SharpTcp.Protocols;
using SharpTcp.Wire;

namespace SharpTcp;

/// <summary>An address of a <see cref="NetworkStack"/>, as it was at some moment.</summary>
/// <param name="Interface">The interface that has it.</param>
/// <param name="Prefix">The address with the length of its prefix.</param>
/// <param name="Origin">Where it comes from.</param>
/// <param name="State">How far it is usable.</param>
public readonly record struct StackAddress(NetworkInterface Interface, Prefix Prefix, AddressOrigin Origin, AddressState State)
{
    /// <summary>Whether packets may come from and go to it.</summary>
    public bool IsUsable => State is AddressState.Preferred or AddressState.Deprecated or AddressState.Optimistic;

    /// <summary>For example <c>10.0.0.7/24 on tap7: Preferred</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Prefix} on {Interface.Name}: {State}");
}
