using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>How the host makes the lower half of the IPv6 addresses that it makes itself.</summary>
public enum InterfaceIdentifierMode : byte
{
    /// <summary>Opaque, and the same whenever the host comes to the same network with the same secret (RFC 7217, RFC 8064).</summary>
    Stable,

    /// <summary>From the MAC address (RFC 4291 appendix A).</summary>
    Eui64,

    /// <summary>As <see cref="Stable"/>, and beside each such address a random one that is used for a day and preferred for what the host begins itself (RFC 8981).</summary>
    Temporary,
}

/// <summary>Makes interface identifiers.</summary>
internal static class InterfaceIdentifier
{
    /// <summary>The most times that an identifier is made anew after the address turned out to be another's (RFC 7217 §6, IDGEN_RETRIES).</summary>
    public const int Retries = 3;

    /// <summary>The address of an interface in a network of 64 bits.</summary>
    public static IPv6Address Make(in SipHash secret, NetworkInterface link, IPv6Address network, int duplicates)
    {
        if (link.Options.IdentifierMode == InterfaceIdentifierMode.Eui64)
        {
            return network.WithInterfaceIdentifier(link.HardwareAddress);
        }

        for (var counter = (ulong)duplicates; ; counter += 1UL << 32)
        {
            // RFC 7217 §5: F(prefix, interface, network id, counter, secret)
            var address = new IPv6Address(network.Upper, secret.Compute(network.Upper, link.HardwareAddress.Value, 0, counter, 0x7217));
            if (!IsReserved(address.Lower))
            {
                return address;
            }
        }
    }

    /// <summary>Identifiers that stand for something else (RFC 5453): routers' anycast, Ethernet of IANA, subnet anycast.</summary>
    public static bool IsReserved(ulong identifier) =>
        identifier == 0 || identifier >> 24 == 0x0200_5EFF_FE || identifier is >= 0xFDFF_FFFF_FFFF_FF80 and <= 0xFDFF_FFFF_FFFF_FFFF;
}
