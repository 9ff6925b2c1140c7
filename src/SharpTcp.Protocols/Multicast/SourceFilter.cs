using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>
/// From whom packets to a group are wanted (RFC 3376 §2, §3): from these sources only (INCLUDE), or from all but these (EXCLUDE). INCLUDE of nobody is no membership at all.
/// </summary>
internal sealed class SourceFilter
{
    private readonly List<IpAddress> _sources = [];

    /// <summary>Whether the sources are those that are not wanted.</summary>
    public bool IsExclude { get; private set; }

    /// <summary>The sources, in order.</summary>
    public ReadOnlySpan<IpAddress> Sources => CollectionsMarshal.AsSpan(_sources);

    /// <summary>Whether nothing is wanted.</summary>
    public bool IsNothing => !IsExclude && _sources.Count == 0;

    /// <summary>Whether packets from a source are wanted.</summary>
    public bool Passes(IpAddress source) => Contains(source) != IsExclude;

    /// <summary>Whether a source is in the list.</summary>
    public bool Contains(IpAddress source) => _sources.Count > 0 && _sources.BinarySearch(source) >= 0;

    /// <summary>Begins anew with an empty list.</summary>
    public void Reset(bool isExclude)
    {
        IsExclude = isExclude;
        _sources.Clear();
    }

    /// <summary>Puts a source into the list; false if it is there.</summary>
    public bool Add(IpAddress source)
    {
        var index = _sources.BinarySearch(source);
        if (index >= 0)
        {
            return false;
        }

        _sources.Insert(~index, source);
        return true;
    }

    /// <summary>Takes a source out of the list; false if it is not there.</summary>
    public bool Remove(IpAddress source)
    {
        var index = _sources.BinarySearch(source);
        if (index < 0)
        {
            return false;
        }

        _sources.RemoveAt(index);
        return true;
    }

    /// <summary>Becomes the same as another.</summary>
    public void CopyFrom(SourceFilter other)
    {
        Reset(other.IsExclude);
        _sources.AddRange(other._sources);
    }
}

/// <summary>One user's membership: the filter of a socket for a group on an interface (RFC 3376 §3.1).</summary>
internal sealed class GroupSubscription(NetworkInterface link, IpAddress group)
{
    /// <summary>The most sources of one membership.</summary>
    public const int MaxSources = 64;

    public NetworkInterface Interface { get; } = link;

    public IpAddress Group { get; } = group;

    public SourceFilter Filter { get; } = new();
}
