using System;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SharpTcp.Wire;

/// <summary>
/// The checksum of IPv4, ICMP, UDP and TCP (RFC 1071): the ones' complement sum of 16-bit words in network order.
/// </summary>
/// <remarks>
/// A partial sum is a <see cref="uint"/> of at most 16 bits plus what callers add to it by hand; every method here takes any value and gives a folded one back,
/// so that sums of any length never overflow. All pieces but the last must have an even length, or be joined by <see cref="Combine"/>.
/// </remarks>
public static class InternetChecksum
{
    private const int VectorThreshold = 64;

    private interface IMode
    {
        static abstract bool Copies { get; }
    }

    /// <summary>Adds data that begins at an even offset of what is summed.</summary>
    /// <param name="data">The data, of any length; an odd last octet counts as the first half of a word.</param>
    /// <param name="sum">The partial sum so far.</param>
    /// <returns>The new partial sum, at most 0xFFFF.</returns>
    public static uint Add(ReadOnlySpan<byte> data, uint sum = 0)
    {
        ref var start = ref MemoryMarshal.GetReference(data);
        return Accumulate(sum, Sum<SumOnly>(ref start, ref start, data.Length));
    }

    /// <summary>Adds data that begins at an odd offset of what is summed.</summary>
    /// <param name="data">The data, of any length.</param>
    /// <param name="sum">The partial sum so far.</param>
    /// <returns>The new partial sum, at most 0xFFFF.</returns>
    public static uint AddOdd(ReadOnlySpan<byte> data, uint sum = 0) => Combine(sum, Add(data), true);

    /// <summary>Adds the partial sum of a piece to the partial sum of what comes before it.</summary>
    /// <param name="sum">The partial sum of what comes before.</param>
    /// <param name="next">The partial sum of the piece by itself.</param>
    /// <param name="oddOffset">Whether an odd number of octets comes before the piece.</param>
    /// <returns>The new partial sum, at most 0xFFFF.</returns>
    public static uint Combine(uint sum, uint next, bool oddOffset) =>
        Accumulate(sum, oddOffset ? BinaryPrimitives.ReverseEndianness(Fold(next)) : next);

    /// <summary>Adds one word.</summary>
    /// <param name="word">The word, as a number.</param>
    /// <param name="sum">The partial sum so far.</param>
    /// <returns>The new partial sum, at most 0xFFFF.</returns>
    public static uint AddWord(ushort word, uint sum) => Accumulate(sum, word);

    /// <summary>Adds the pseudo-header of TCP, UDP or ICMPv6 (RFC 9293 §3.1, RFC 768, RFC 8200 §8.1).</summary>
    /// <param name="source">The source address.</param>
    /// <param name="destination">The final destination, of the same family.</param>
    /// <param name="protocol">A number of <see cref="IpProtocol"/>.</param>
    /// <param name="length">The length of header and data in octets.</param>
    /// <param name="sum">The partial sum so far.</param>
    /// <returns>The new partial sum, at most 0xFFFF.</returns>
    public static uint AddPseudoHeader(IpAddress source, IpAddress destination, byte protocol, uint length, uint sum = 0)
    {
        Debug.Assert(source.IsIPv4 == destination.IsIPv4, "Both addresses of a packet are of one family.");
        var from = source.ToIPv6();
        var to = destination.ToIPv6();

        // The words that an IPv4 address is kept behind are not part of its pseudo-header.
        var lowerMask = source.IsIPv4 ? uint.MaxValue : ulong.MaxValue;
        var total = (ulong)sum + protocol + length
            + Halves(from.Upper) + Halves(from.Lower & lowerMask) + Halves(to.Upper) + Halves(to.Lower & lowerMask);
        return Fold64(total);
    }

