using System;
using System.Collections.Generic;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>What came of a question.</summary>
public enum DnsOutcome : byte
{
    /// <summary>There are records.</summary>
    Found,

    /// <summary>There is the name, but no record of the type.</summary>
    NoData,

    /// <summary>There is no such name.</summary>
    NoName,

    /// <summary>No server answered, or none could.</summary>
    Failed,
}

/// <summary>An answer, from a server or remembered.</summary>
/// <param name="Outcome">What came of the question.</param>
/// <param name="Addresses">The addresses, in the server's order.</param>
/// <param name="Names">The names, where those of an address were asked for.</param>
/// <param name="CanonicalName">The name that the addresses are those of.</param>
/// <param name="TimeToLive">How long it may be remembered.</param>
public sealed record DnsAnswer(
    DnsOutcome Outcome, IReadOnlyList<IpAddress> Addresses, IReadOnlyList<DnsName> Names, DnsName? CanonicalName, TimeSpan TimeToLive)
{
    /// <summary>Nobody answered.</summary>
    public static DnsAnswer Failure { get; } = Nothing(DnsOutcome.Failed, TimeSpan.Zero);

    internal static DnsAnswer Nothing(DnsOutcome outcome, TimeSpan timeToLive) => new(outcome, [], [], null, timeToLive);
}
