using System;
using System.Collections.Generic;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>The names that a name may stand for.</summary>
public static class SearchNames
{
    /// <summary>The names to ask for, in order (RFC 1123 §6.1.4.3); none if <paramref name="text"/> is no name.</summary>
    /// <param name="text">A name; one that ends with a dot stands for itself alone.</param>
    /// <param name="domains">The search domains; those that are no names are left out.</param>
    /// <param name="dots">With so many dots a name is asked for as it is first, with fewer last.</param>
    public static IReadOnlyList<DnsName> Of(string text, IReadOnlyList<string> domains, int dots)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(domains);
        if (!DnsName.TryParse(text, out var name))
        {
            return [];
        }

        if (text.EndsWith('.'))
        {
            return [name];
        }

        List<DnsName> names = [];
        foreach (var domain in domains)
        {
            if (DnsName.TryParse(domain, out var suffix) && name.Within(suffix) is { } within)
            {
                names.Add(within);
            }
        }

        names.Insert(text.AsSpan().Count('.') >= dots ? 0 : names.Count, name);
        return names;
    }
}
