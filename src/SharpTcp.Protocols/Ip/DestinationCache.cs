using System.Collections.Generic;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>
/// The destination cache (RFC 4861 §5.1, RFC 1122 §3.3.1.2): bounded, the least recently used entry gives way. Transports may go on using an entry that gave way; it only
/// is no longer found.
/// </summary>
internal sealed class DestinationCache
{
    /// <summary>The most entries.</summary>
    public const int Capacity = 4096;

    private readonly Dictionary<DestinationKey, Destination> _entries;
    private readonly RecencyList<Destination> _byUse = new();

    public DestinationCache(IEntropy entropy) => _entries = new Dictionary<DestinationKey, Destination>(new KeyComparer(new SipHash(entropy)));

    public int Count => _entries.Count;

    public bool TryGet(in DestinationKey key, out Destination? entry)
    {
        if (!_entries.TryGetValue(key, out entry))
        {
            return false;
        }

        _byUse.Touch(entry);
        return true;
    }

    public void Add(Destination entry)
    {
        if (_entries.Count == Capacity)
        {
            var oldest = _byUse.Oldest!;
            _byUse.Remove(oldest);
            _entries.Remove(oldest.Key);
        }

        _entries.Add(entry.Key, entry);
        _byUse.AddNewest(entry);
    }

    /// <summary>Addresses or routes changed: every entry is stale, and found anew when it is next asked for.</summary>
    public void Invalidate()
    {
        for (var entry = _byUse.Newest; entry is not null; entry = entry.Older)
        {
            entry.IsStale = true;
        }

        _entries.Clear();
        _byUse.Clear();
    }

    /// <summary>The way to one address changed.</summary>
    public void Invalidate(IpAddress address)
    {
        for (var entry = _byUse.Newest; entry is not null;)
        {
            var next = entry.Older;
            if (entry.Address == address)
            {
                entry.IsStale = true;
                _entries.Remove(entry.Key);
                _byUse.Remove(entry);
            }

            entry = next;
        }
    }

    /// <summary>Every entry from <paramref name="source"/> to <paramref name="address"/>, newest first; the cache must not change meanwhile.</summary>
    public Destination? FindNext(Destination? after, IpAddress source, IpAddress address)
    {
        for (var entry = after is null ? _byUse.Newest : after.Older; entry is not null; entry = entry.Older)
        {
            if (entry.Source == source && entry.Address == address)
            {
                return entry;
            }
        }

        return null;
    }

    private sealed class KeyComparer(SipHash hash) : IEqualityComparer<DestinationKey>
    {
        public bool Equals(DestinationKey x, DestinationKey y) => x == y;

        public int GetHashCode(DestinationKey key)
        {
            var source = key.Source.ToIPv6();
            var address = key.Address.ToIPv6();
            return (int)hash.Compute(source.Upper, source.Lower, address.Upper, address.Lower, (ulong)key.Interface);
        }
    }
}
