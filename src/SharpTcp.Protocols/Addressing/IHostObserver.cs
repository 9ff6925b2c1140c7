namespace SharpTcp.Protocols;

/// <summary>Who is told of what happens to a host. Called while the host is being driven: it takes note and returns; it never calls back.</summary>
public interface IHostObserver
{
    /// <summary>The state of an address changed: it is usable now, it turned out to be another station's, or it is gone.</summary>
    void OnAddressChanged(InterfaceAddress address);

    /// <summary>Another station uses an address of ours (RFC 5227 §2.4).</summary>
    void OnAddressConflict(InterfaceAddress address, Wire.MacAddress other);

    /// <summary>A DHCP server leased an address or went on with it, and what came with it is in effect; or, without a lease, it is over.</summary>
    void OnLeaseChanged(NetworkInterface link, DhcpLease? lease, Instant expires);

    /// <summary>The first try of an interface to get an address of DHCP servers is over, with or without success.</summary>
    void OnConfigurationSettled(NetworkInterface link);

    /// <summary>A DHCPv6 server leased an address, went on with it or told the rest of the configuration; or, without a lease, it is over.</summary>
    void OnDhcpV6LeaseChanged(NetworkInterface link, DhcpV6Lease? lease, Instant expires)
    {
    }

    /// <summary>A route came or went.</summary>
    void OnRouteChanged(Route route, bool isThere);
}