    /// <summary>Folds a partial sum to 16 bits, without inverting it: what a checksum field holds when a device completes it.</summary>
    /// <param name="sum">A partial sum.</param>
    public static ushort Fold(uint sum)
    {
        sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)(sum + (sum >> 16));
    }

    /// <summary>Folds a partial sum and inverts it: the value of a checksum field. Over data with a right checksum it gives 0.</summary>
    /// <param name="sum">A partial sum.</param>
    public static ushort Finish(uint sum) => (ushort)~Fold(sum);

    /// <summary>Copies data and adds it to a sum in one pass.</summary>
    /// <param name="source">The data, which begins at an even offset of what is summed.</param>
    /// <param name="destination">At least as long as the source; the two must not overlap.</param>
    /// <param name="sum">The partial sum so far.</param>
    /// <returns>The new partial sum, at most 0xFFFF.</returns>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public static uint CopyAndAdd(ReadOnlySpan<byte> source, Span<byte> destination, uint sum = 0)
    {
        if (destination.Length < source.Length)
            throw AddressText.TooShort(nameof(destination), source.Length, destination.Length);
        Debug.Assert(!source.Overlaps(destination), "Source and destination must not overlap.");
        return Accumulate(sum, Sum<SumAndCopy>(ref MemoryMarshal.GetReference(source), ref MemoryMarshal.GetReference(destination), source.Length));
    }

    /// <summary>The new checksum after one word of the data has changed (RFC 1624, equation 3).</summary>
    /// <param name="checksum">The checksum field before.</param>
    /// <param name="oldWord">The word before.</param>
    /// <param name="newWord">The word after.</param>
    public static ushort Update(ushort checksum, ushort oldWord, ushort newWord) =>
        Finish((uint)(ushort)~checksum + (ushort)~oldWord + newWord);

    /// <summary>The new checksum after two adjacent words of the data have changed (RFC 1624, equation 3).</summary>
    /// <param name="checksum">The checksum field before.</param>
    /// <param name="oldWords">The 32 bits before.</param>
    /// <param name="newWords">The 32 bits after.</param>
    public static ushort Update(ushort checksum, uint oldWords, uint newWords) =>
        Update(Update(checksum, (ushort)(oldWords >> 16), (ushort)(newWords >> 16)), (ushort)oldWords, (ushort)newWords);

    private static ulong Halves(ulong value) => (value >> 32) + (uint)value;

    private static uint Accumulate(uint sum, uint next) => Fold64((ulong)sum + next);

    // Ones' complement: 2^16, 2^32 and 2^48 all count as 1. What is not zero never becomes zero.
    private static uint Fold64(ulong sum)
    {
        sum = (uint)sum + (sum >> 32);
        sum = (sum & 0xFFFF) + (sum >> 16 & 0xFFFF) + (sum >> 32);
        sum = (sum & 0xFFFF) + (sum >> 16);
        return (uint)((sum & 0xFFFF) + (sum >> 16));
    }

    // Sums in the machine's own byte order and turns the result once (RFC 1071 §2 B). The caller has proved that both sides hold `length` octets.
    private static uint Sum<TMode>(ref byte source, ref byte destination, int length)
        where TMode : struct, IMode
    {
        ulong sum = 0;
        nuint offset = 0;
        var end = (nuint)length;
        if (length >= VectorThreshold && Vector256.IsHardwareAccelerated)
            sum = SumVectors<TMode>(ref source, ref destination, end, out offset);

        for (; end - offset >= 8; offset += 8)
        {
            var word = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref source, offset));
            if (TMode.Copies)
                Unsafe.WriteUnaligned(ref Unsafe.Add(ref destination, offset), word);
            sum += Halves(word);
        }

        if (offset < end)
            sum += SumTail<TMode>(ref Unsafe.Add(ref source, offset), ref Unsafe.Add(ref destination, offset), (int)(end - offset));

        var folded = Fold64(sum);
        return BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness((ushort)folded) : folded;
    }

    // Each 64-bit lane collects 32-bit halves, so that 2^32 steps cannot overflow it.
    private static ulong SumVectors<TMode>(ref byte source, ref byte destination, nuint end, out nuint offset)
        where TMode : struct, IMode
    {
        var low = Vector256.Create(0xFFFF_FFFFUL);
        var sum0 = Vector256<ulong>.Zero;
        var sum1 = Vector256<ulong>.Zero;
        for (offset = 0; end - offset >= 64; offset += 64)
        {
            var first = Vector256.LoadUnsafe(ref source, offset);
            var second = Vector256.LoadUnsafe(ref source, offset + 32);
            if (TMode.Copies)
            {
                first.StoreUnsafe(ref destination, offset);
                second.StoreUnsafe(ref destination, offset + 32);
            }

            sum0 += (first.AsUInt64() & low) + (first.AsUInt64() >>> 32);
            sum1 += (second.AsUInt64() & low) + (second.AsUInt64() >>> 32);
        }

        var sum = sum0 + sum1;
        return Fold64(sum[0]) + (ulong)Fold64(sum[1]) + Fold64(sum[2]) + Fold64(sum[3]);
    }

    private static ulong SumTail<TMode>(ref byte source, ref byte destination, int length)
        where TMode : struct, IMode
    {
        Debug.Assert(length is > 0 and < 8, "The tail is shorter than a word of 64 bits.");
        ulong sum = 0;
        var offset = 0;
        if ((length & 4) != 0)
        {
            var word = Unsafe.ReadUnaligned<uint>(ref source);
            if (TMode.Copies)
                Unsafe.WriteUnaligned(ref destination, word);
            sum += word;
            offset = 4;
        }

        if ((length & 2) != 0)
        {
            var word = Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref source, offset));
            if (TMode.Copies)
                Unsafe.WriteUnaligned(ref Unsafe.Add(ref destination, offset), word);
            sum += word;
            offset += 2;
        }

        if ((length & 1) != 0)
        {
            var octet = Unsafe.Add(ref source, offset);
            if (TMode.Copies)
                Unsafe.Add(ref destination, offset) = octet;
            sum += BitConverter.IsLittleEndian ? octet : (uint)octet << 8;
        }

        return sum;
    }

    private readonly struct SumOnly : IMode
    {
        public static bool Copies => false;
    }

    private readonly struct SumAndCopy : IMode
    {
        public static bool Copies => true;
    }
}
