namespace SharpTcp.Wire;

/// <summary>The rules that all Neighbor Discovery messages share (RFC 4861 §6.1, §7.1, §8.1).</summary>
internal static class NdMessage
{
    /// <summary>Only a neighbour's packet arrives with it.</summary>
    public const byte HopLimit = 255;

    /// <summary>Proves type, code, hop limit, length and options. The checksum was proved with the ICMPv6 message.</summary>
    public static bool TryParse(scoped in Icmpv6View message, scoped in IPv6Envelope envelope, Icmpv6Type type, int length, out NdOptions options)
    {
        options = default;
        return message.Type == type
            && message.Code == 0
            && envelope.HopLimit == HopLimit
            && !envelope.HasFragment // RFC 6980 §5
            && message.Message.Length >= length
            && NdOptions.TryParse(message.Message[length..], out options);
    }
}
