using System;
using System.Collections.Generic;
using CsCheck;
using Xunit;

namespace SharpTcp.Wire.Tests;

public sealed class IPv4OptionsTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("00000000", "")]
    [InlineData("01010101", "")]
    [InlineData("94040000", "148@20")]
    [InlineData("0194040000000000", "148@21")]
    [InlineData("9404000007030400", "148@20 7@24")]
    [InlineData("00940400", "")] // nothing counts behind the end
    [InlineData("94040000070004", "148@20 !25")] // a length of zero: the pointer names the length octet
    [InlineData("9404000007FF04", "148@20 !25")]
    [InlineData("0101018D", "!23")] // no room for a length: the pointer names the type octet
    public void Lists_are_read_to_their_end_or_to_the_wrong_octet(string hex, string expected)
    {
        var found = new List<string>();
        var options = new IPv4Options(Convert.FromHexString(hex));
        while (options.MoveNext())
            found.Add($"{options.Current.Type}@{options.Current.Pointer}");
        if (options.IsMalformed)
            found.Add($"!{options.ErrorPointer}");
        Assert.Equal(expected, string.Join(' ', found));
        Assert.False(options.MoveNext());
    }

    [Fact]
    public void Any_octets_come_to_an_end_without_an_exception() =>
        Gen.OneOf(Gen.Byte.Array[0, 40], Gen.OneOf<byte>(0, 1, 2, 3, 4, 7, 148).Array[0, 40]).Sample(octets =>
        {
            var options = new IPv4Options(octets);
            var length = 0;
            while (options.MoveNext())
                length += options.Current.Octets.Length;
            Assert.InRange(length, 0, octets.Length);
            Assert.InRange(IPv4Options.CopyForFragments(octets, new byte[octets.Length]), 0, length);
        });

    [Fact]
    // RFC 791 §3.1: the copied flag.
    public void Fragments_carry_the_copied_options_only()
    {
        var destination = new byte[40];
        var length = IPv4Options.CopyForFragments(Convert.FromHexString("0703040194040000" + "83030400"), destination);
        Assert.Equal("94040000830304", Convert.ToHexString(destination.AsSpan(0, length)));
    }
}
