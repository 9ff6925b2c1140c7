using System;
using System.Buffers.Binary;
using CsCheck;
using SharpTcp.Testing;
using Xunit;

namespace SharpTcp.Wire.Tests;

public sealed class EthernetTests
{
    private static readonly Gen<MacAddress> AnyMac = Gen.ULong[0, 0xFFFF_FFFF_FFFF].Select(value => new MacAddress(value));

    [Fact]
    [Rfc("1122", "L-7")]
    public void What_is_written_parses_back() =>
        Gen.Select(AnyMac, AnyMac, Gen.UShort[0x0600, 0xFFFF], Gen.Byte.Array[0, 60]).Sample((destination, source, type, data) =>
        {
            var frame = new byte[14 + data.Length];
            Assert.Equal(14, EthernetWriter.Write(frame, destination, source, (EtherType)type));
            data.CopyTo(frame, 14);
            Assert.True(EthernetView.TryParse(frame, out var view));
            Assert.Equal((destination, source, (EtherType)type), (view.Destination, view.Source, view.EtherType));
            Assert.True(view.Payload.SequenceEqual(data));
        });

    [Theory]
    [InlineData(13, 0x0800, false)]
    [InlineData(14, 0x0800, true)]
    [InlineData(14, 0x0600, true)]
    [InlineData(14, 0x05FF, false)]
    [InlineData(60, 46, false)] // a length of IEEE 802.3
    public void Short_frames_and_those_with_a_length_are_refused(int length, ushort type, bool taken)
    {
        var frame = new byte[length];
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(Math.Min(12, length - 2)), type);
        Assert.Equal(taken, EthernetView.TryParse(frame, out _));
    }

    [Fact]
    public void Every_prefix_and_change_is_parsed_or_refused()
    {
        var frame = new byte[20];
        EthernetWriter.Write(frame, MacAddress.Broadcast, new MacAddress(7), EtherType.IPv4);
        Hostile.Try(frame, data => EthernetView.TryParse(data, out var view)
            ? HashCode.Combine(view.Destination, view.Source, view.EtherType, view.Payload.Length)
            : null);
    }

    [Fact]
    public void A_short_destination_is_refused() =>
        Assert.Throws<ArgumentException>(() => EthernetWriter.Write(new byte[13], default, default, EtherType.Arp));
}
