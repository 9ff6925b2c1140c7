using System;
using SharpTcp.Protocols;

namespace SharpTcp;

/// <summary>A DHCP lease of an interface of a <see cref="NetworkStack"/>, as it was at some moment.</summary>
/// <param name="Interface">The interface.</param>
/// <param name="Lease">What was leased; null if there is nothing any more.</param>
/// <param name="Expires">When it ends unless it is renewed; null for never, or if there is no lease.</param>
public readonly record struct StackLease(NetworkInterface Interface, DhcpLease? Lease, DateTimeOffset? Expires);

/// <summary>What DHCPv6 servers gave an interface of a <see cref="NetworkStack"/>, as it was at some moment.</summary>
/// <param name="Interface">The interface.</param>
/// <param name="Lease">What was leased or told; null if there is nothing any more.</param>
/// <param name="Expires">When it ends unless it is renewed; null for never, or if there is no lease.</param>
public readonly record struct StackDhcpV6Lease(NetworkInterface Interface, DhcpV6Lease? Lease, DateTimeOffset? Expires);
