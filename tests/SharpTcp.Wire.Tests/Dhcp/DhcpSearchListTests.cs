using System;
using System.Collections.Generic;
using System.Linq;
using SharpTcp.Testing;
using Xunit;

namespace SharpTcp.Wire.Tests;

/// <summary>Names in DHCP options (RFC 2132, RFC 3397).</summary>
public sealed class DhcpSearchListTests
{
    [Fact]
    public void Names_follow_one_another_and_share_their_ends()
    {
        // The example of RFC 3397 §2: eng.apple.com and marketing.apple.com.
        byte[] list = [3, .. "eng"u8, 5, .. "apple"u8, 3, .. "com"u8, 0, 9, .. "marketing"u8, 0xC0, 4];
        Assert.Equal(["eng.apple.com", "marketing.apple.com"], Names(list));
    }

    [Fact]
    public void A_name_that_no_host_has_is_passed_over()
    {
        byte[] list = [3, (byte)'a', (byte)'.', (byte)'b', 0, 2, 0x1B, (byte)'[', 0, 0, 1, (byte)'x', 0];
        Assert.Equal(["", "", "", "x"], Names(list));
    }

    public static IEnumerable<TheoryDataRow<byte[]>> Broken() =>
        new byte[][]
        {
            [0xC0, 0], // itself
            [1, (byte)'a', 0xC0, 0], // its own beginning
            [0xC0, 2, 0xC0, 0], // two that point to each other
            [0xC0, 9, 1, (byte)'a', 0], // forward
            [0xC0], // cut off
            [1, (byte)'a'], // no end
            [5, (byte)'a', 0], // a label past the end
            [0x80, 1, 0], // a label of no known kind
        }.Select(list => new TheoryDataRow<byte[]>(list));

    [Theory]
    [MemberData(nameof(Broken))]
    [Rfc("exam", "15")]
    [Rfc("exam", "17")]
    public void A_broken_list_ends_there(byte[] list) => Assert.Empty(Names(list));

    [Fact]
    [Rfc("exam", "15")]
    public void A_name_that_is_too_long_ends_the_list()
    {
        byte[] label = [63, .. Enumerable.Repeat((byte)'a', 63)];
        byte[] longest = [.. label, .. label, .. label, 61, .. label[..61].Skip(1), (byte)'a', 0];
        Assert.Equal(253, Assert.Single(Names(longest)).Length);
        Assert.Empty(Names([.. label, .. label, .. label, .. label, 0]));
    }

    [Fact]
    [Rfc("exam", "15")]
    public void Any_bytes_come_to_an_end()
    {
        var random = new Random(1);
        for (var i = 0; i < 20_000; i++)
        {
            var list = new byte[random.Next(300)];
            foreach (ref var one in list.AsSpan())
                one = (byte)(random.Next(3) == 0 ? 0xC0 : random.Next(64));
            Assert.True(Names(list).Count <= list.Length);
        }
    }

    [Theory]
    [InlineData("example.net", "example.net")]
    [InlineData("example.net.\0\0", "example.net")]
    [InlineData("", null)]
    [InlineData("\0", null)]
    [InlineData("two words", null)]
    [InlineData("a\u001b[2Jb", null)]
    public void A_name_is_text_of_letters_digits_hyphens_and_dots(string value, string? name) =>
        Assert.Equal(name, DhcpText.ReadName(System.Text.Encoding.ASCII.GetBytes(value)));

    private static List<string> Names(byte[] bytes)
    {
        List<string> names = [];
        Span<char> text = stackalloc char[DhcpSearchList.MaxNameLength];
        var list = new DhcpSearchList(bytes);
        while (list.TryTake(text, out var length))
            names.Add(new string(text[..length]));
        return names;
    }
}
