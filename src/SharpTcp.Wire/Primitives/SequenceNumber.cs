using System;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace SharpTcp.Wire;

/// <summary>
/// A position in the sequence space of TCP: arithmetic is modulo 2^32 and comparison is circular (RFC 9293 §3.4).
/// </summary>
/// <remarks>
/// The order is not transitive over the whole space, so this type does not implement <see cref="IComparable{T}"/>:
/// <c>a &lt; b</c> is meaningful only for numbers less than 2^31 apart.
/// </remarks>
public readonly struct SequenceNumber : IEquatable<SequenceNumber>, ISpanFormattable
{
    /// <summary>Makes the sequence number with the given raw value.</summary>
    /// <param name="value">The 32 bits as they stand in the header.</param>
    public SequenceNumber(uint value) => Value = value;

    /// <summary>The raw 32 bits. Never compare them with <c>&lt;</c>.</summary>
    public uint Value { get; }

    /// <summary>Wraps a raw value.</summary>
    /// <param name="value">The 32 bits as they stand in the header.</param>
    public static explicit operator SequenceNumber(uint value) => new(value);

    /// <summary>Unwraps the raw value.</summary>
    /// <param name="number">The number to unwrap.</param>
    public static explicit operator uint(SequenceNumber number) => number.Value;

    /// <summary>The number that lies <paramref name="distance"/> further.</summary>
    /// <param name="number">The start.</param>
    /// <param name="distance">The distance in octets.</param>
    public static SequenceNumber operator +(SequenceNumber number, uint distance) => new(unchecked(number.Value + distance));

    /// <summary>The number that lies <paramref name="distance"/> further, or before if it is negative.</summary>
    /// <param name="number">The start.</param>
    /// <param name="distance">The signed distance in octets.</param>
    public static SequenceNumber operator +(SequenceNumber number, int distance) => new(unchecked(number.Value + (uint)distance));

    /// <summary>The number that lies <paramref name="distance"/> before.</summary>
    /// <param name="number">The start.</param>
    /// <param name="distance">The distance in octets.</param>
    public static SequenceNumber operator -(SequenceNumber number, uint distance) => new(unchecked(number.Value - distance));

    /// <summary>The number that lies <paramref name="distance"/> before, or further if it is negative.</summary>
    /// <param name="number">The start.</param>
    /// <param name="distance">The signed distance in octets.</param>
    public static SequenceNumber operator -(SequenceNumber number, int distance) => new(unchecked(number.Value - (uint)distance));

    /// <summary>The signed distance from <paramref name="right"/> to <paramref name="left"/>.</summary>
    /// <param name="left">The end of the distance.</param>
    /// <param name="right">The start of the distance.</param>
    /// <returns>Positive if <paramref name="left"/> is after <paramref name="right"/>; <see cref="int.MinValue"/> if they are opposite.</returns>
    public static int operator -(SequenceNumber left, SequenceNumber right) => unchecked((int)(left.Value - right.Value));

    /// <summary>The next number.</summary>
    /// <param name="number">The start.</param>
    public static SequenceNumber operator ++(SequenceNumber number) => number + 1u;

    /// <summary>The number before.</summary>
    /// <param name="number">The start.</param>
    public static SequenceNumber operator --(SequenceNumber number) => number - 1u;

    /// <summary>Whether <paramref name="left"/> comes before <paramref name="right"/>.</summary>
    /// <param name="left">The first number.</param>
    /// <param name="right">The second number.</param>
    public static bool operator <(SequenceNumber left, SequenceNumber right) => left - right < 0;

    /// <summary>Whether <paramref name="left"/> comes before <paramref name="right"/> or is the same.</summary>
    /// <param name="left">The first number.</param>
    /// <param name="right">The second number.</param>
    public static bool operator <=(SequenceNumber left, SequenceNumber right) => left - right <= 0;

    /// <summary>Whether <paramref name="left"/> comes after <paramref name="right"/>.</summary>
    /// <param name="left">The first number.</param>
    /// <param name="right">The second number.</param>
    public static bool operator >(SequenceNumber left, SequenceNumber right) => left - right > 0;

    /// <summary>Whether <paramref name="left"/> comes after <paramref name="right"/> or is the same.</summary>
    /// <param name="left">The first number.</param>
    /// <param name="right">The second number.</param>
    public static bool operator >=(SequenceNumber left, SequenceNumber right) => left - right >= 0;

    /// <summary>Whether both numbers are the same.</summary>
    /// <param name="left">The first number.</param>
    /// <param name="right">The second number.</param>
    public static bool operator ==(SequenceNumber left, SequenceNumber right) => left.Value == right.Value;

    /// <summary>Whether the numbers differ.</summary>
    /// <param name="left">The first number.</param>
    /// <param name="right">The second number.</param>
    public static bool operator !=(SequenceNumber left, SequenceNumber right) => left.Value != right.Value;

    /// <summary>The later of two numbers.</summary>
    /// <param name="left">The first number.</param>
    /// <param name="right">The second number.</param>
    public static SequenceNumber Max(SequenceNumber left, SequenceNumber right) => left >= right ? left : right;

    /// <summary>The earlier of two numbers.</summary>
    /// <param name="left">The first number.</param>
    /// <param name="right">The second number.</param>
    public static SequenceNumber Min(SequenceNumber left, SequenceNumber right) => left <= right ? left : right;

    /// <summary>Whether this number lies in the window [<paramref name="start"/>, <paramref name="start"/> + <paramref name="length"/>).</summary>
    /// <param name="start">The first number of the window.</param>
    /// <param name="length">The size of the window in octets; an empty window contains nothing.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsInWindow(SequenceNumber start, uint length) => unchecked(Value - start.Value) < length;

    /// <inheritdoc/>
    public bool Equals(SequenceNumber other) => Value == other.Value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is SequenceNumber other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => (int)Value;

    /// <summary>The raw value in decimal.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format = default, IFormatProvider? provider = null) =>
        Value.TryFormat(destination, out charsWritten, format, CultureInfo.InvariantCulture);

    string IFormattable.ToString(string? format, IFormatProvider? formatProvider) => Value.ToString(format, CultureInfo.InvariantCulture);
}
