using System;
using System.Globalization;

namespace SharpTcp.Wire;

/// <summary>Writes a line into a span of characters. What does not fit is left out, and everything after it.</summary>
internal ref struct LineBuilder(Span<char> destination)
{
    private readonly Span<char> _destination = destination;
    private bool _full;

    /// <summary>Characters written.</summary>
    public int Length { get; private set; }

    public void Add(scoped ReadOnlySpan<char> text)
    {
        if (_full || text.Length > _destination.Length - Length)
        {
            _full = true;
            return;
        }
        text.CopyTo(_destination[Length..]);
        Length += text.Length;
    }

    public void Add<T>(T value, scoped ReadOnlySpan<char> format = default)
        where T : ISpanFormattable
    {
        if (_full || !value.TryFormat(_destination[Length..], out var written, format, CultureInfo.InvariantCulture))
        {
            _full = true;
            return;
        }
        Length += written;
    }

    /// <summary>An address, and behind a dot the port.</summary>
    public void AddEndpoint(IpAddress address, int port)
    {
        Add(address);
        Add(".");
        Add(port);
    }

    public void AddLength(int length)
    {
        Add(", length ");
        Add(length);
    }
}
