using System;

namespace SharpTcp.Wire;

/// <summary>
/// Goes over the options of an IPv4 header once (RFC 791 §3.1, RFC 1122 §3.2.1.8): <c>while (options.MoveNext()) … options.Current …</c>, then ask <see cref="IsMalformed"/>.
/// </summary>
public ref struct IPv4Options
{
    private readonly ReadOnlySpan<byte> _options;
    private int _next;

    /// <summary>Begins before the first option.</summary>
    /// <param name="options">The option area, as <see cref="IPv4View.Options"/> gives it.</param>
    public IPv4Options(ReadOnlySpan<byte> options) => _options = options;

    /// <summary>The option that the last successful <see cref="MoveNext"/> found.</summary>
    public IPv4Option Current { get; private set; }

    /// <summary>Whether the list ended at an option with an impossible length.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>Where the wrong octet stands in the packet, counted from the start of its header: the pointer of a Parameter Problem message.</summary>
    public int ErrorPointer { get; private set; }

    /// <summary>Goes to the next option. Padding is not reported.</summary>
    /// <returns>False at the end of the list, or where it is malformed.</returns>
    public bool MoveNext()
    {
        while (_next < _options.Length && _options[_next] == IPv4OptionType.Nop)
            _next++;
        if (_next >= _options.Length || _options[_next] == IPv4OptionType.End)
        {
            _next = _options.Length;
            return false;
        }

        var rest = _options[_next..];
        if (rest.Length < 2 || rest[1] < 2 || rest[1] > rest.Length)
        {
            IsMalformed = true;
            ErrorPointer = IPv4View.MinHeaderLength + _next + (rest.Length < 2 ? 0 : 1);
            _next = _options.Length;
            return false;
        }

        Current = new IPv4Option(rest[..rest[1]], IPv4View.MinHeaderLength + _next);
        _next += rest[1];
        return true;
    }

    /// <summary>Copies those options that every fragment carries (RFC 791 §3.2), without padding between.</summary>
    /// <param name="options">The options of the datagram.</param>
    /// <param name="destination">As long as the options.</param>
    /// <returns>The number of octets written.</returns>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public static int CopyForFragments(ReadOnlySpan<byte> options, Span<byte> destination)
    {
        var length = 0;
        var list = new IPv4Options(options);
        while (list.MoveNext())
        {
            if (!list.Current.IsCopied)
                continue;
            list.Current.Octets.CopyTo(WriterGuard.Take(destination[length..], list.Current.Octets.Length));
            length += list.Current.Octets.Length;
        }

        return length;
    }
}
