using System;

namespace SharpTcp.Protocols;

/// <summary>How names are resolved.</summary>
public sealed record ResolverOptions
{
    /// <summary>How long a server has to answer before the next is asked. Default: 3 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How often the list of servers is gone through. Default: 2.</summary>
    public int Attempts { get; init; } = 2;

    /// <summary>A name with so many dots is asked for as it is before it is looked for in the search domains. Default: 1.</summary>
    public int Dots { get; init; } = 1;

    /// <summary>Most answers that are remembered; the least used go first. Default: 512.</summary>
    public int CacheEntries { get; init; } = 512;

    /// <summary>The longest that an answer is remembered, whatever it says. Default: 1 day.</summary>
    public TimeSpan LongestTime { get; init; } = TimeSpan.FromDays(1);

    /// <summary>The longest that the lack of a name is remembered, whatever the answer says (RFC 2308 §5). Default: 15 minutes.</summary>
    public TimeSpan LongestNegativeTime { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>The longest answer, in bytes, that servers may send in a datagram (RFC 6891 §6.2.5): one that no path cuts. Default: 1,232.</summary>
    public int PayloadSize { get; init; } = 1232;
}
