using System;
using System.Collections.Generic;
using System.Linq;
using CsCheck;
using SharpTcp.Testing;
using Xunit;

namespace SharpTcp.Wire.Tests;

/// <summary>DNS messages, as they should be and as they should not.</summary>
public sealed class DnsTests
{
    private static readonly DnsName Name = Parse("www.example.org");

    private static readonly byte[] Sample = MakeSample();

    [Fact]
    [Rfc("1035", "4.1")]
    public void What_is_written_parses_back()
    {
        Assert.True(DnsView.TryParse(Sample, out var view));
        Assert.Equal(new DnsHeader(0x1234, IsResponse: true, RecursionAvailable: true, ResponseCode: DnsResponseCode.NameError), view.Header);
        Assert.True(view.HasQuestion);
        Assert.True(view.IsAbout(Parse("WWW.Example.ORG.")));
        Assert.False(view.IsAbout(Parse("ww.example.org")));
        Assert.Equal((DnsType.Aaaa, DnsRecord.Internet), (view.QuestionType, view.QuestionClass));
        Assert.Equal((2, 1, 1), (view.AnswerCount, view.AuthorityCount, view.AdditionalCount));
        Assert.Equal(
            ["Answer CanonicalName www.example.org 300 -> host.example.net", "Answer Aaaa host.example.net 60 16", "Authority StartOfAuthority example.net 900 minimum 120", "Additional Options . 0 0"],
            Describe(view));
    }

    [Fact]
    [Rfc("1035", "4.1.1")]
    public void A_query_has_the_octets_of_the_RFC()
    {
        var message = new byte[100];
        var writer = new DnsWriter(message, new DnsHeader(0xABCD));
        writer.AddQuestion(Parse("a.bc"), DnsType.A);
        writer.AddOptions(1232);
        Assert.Equal("ABCD01000001000000000001" + "0161" + "026263" + "00" + "00010001" + "00002904D0000000000000", Convert.ToHexString(message.AsSpan(0, writer.Length)));
    }

    [Fact]
    [Rfc("1035", "4.1.4")]
    public void Compression_is_followed_backwards()
    {
        // The question is at 12, its "org" at 24; the answer's name points at the question, and its data at "example.org" by way of a label.
        var message = Message("0000 8180 0001 0001 0000 0000" + "03777777 076578616d706c65 036f7267 00 0001 0001" + "C00C 0005 0001 0000003C 0007 046d61696c C010");
        Assert.True(DnsView.TryParse(message, out var view));
        Assert.Equal(["Answer CanonicalName www.example.org 60 -> mail.example.org"], Describe(view));
    }

    [Theory]
    [Rfc("exam", "15")]
    [InlineData("points at itself", "C00C")]
    [InlineData("points at itself behind a label", "0161 C00C")]
    [InlineData("points forward", "C010 0000 0161 00")]
    [InlineData("points out of the message", "FFFF")]
    [InlineData("points into the header", "C000")]
    [InlineData("two pointers in a circle", "C00E C00C")]
    [InlineData("ends within a pointer", "C0")]
    [InlineData("ends within a label", "05616263")]
    [InlineData("has no end", "0161")]
    [InlineData("begins with reserved bits 01", "4161 00 0001 0001")]
    [InlineData("begins with reserved bits 10", "8161 00 0001 0001")]
    public void A_name_that_is_none_is_refused(string what, string name)
    {
        var message = Message("0000 8180 0001 0000 0000 0000" + name);
        Assert.False(DnsView.TryParse(message, out _), what);
        Assert.False(DnsNameReader.TryRead(message, DnsView.HeaderLength, new byte[255], out _, out _), what);
    }

    [Fact]
    [Rfc("exam", "15")]
    public void A_name_of_more_than_255_octets_is_refused()
    {
        // Three labels of 63 and one of 61 are 255 octets with the root label; a label more is too much, also if it comes by a pointer.
        var label = "3F" + string.Concat(Enumerable.Repeat("61", 63));
        var longest = label + label + label + "3D" + string.Concat(Enumerable.Repeat("61", 61)) + "00";
        Assert.True(DnsNameReader.TryRead(Message(Header + longest), DnsView.HeaderLength, new byte[255], out var length, out _));
        Assert.Equal(255, length);
        Assert.False(DnsNameReader.TryRead(Message(Header + label + label + label + label + "00"), DnsView.HeaderLength, new byte[255], out _, out _));
        Assert.False(DnsNameReader.TryRead(Message(Header + longest + "0161 C00C"), DnsView.HeaderLength + 255, new byte[255], out _, out _));
        Assert.Throws<ArgumentException>(() => DnsNameReader.TryRead(Sample, DnsView.HeaderLength, new byte[254], out _, out _));
    }

