using System;
using System.Collections.Generic;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>Answers that are remembered as long as they say, good ones and bad ones (RFC 2308 §5), within a bound.</summary>
public sealed class DnsCache(ResolverOptions options)
{
    private readonly Dictionary<(DnsName Name, DnsType Type), Entry> _entries = [];
    private readonly RecencyList<Entry> _order = new();

    /// <summary>Answers that are remembered, also those whose time is over and that nobody has asked for since.</summary>
    public int Count => _order.Count;

    /// <summary>Remembers an answer.</summary>
    public void Add(DnsName name, DnsType type, DnsAnswer answer, Instant now)
    {
        ArgumentNullException.ThrowIfNull(answer);
        var longest = answer.Outcome == DnsOutcome.Found ? options.LongestTime : options.LongestNegativeTime;
        var time = answer.TimeToLive < longest ? answer.TimeToLive : longest;
        if (answer.Outcome == DnsOutcome.Failed || time <= TimeSpan.Zero || options.CacheEntries <= 0)
        {
            return;
        }

        // RFC 2308 §5: a name that does not exist has no records of any type.
        var key = (name, answer.Outcome == DnsOutcome.NoName ? DnsType.None : type);
        Forget(key);
        if (_order.Count >= options.CacheEntries)
        {
            Forget(_order.Oldest!.Key);
        }

        var entry = new Entry(key, answer, now + time);
        _entries.Add(key, entry);
        _order.AddNewest(entry);
    }

    /// <summary>The answer that is remembered, if there is one whose time is not over.</summary>
    public DnsAnswer? Find(DnsName name, DnsType type, Instant now) => Find((name, type), now) ?? Find((name, DnsType.None), now);

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        _entries.Clear();
        _order.Clear();
    }

    private DnsAnswer? Find((DnsName Name, DnsType Type) key, Instant now)
    {
        if (!_entries.TryGetValue(key, out var entry))
        {
            return null;
        }

        if (entry.Until <= now)
        {
            Forget(key);
            return null;
        }

        _order.Touch(entry);
        return entry.Answer;
    }

    private void Forget((DnsName Name, DnsType Type) key)
    {
        if (_entries.Remove(key, out var entry))
        {
            _order.Remove(entry);
        }
    }

    private sealed class Entry((DnsName Name, DnsType Type) key, DnsAnswer answer, Instant until) : IRecencyNode<Entry>
    {
        public (DnsName Name, DnsType Type) Key { get; } = key;

        public DnsAnswer Answer { get; } = answer;

        public Instant Until { get; } = until;

        public Entry? Newer { get; set; }

        public Entry? Older { get; set; }
    }
}
