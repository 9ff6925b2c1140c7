using System.Collections.Generic;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>By what a datagram finds its port; the remote half is unspecified for ports that are not connected.</summary>
internal readonly record struct UdpKey(IpAddress Local, ushort LocalPort, IpAddress Remote, ushort RemotePort);

/// <summary>The ports by their addresses: the best match is a connected one, then one with the very address, then one for any address.</summary>
internal sealed class UdpPortTable
{
    private const int RandomTries = 64;

    private readonly HostCore _host;
    private readonly KeyComparer _comparer;
    private readonly Dictionary<UdpKey, UdpPort> _byKey;
    private readonly Dictionary<ushort, UdpPort> _byPort = [];
    private int _connected;

    public UdpPortTable(HostCore host)
    {
        _host = host;
        _comparer = new KeyComparer(new SipHash(host.Entropy));
        _byKey = new Dictionary<UdpKey, UdpPort>(_comparer);
    }

    /// <summary>The first of all ports with a number, whatever their addresses.</summary>
    public UdpPort? FirstOn(ushort number) => _byPort.TryGetValue(number, out var port) ? port : null;

    /// <summary>The best match; interface 0 matches ports of every zone.</summary>
    public UdpPort? Find(in UdpKey key, int interfaceIndex)
    {
        if (_connected > 0 && First(key, interfaceIndex) is { } connected)
        {
            return connected;
        }

        if (First(new UdpKey(key.Local, key.LocalPort, default, 0), interfaceIndex) is { } specific)
        {
            return Choose(specific, key, interfaceIndex);
        }

        if (key.Local.IsIPv6)
        {
            return Choose(First(new UdpKey(default, key.LocalPort, default, 0), interfaceIndex), key, interfaceIndex);
        }

        return Choose(First(new UdpKey(IPv4Address.Unspecified, key.LocalPort, default, 0), interfaceIndex), key, interfaceIndex)
            ?? Choose(First(new UdpKey(default, key.LocalPort, default, 0), interfaceIndex, needsDualStack: true), key, interfaceIndex);
    }

    /// <summary>Of ports that share address and number by SO_REUSEPORT, the one that the addresses and ports of a datagram choose: those of one peer all go to the same.</summary>
    private UdpPort? Choose(UdpPort? first, in UdpKey key, int interfaceIndex)
    {
        if (first is not { ReusePort: true, NextSameKey: not null })
        {
            return first;
        }

        var count = 0;
        for (var port = first; port is not null; port = port.NextSameKey)
        {
            count += Shares(port, first, interfaceIndex) ? 1 : 0;
        }

        var left = (int)((uint)_comparer.GetHashCode(key) % (uint)count);
        for (var port = first; port is not null; port = port.NextSameKey)
        {
            if (Shares(port, first, interfaceIndex) && left-- == 0)
            {
                return port;
            }
        }

        return first;
    }

    private static bool Shares(UdpPort port, UdpPort first, int interfaceIndex) =>
        port.ReusePort && port.DualStack == first.DualStack && port.IsInZone(interfaceIndex);

    public void Add(UdpPort port)
    {
        var key = port.Key;
        port.NextSameKey = _byKey.TryGetValue(key, out var same) ? same : null;
        _byKey[key] = port;
        port.NextOnPort = FirstOn(key.LocalPort);
        _byPort[key.LocalPort] = port;
        _connected += port.Remote is null ? 0 : 1;
    }

    public void Remove(UdpPort port)
    {
        var key = port.Key;
        _connected -= port.Remote is null ? 0 : 1;
        if (_byKey[key] == port)
        {
            SetOrRemove(_byKey, key, port.NextSameKey);
        }
        else
        {
            var before = _byKey[key];
            while (before.NextSameKey != port)
            {
                before = before.NextSameKey!;
            }

            before.NextSameKey = port.NextSameKey;
        }

        if (_byPort[key.LocalPort] == port)
        {
            SetOrRemove(_byPort, key.LocalPort, port.NextOnPort);
        }
        else
        {
            var before = _byPort[key.LocalPort];
            while (before.NextOnPort != port)
            {
                before = before.NextOnPort!;
            }

            before.NextOnPort = port.NextOnPort;
        }

        port.NextSameKey = null;
        port.NextOnPort = null;
    }

    /// <summary>Whether a port cannot have a number because another has it on an address that both would receive on.</summary>
    public bool Conflicts(UdpPort candidate, ushort number)
    {
        for (var other = FirstOn(number); other is not null; other = other.NextOnPort)
        {
            var shared = (candidate.ReuseAddress && other.ReuseAddress) || (candidate.ReusePort && other.ReusePort);
            if (!shared && Overlap(candidate, other))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A free number, by chance (RFC 6056 §3.3.1, algorithm 1).</summary>
    public bool TryFindEphemeral(UdpPort candidate, out ushort number)
    {
        var (first, last) = _host.Options.UdpEphemeralPorts;
        var count = (uint)(last - first + 1);
        for (var i = 0; i < RandomTries; i++)
        {
            number = (ushort)(first + _host.Entropy.NextBelow(count));
            if (FirstOn(number) is null)
            {
                return true;
            }
        }

        // Crowded: from a random start, the first that is free.
        var start = _host.Entropy.NextBelow(count);
        for (uint i = 0; i < count; i++)
        {
            number = (ushort)(first + (start + i) % count);
            if (!Conflicts(candidate, number))
            {
                return true;
            }
        }

        number = 0;
        return false;
    }

    private static bool Overlap(UdpPort a, UdpPort b)
    {
        var left = a.Local;
        var right = b.Local;
        if (left.Scope != right.Scope && left.Scope != 0 && right.Scope != 0)
        {
            return false;
        }

        return left.Address == right.Address
            || (left.Address.IsUnspecified && Covers(a, right.Address))
            || (right.Address.IsUnspecified && Covers(b, left.Address));
    }

    private static bool Covers(UdpPort wildcard, IpAddress address) => wildcard.DualStack || wildcard.Local.Address.IsIPv4 == address.IsIPv4;

    private static void SetOrRemove<TKey>(Dictionary<TKey, UdpPort> table, TKey key, UdpPort? port)
        where TKey : notnull
    {
        if (port is null)
        {
            table.Remove(key);
        }
        else
        {
            table[key] = port;
        }
    }

    private UdpPort? First(in UdpKey key, int interfaceIndex, bool needsDualStack = false)
    {
        if (!_byKey.TryGetValue(key, out var port))
        {
            return null;
        }

        while (port is not null && ((needsDualStack && !port.DualStack) || !port.IsInZone(interfaceIndex)))
        {
            port = port.NextSameKey;
        }

        return port;
    }

    private sealed class KeyComparer(SipHash hash) : IEqualityComparer<UdpKey>
    {
        public bool Equals(UdpKey x, UdpKey y) => x == y;

        public int GetHashCode(UdpKey key)
        {
            var local = key.Local.ToIPv6();
            var remote = key.Remote.ToIPv6();
            return (int)hash.Compute(local.Upper, local.Lower, remote.Upper, remote.Lower, (ulong)key.LocalPort << 16 | key.RemotePort);
        }
    }
}