    [Fact]
    [Rfc("exam", "15")]
    public void A_chain_of_pointers_ends_after_128_steps()
    {
        // A root label, then pointers of which each leads to the one before.
        foreach (var (pointers, isRead) in ((int, bool)[])[(1, true), (127, true), (128, false), (5000, false)])
        {
            var message = new byte[DnsView.HeaderLength + 1 + 2 * pointers];
            for (var i = 0; i < pointers; i++)
            {
                var target = i == 0 ? DnsView.HeaderLength : DnsView.HeaderLength + 1 + 2 * (i - 1);
                message[DnsView.HeaderLength + 1 + 2 * i] = (byte)(0xC0 | target >> 8);
                message[DnsView.HeaderLength + 2 + 2 * i] = (byte)target;
            }

            Assert.Equal(isRead, DnsNameReader.TryRead(message, message.Length - 2, new byte[255], out _, out _));
        }
    }

    [Theory]
    [Rfc("exam", "15")]
    [InlineData("0000 8180 0001 0001 0000 0000 00 0001 0001 00 0001 0001 00000000 0005 7F000001", "the data are shorter than their length")]
    [InlineData("0000 8180 0001 0001 0000 0000 00 0001 0001 00 0001 0001 00000000", "the record ends before its length")]
    [InlineData("0000 8180 0001 0002 0000 0000 00 0001 0001 00 0001 0001 00000000 0004 7F000001", "there are fewer records than counted")]
    [InlineData("0000 8180 0002 0000 0000 0000 00 0001 0001 00 0001 0001", "there are two questions")]
    [InlineData("0000 8180 0001 FFFF FFFF FFFF 00 0001 0001", "there are more records than anybody sends")]
    [InlineData("0000 8180 0001 0000 0000 0000 00 0001", "the question ends early")]
    [InlineData("0000 8180 0000 0000 0000", "the header ends early")]
    public void Lengths_and_counts_that_lie_are_refused(string message, string why) => Assert.False(DnsView.TryParse(Message(message), out _), why);

    [Fact]
    [Rfc("2181", "9")]
    public void A_message_that_was_cut_within_a_record_keeps_its_header_and_question()
    {
        Assert.True(DnsView.TryParse(Message("0000 8380 0001 0001 0000 0000 0161 00 0001 0001 C00C 0001 0001 0000"), out var view));
        Assert.True(view.Header.IsTruncated);
        Assert.True(view.IsAbout(Parse("a")));
        Assert.Empty(Describe(view));
    }

    [Fact]
    [Rfc("2181", "8")]
    public void A_time_to_live_of_more_than_31_bits_is_none()
    {
        Assert.True(DnsView.TryParse(Message("0000 8180 0000 0001 0000 0000 00 0001 0001 80000000 0004 7F000001"), out var view));
        Assert.Equal(["Answer A . 0 4"], Describe(view));
    }

    [Fact]
    public void Names_in_data_do_not_leave_the_data()
    {
        // The name begins within the data and goes on behind them.
        Assert.True(DnsView.TryParse(Message("0000 8180 0000 0002 0000 0000 00 0005 0001 00000001 0002 0361 00 0001 0001 00000001 0004 7F000001"), out var view));
        Assert.Equal(["Answer CanonicalName . 1 -> ?", "Answer A . 1 4"], Describe(view));
    }

