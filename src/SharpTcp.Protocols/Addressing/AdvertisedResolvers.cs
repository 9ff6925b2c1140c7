using System;
using System.Collections.Generic;
using System.Text;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>DNS servers and search domains that routers advertise, as long as they hold (RFC 8106 §5.3.1, §6.1).</summary>
internal sealed class AdvertisedResolvers
{
    /// <summary>The most servers, and the most domains.</summary>
    public const int Capacity = 8;

    private readonly List<(IPv6Address Value, Instant Until)> _servers = [];
    private readonly List<(string Value, Instant Until)> _domains = [];

    /// <summary>The servers, in the order in which they came.</summary>
    public IReadOnlyList<(IPv6Address Value, Instant Until)> Servers => _servers;

    /// <summary>The search domains.</summary>
    public IReadOnlyList<(string Value, Instant Until)> Domains => _domains;

    public Instant NextExpiry => Instant.Min(Next(_servers), Next(_domains));

    public void OnServers(RecursiveDnsServers servers, Instant now)
    {
        for (var i = 0; i < servers.Count; i++)
        {
            if (servers[i].IsUnicast)
            {
                Set(_servers, servers[i], RouterDiscovery.Until(servers.Lifetime, now), now);
            }
        }
    }

    public void OnDomains(DnsSearchList list, Instant now)
    {
        var rest = list.Names;
        while (DnsSearchList.TryTakeName(ref rest, out var name))
        {
            if (ToText(name) is { } text)
            {
                Set(_domains, text, RouterDiscovery.Until(list.Lifetime, now), now);
            }
        }
    }

    public void Expire(Instant now)
    {
        _servers.RemoveAll(entry => entry.Until <= now);
        _domains.RemoveAll(entry => entry.Until <= now);
    }

    private static Instant Next<T>(List<(T Value, Instant Until)> list)
    {
        var next = Instant.Never;
        foreach (var (_, until) in list)
        {
            next = Instant.Min(next, until);
        }

        return next;
    }

    private static void Set<T>(List<(T Value, Instant Until)> list, T value, Instant until, Instant now)
        where T : IEquatable<T>
    {
        var index = list.FindIndex(entry => entry.Value.Equals(value));
        if (until <= now)
        {
            if (index >= 0)
            {
                list.RemoveAt(index);
            }
        }
        else if (index >= 0)
        {
            list[index] = (value, until);
        }
        else if (list.Count < Capacity)
        {
            list.Add((value, until));
        }
    }

    /// <summary>A name with dots; null if it has bytes that no host name has.</summary>
    internal static string? ToText(ReadOnlySpan<byte> name)
    {
        var text = new StringBuilder(name.Length);
        while (!name.IsEmpty && name[0] != 0)
        {
            var label = name.Slice(1, name[0]);
            name = name[(1 + label.Length)..];
            foreach (var letter in label)
            {
                if (!char.IsAsciiLetterOrDigit((char)letter) && letter is not ((byte)'-' or (byte)'_'))
                {
                    return null;
                }

                text.Append((char)letter);
            }

            text.Append(name.IsEmpty || name[0] == 0 ? "" : ".");
        }

        return text.ToString();
    }
}
