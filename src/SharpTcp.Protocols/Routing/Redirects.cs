using System;
using System.Collections.Generic;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>
/// Better first hops that routers told of, each for one destination (RFC 1122 §3.2.2.2, RFC 4861 §8.3). Bounded, and none lives for ever: a router that still thinks so says it again.
/// </summary>
internal sealed class Redirects
{
    /// <summary>The most that are kept; the oldest gives way.</summary>
    public const int Capacity = 256;

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private readonly Dictionary<(int Interface, IpAddress Destination), Redirect> _all;
    private readonly RecencyList<Redirect> _byAge = new();

    public Redirects(IEntropy entropy) => _all = new Dictionary<(int, IpAddress), Redirect>(new KeyComparer(new SipHash(entropy)));

    public int Count => _all.Count;

    /// <summary>The better first hop to a destination, or null.</summary>
    public Redirect? Find(NetworkInterface link, IpAddress destination, Instant now)
    {
        if (_all.Count == 0 || !_all.TryGetValue((link.Index, destination), out var redirect))
        {
            return null;
        }

        if (now < redirect.Until)
        {
            return redirect;
        }

        Remove(redirect);
        return null;
    }

    /// <summary>A router told of a better first hop.</summary>
    public void Set(NetworkInterface link, IpAddress destination, IpAddress target, Instant now)
    {
        var key = (link.Index, destination);
        if (_all.TryGetValue(key, out var known))
        {
            Remove(known);
        }
        else if (_all.Count == Capacity)
        {
            Remove(_byAge.Oldest!);
        }

        var redirect = new Redirect(link, destination, target, now + Lifetime);
        _all.Add(key, redirect);
        _byAge.AddNewest(redirect);
    }

    /// <summary>A first hop answers no more, or is no router: nothing leads by it any more. Returns whether something did.</summary>
    public bool Drop(NetworkInterface link, IpAddress target, bool onlyAsRouter)
    {
        var found = false;
        for (var redirect = _byAge.Oldest; redirect is not null;)
        {
            var next = redirect.Newer;
            if (redirect.Interface == link && redirect.Target == target && !(onlyAsRouter && redirect.Destination == target))
            {
                Remove(redirect);
                found = true;
            }

            redirect = next;
        }

        return found;
    }

    private void Remove(Redirect redirect)
    {
        _all.Remove((redirect.Interface.Index, redirect.Destination));
        _byAge.Remove(redirect);
    }

    private sealed class KeyComparer(SipHash hash) : IEqualityComparer<(int Interface, IpAddress Destination)>
    {
        public bool Equals((int Interface, IpAddress Destination) x, (int Interface, IpAddress Destination) y) => x == y;

        public int GetHashCode((int Interface, IpAddress Destination) key)
        {
            var address = key.Destination.ToIPv6();
            return (int)hash.Compute(address.Upper, address.Lower, (ulong)key.Interface, 0, 0);
        }
    }
}

/// <summary>One of them.</summary>
internal sealed class Redirect(NetworkInterface link, IpAddress destination, IpAddress target, Instant until) : IRecencyNode<Redirect>
{
    public NetworkInterface Interface { get; } = link;

    public IpAddress Destination { get; } = destination;

    public IpAddress Target { get; } = target;

    public Instant Until { get; } = until;

    public Redirect? Newer { get; set; }

    public Redirect? Older { get; set; }
}
