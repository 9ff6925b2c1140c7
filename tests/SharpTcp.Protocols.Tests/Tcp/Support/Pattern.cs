using System;
using Xunit;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>The bytes of every test stream: each tells its own position, so that a byte in the wrong place is seen.</summary>
internal static class Pattern
{
    public static byte At(long position) => (byte)((ulong)(position * 0x9E3779B1L + (position >> 13)) >> 11);

    public static void Fill(Span<byte> destination, long position)
    {
        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] = At(position + i);
        }
    }

    public static byte[] Make(long position, int length)
    {
        var bytes = new byte[length];
        Fill(bytes, position);
        return bytes;
    }

    public static void Check(ReadOnlySpan<byte> bytes, long position)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] != At(position + i))
            {
                Assert.Fail($"byte {position + i} of the stream is {bytes[i]}, not {At(position + i)}");
            }
        }
    }
}
