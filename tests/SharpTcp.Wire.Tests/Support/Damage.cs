using System;
using Xunit;

namespace SharpTcp.Wire.Tests;

/// <summary>Feeds a reader every prefix of a valid packet and every packet that differs from it in one byte.</summary>
internal static class Damage
{
    public delegate void Reader(ReadOnlySpan<byte> data);

    public static void Everywhere(ReadOnlySpan<byte> packet, Reader read)
    {
        for (var length = 0; length <= packet.Length; length++)
            Feed(packet[..length].ToArray(), read, $"prefix of {length} bytes");
        for (var at = 0; at < packet.Length; at++)
            for (var value = 0; value < 256; value++)
            {
                var changed = packet.ToArray();
                changed[at] = (byte)value;
                Feed(changed, read, $"byte {at} = {value:X2}");
            }
    }

    private static void Feed(byte[] data, Reader read, string what)
    {
        try
        {
            read(data);
        }
        catch (Exception failure)
        {
            Assert.Fail($"{what} of {Convert.ToHexString(data)}: {failure}");
        }
    }
}
