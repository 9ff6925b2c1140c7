using System;
using System.Buffers.Binary;

namespace SharpTcp.Wire;

/// <summary>A prefix that a router advertises (RFC 4861 §4.6.2).</summary>
/// <param name="Prefix">The prefix; bits behind its length are cleared.</param>
/// <param name="OnLink">Its addresses are reached directly.</param>
/// <param name="Autonomous">Hosts make addresses from it (RFC 4862).</param>
/// <param name="ValidLifetime">Seconds; 0xFFFFFFFF is forever.</param>
/// <param name="PreferredLifetime">Seconds; 0xFFFFFFFF is forever.</param>
public readonly record struct PrefixInformation(Prefix Prefix, bool OnLink, bool Autonomous, uint ValidLifetime, uint PreferredLifetime)
    : INdOption<PrefixInformation>
{
    internal const int OptionLength = 32;
    internal const byte OnLinkFlag = 0x80;
    internal const byte AutonomousFlag = 0x40;

    /// <inheritdoc/>
    public static bool TryParse(NdOption option, out PrefixInformation value)
    {
        value = default;
        var bytes = option.Bytes;
        if (option.Type != NdOptionType.PrefixInformation || bytes.Length != OptionLength || bytes[2] > 128)
            return false;
        value = new PrefixInformation(
            new Prefix(new IPv6Address(bytes[16..32]), bytes[2]).ToNetwork(), (bytes[3] & OnLinkFlag) != 0, (bytes[3] & AutonomousFlag) != 0,
            BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]), BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]));
        return true;
    }
}

/// <summary>How a router ranks among others (RFC 4191 §2.1).</summary>
public enum RouterPreference : sbyte
{
    /// <summary>Low.</summary>
    Low = -1,

    /// <summary>Medium: what a router without the field has.</summary>
    Medium = 0,

    /// <summary>High.</summary>
    High = 1,
}

/// <summary>A route that a router advertises (RFC 4191 §2.3).</summary>
/// <param name="Prefix">Where it leads; bits behind its length are cleared.</param>
/// <param name="Preference">How it ranks among equals.</param>
/// <param name="Lifetime">Seconds; 0xFFFFFFFF is forever, 0 withdraws it.</param>
public readonly record struct RouteInformation(Prefix Prefix, RouterPreference Preference, uint Lifetime) : INdOption<RouteInformation>
{
    /// <inheritdoc/>
    public static bool TryParse(NdOption option, out RouteInformation value)
    {
        value = default;
        var bytes = option.Bytes;
        if (option.Type != NdOptionType.RouteInformation || bytes.Length > 24)
            return false;
        int length = bytes[2], present = bytes.Length - 8;
        // RFC 4191 §2.3: a prefix of more than 64 bits needs 16 bytes, one of more than 0 needs 8. A reserved preference: ignore the option.
        if (length > 128 || (length + 63) / 64 * 8 > present || !TryPreference(bytes[3], out var preference))
            return false;
        Span<byte> address = stackalloc byte[IPv6Address.Length];
        address.Clear();
        bytes.Slice(8, present).CopyTo(address);
        value = new RouteInformation(
            new Prefix(new IPv6Address(address), length).ToNetwork(), preference, BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]));
        return true;
    }

    /// <summary>Reads the two bits of a preference; false if they are the reserved value.</summary>
    internal static bool TryPreference(byte flags, out RouterPreference preference)
    {
        preference = (flags & 0x18) switch { 0x08 => RouterPreference.High, 0x18 => RouterPreference.Low, _ => RouterPreference.Medium };
        return (flags & 0x18) != 0x10;
    }
}