    [Theory]
    [InlineData("www.example.org", "www.example.org")]
    [InlineData("WWW.Example.Org.", "www.example.org")]
    [InlineData("_http._tcp.a-b.c1", "_http._tcp.a-b.c1")]
    public void Names_of_hosts_are_read(string text, string name) => Assert.Equal(name, Parse(text).Text);

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a..b")]
    [InlineData(".a")]
    [InlineData("a b")]
    [InlineData("ä")]
    [InlineData("a\\b")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void Texts_that_are_no_names_are_refused(string text) => Assert.False(DnsName.TryParse(text, out _));

    [Fact]
    public void The_longest_text_is_253_letters()
    {
        var label = new string('a', 63);
        Assert.True(DnsName.TryParse($"{label}.{label}.{label}.{new string('a', 61)}", out var longest));
        Assert.Equal(255, longest.Wire.Length);
        Assert.False(DnsName.TryParse($"{label}.{label}.{label}.{new string('a', 62)}", out _));
        Assert.Null(Parse("b").Within(longest));
        Assert.Equal("www.example.org", Parse("www").Within(Parse("example.org"))!.Text);
    }

    [Fact]
    [Rfc("3596", "2.5")]
    public void An_address_has_a_name_to_ask_for_its_name()
    {
        Assert.Equal("2.1.0.10.in-addr.arpa", DnsName.ForAddress(IpAddress.Parse("10.0.1.2")).Text);
        Assert.Equal(
            "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa", DnsName.ForAddress(IpAddress.Parse("2001:db8::1")).Text);
    }

    [Fact]
    public void Octets_that_nobody_sees_are_written_as_numbers() => Assert.Equal(@"a\046b\000.c", DnsName.FromWire([4, (byte)'a', (byte)'.', (byte)'b', 0, 1, (byte)'C', 0]).Text);

    [Theory]
    [InlineData("")]
    [InlineData("0161")]
    [InlineData("016100 00")]
    [InlineData("C00C")]
    public void Only_whole_names_are_names(string wire) => Assert.Throws<ArgumentException>(() => DnsName.FromWire(Message(wire)));

    [Fact]
    [Rfc("exam", "15")]
    [Rfc("exam", "1")]
    public void Whatever_comes_nothing_outside_is_read() => Hostile.Try(Sample, Digest);

    [Fact]
    public void Noise_is_parsed_without_harm() => Gen.Byte.Array[0, 200].Sample(
        noise =>
        {
            // A plausible header, or else hardly anything gets past it.
            if (noise.Length > 11)
            {
                noise[4] = noise[6] = noise[8] = noise[10] = 0;
                noise[5] &= 1;
            }

            Digest(noise);
        },
        iter: 20_000);

    private static string Header => "0000 8180 0001 0000 0000 0000";

    private static byte[] MakeSample()
    {
        var message = new byte[512];
        var writer = new DnsWriter(message, new DnsHeader(0x1234, IsResponse: true, RecursionAvailable: true, ResponseCode: DnsResponseCode.NameError));
        writer.AddQuestion(Name, DnsType.Aaaa);
        writer.Add(DnsSection.Answer, Name, DnsType.CanonicalName, 300, Parse("host.example.net").Wire);
        writer.Add(DnsSection.Answer, Parse("host.example.net"), DnsType.Aaaa, 60, new byte[16]);
        writer.Add(
            DnsSection.Authority, Parse("example.net"), DnsType.StartOfAuthority, 900,
            [.. Parse("ns.example.net").Wire, .. Parse("admin.example.net").Wire, .. Message("00000001 00000002 00000003 00000004 00000078")]);
        writer.AddOptions(1232);
        return message[..writer.Length];
    }

    private static DnsName Parse(string text) => DnsName.TryParse(text, out var name) ? name : throw new FormatException(text);

    private static byte[] Message(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    private static List<string> Describe(DnsView view)
    {
        var lines = new List<string>();
        var name = new byte[255];
        foreach (var record in view.Records)
        {
            var line = $"{record.Section} {record.Type} {DnsName.FromWire(name.AsSpan(0, record.ReadName(name)))} {record.TimeToLive}";
            lines.Add(line + record.Type switch
            {
                DnsType.CanonicalName => record.TryReadDataName(name, out var length) ? $" -> {DnsName.FromWire(name.AsSpan(0, length))}" : " -> ?",
                DnsType.StartOfAuthority => record.TryReadNegativeTime(out var seconds) ? $" minimum {seconds}" : " minimum ?",
                _ => $" {record.Data.Length}",
            });
        }

        return lines;
    }

    private static int? Digest(ReadOnlySpan<byte> data)
    {
        if (!DnsView.TryParse(data, out var view))
            return null;
        var digest = new HashCode();
        digest.Add(view.Header);
        digest.Add(view.IsAbout(Name));
        digest.Add(view.QuestionType);
        digest.Add(view.QuestionClass);
        foreach (var line in Describe(view))
            digest.Add(line);
        foreach (var record in view.Records)
        {
            digest.AddBytes(record.Data);
            digest.Add(record.Class);
            digest.Add(record.TryReadNegativeTime(out _));
        }

        return digest.ToHashCode();
    }
}
