using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>How far addresses reach, in the numbers of the scope field of a multicast address (RFC 6724 §3.1, §3.2).</summary>
internal static class AddressScope
{
    public static int Of(IpAddress address)
    {
        if (address.IsIPv6 && address.IsMulticast)
        {
            return (int)address.ToIPv6().MulticastScope;
        }

        return address.IsLinkLocal || address.IsLoopback ? (int)IPv6MulticastScope.LinkLocal
            : address.IsIPv6 && address.ToIPv6().IsSiteLocal ? (int)IPv6MulticastScope.SiteLocal
            : (int)IPv6MulticastScope.Global;
    }
}
