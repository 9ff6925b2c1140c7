using System;
using System.Collections.Generic;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>A gateway that answered no more.</summary>
internal sealed class DeadGateway(NetworkInterface link, IpAddress address)
{
    public NetworkInterface Interface { get; } = link;

    public IpAddress Address { get; } = address;

    /// <summary>The number of its last failure: the higher, the later.</summary>
    public int Failure { get; set; }

    /// <summary>From when on traffic that would rather go by it may ask for it once more.</summary>
    public Instant AskFrom { get; set; }
}

/// <summary>
/// The gateways that answer no more (RFC 1122 §3.3.1.4, RFC 4861 §6.3.6). Routes by them are passed over as long as there is another; and as long as there is traffic they are asked
/// once a minute whether they are back (RFC 4191 §3.2). Bounded: what comes when it is full is not kept.
/// </summary>
internal sealed class DeadGateways
{
    private const int Capacity = 64;
    private static readonly TimeSpan AskInterval = TimeSpan.FromMinutes(1); // RFC 4191 §3.2

    private readonly List<DeadGateway> _all = [];
    private int _failures;

    public DeadGateway? Find(NetworkInterface link, IpAddress address)
    {
        foreach (var gateway in _all)
        {
            if (gateway.Interface == link && gateway.Address == address)
            {
                return gateway;
            }
        }

        return null;
    }

    /// <summary>A gateway did not answer.</summary>
    public void Add(NetworkInterface link, IpAddress address, Instant now)
    {
        var gateway = Find(link, address);
        if (gateway is null)
        {
            if (_all.Count == Capacity)
            {
                return;
            }

            gateway = new DeadGateway(link, address);
            _all.Add(gateway);
        }

        gateway.Failure = ++_failures;
        gateway.AskFrom = now + AskInterval;
    }

    /// <summary>Whether it is time to ask for a gateway; then the next time is a minute away.</summary>
    public static bool MayAsk(DeadGateway gateway, Instant now)
    {
        if (now < gateway.AskFrom)
        {
            return false;
        }

        gateway.AskFrom = now + AskInterval;
        return true;
    }

    /// <summary>A gateway answered, or is none any more; false if it was not dead.</summary>
    public bool Remove(NetworkInterface link, IpAddress address) => Find(link, address) is { } gateway && _all.Remove(gateway);
}
