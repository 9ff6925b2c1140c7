using System;

namespace SharpTcp.Wire;

/// <summary>One option of an IPv4 header that has a length.</summary>
public readonly ref struct IPv4Option
{
    internal IPv4Option(ReadOnlySpan<byte> octets, int pointer)
    {
        Octets = octets;
        Pointer = pointer;
    }

    /// <summary>The option with its type and length.</summary>
    public ReadOnlySpan<byte> Octets { get; }

    /// <summary>Where the option stands in the packet, counted from the start of its header.</summary>
    public int Pointer { get; }

    /// <summary>The type octet: see <see cref="IPv4OptionType"/>.</summary>
    public byte Type => Octets[0];

    /// <summary>What follows type and length.</summary>
    public ReadOnlySpan<byte> Data => Octets[2..];

    /// <summary>Whether every fragment of a datagram carries the option.</summary>
    public bool IsCopied => (Type & 0x80) != 0;
}
