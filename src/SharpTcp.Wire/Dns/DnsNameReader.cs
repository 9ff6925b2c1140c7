using System;
using System.Buffers.Binary;

namespace SharpTcp.Wire;

/// <summary>Reads names out of messages, in a bounded number of steps whatever the message says.</summary>
public static class DnsNameReader
{
    /// <summary>The longest name on the wire, with its root label (RFC 1035 §3.1).</summary>
    public const int MaxLength = 255;

    /// <summary>The longest label.</summary>
    public const int MaxLabelLength = 63;

    /// <summary>Labels and pointers after which a name is refused: those of the longest name.</summary>
    public const int MaxSteps = 128;

    /// <summary>Reads the name at a place of a message and follows its compression (RFC 1035 §4.1.4).</summary>
    /// <param name="message">The whole message.</param>
    /// <param name="offset">Where the name begins.</param>
    /// <param name="name">Room for <see cref="MaxLength"/> bytes; receives the name without compression.</param>
    /// <param name="length">The bytes of <paramref name="name"/> that are the name, root label included.</param>
    /// <param name="next">What follows the name in the message.</param>
    /// <returns>False if it ends outside of the message, is too long, or has a pointer that does not lead back.</returns>
    /// <exception cref="ArgumentException"><paramref name="name"/> is too short.</exception>
    public static bool TryRead(ReadOnlySpan<byte> message, int offset, scoped Span<byte> name, out int length, out int next)
    {
        name = WriterGuard.Take(name, MaxLength);
        length = 0;
        next = 0;
        var at = offset;
        // Each pointer leads before the piece that it stands in: so there can be no loop (RFC 9267 §2).
        var piece = offset;
        for (var step = 0; step < MaxSteps; step++)
        {
            if ((uint)at >= (uint)message.Length)
                return false;
            var octet = message[at];
            if (octet <= MaxLabelLength)
            {
                var label = 1 + octet;
                if (label > message.Length - at || label > MaxLength - length)
                    return false;
                message.Slice(at, label).CopyTo(name[length..]);
                length += label;
                at += label;
                if (octet != 0)
                    continue;
                next = next == 0 ? at : next;
                return true;
            }

            // The two other beginnings are reserved.
            if (octet < 0xC0 || message.Length - at < 2)
                return false;
            next = next == 0 ? at + 2 : next;
            at = BinaryPrimitives.ReadUInt16BigEndian(message[at..]) & 0x3FFF;
            if (at >= piece || at < DnsView.HeaderLength)
                return false;
            piece = at;
        }

        return false;
    }

    /// <summary>Whether two names without compression are the same: letters are so in either case (RFC 4343 §3).</summary>
    public static bool AreEqual(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.Length != right.Length)
            return false;
        // No length of a label is a letter, so lengths compare as bytes.
        for (var i = 0; i < left.Length; i++)
        {
            if (ToLower(left[i]) != ToLower(right[i]))
                return false;
        }

        return true;
    }

    internal static byte ToLower(byte octet) => octet is >= (byte)'A' and <= (byte)'Z' ? (byte)(octet + ('a' - 'A')) : octet;
}
