using System;
using System.Linq;
using CsCheck;
using SharpTcp.Testing;
using Xunit;

namespace SharpTcp.Wire.Tests;

public sealed class TcpOptionSetTests
{
    private static readonly Gen<SackBlock[]> AnyBlocks =
        Gen.Select(Gen.UInt, Gen.UInt, (left, right) => new SackBlock(new SequenceNumber(left), new SequenceNumber(right))).Array[0, 4];

    private static readonly Gen<byte[]> AnyCookie = Gen.OneOf(0, 4, 6, 8, 10, 12, 14, 16).SelectMany(length => Gen.Byte.Array[length]);

    internal static readonly Gen<TcpOptionSet> AnyOptions =
        Gen.Select(Gen.Int[0, 127], Gen.UShort, Gen.Byte[0, 14], Gen.UInt, Gen.UInt, AnyBlocks, AnyCookie, Make);

    [Fact]
    [Rfc("9293", "MUST-4")]
    public void What_is_written_parses_back() =>
        Gen.Select(AnyOptions, Gen.Bool).Sample((options, syn) =>
        {
            var read = TcpOptionSet.Parse(Write(options, syn));
            Assert.False(read.IsMalformed);
            Assert.Equal(syn && options.HasMaximumSegmentSize, read.HasMaximumSegmentSize);
            Assert.Equal(read.HasMaximumSegmentSize ? options.MaximumSegmentSize : 0, read.MaximumSegmentSize);
            Assert.Equal(syn && options.HasWindowScale, read.HasWindowScale);
            Assert.Equal(read.HasWindowScale ? options.WindowScale : 0, read.WindowScale);
            Assert.Equal(syn && options.SackPermitted, read.SackPermitted);
            Assert.Equal(options.HasTimestamps, read.HasTimestamps);
            Assert.Equal(read.HasTimestamps ? (options.TimestampValue, options.TimestampEcho) : (0u, 0u), (read.TimestampValue, read.TimestampEcho));
            Assert.Equal(syn && options.HasFastOpen, read.HasFastOpen);
            Assert.Equal(read.HasFastOpen ? options.FastOpenCookie.ToArray() : [], read.FastOpenCookie.ToArray());
            Assert.Equal(options.SackBlocks[..read.SackBlockCount].ToArray(), read.SackBlocks.ToArray());
            var room = (options.HasTimestamps, options.HasUserTimeout) switch { (true, true) => 2, (true, false) => 3, _ => 4 };
            Assert.Equal(syn ? 0 : Math.Min(options.SackBlockCount, room), read.SackBlockCount);
        });

    [Fact]
    [Rfc("9293", "MUST-68")]
    public void Options_fill_whole_words_and_never_more_than_forty_octets() =>
        Gen.Select(AnyOptions, Gen.Bool).Sample((options, syn) =>
            TcpWriter.OptionsLength(options, syn) is var length && length is >= 0 and <= 40 && length % 4 == 0);

    [Theory]
    [InlineData(true, true, true, true, "0204 05b4 0402 080a 00000001 00000002 01 030307")]
    [InlineData(true, true, false, true, "0204 05b4 0101 0402 01 030307")]
    [InlineData(true, false, false, true, "0204 05b4 01 030307")]
    [InlineData(true, false, true, false, "0204 05b4 0101 080a 00000001 00000002")]
    [InlineData(false, true, true, true, "0101 080a 00000001 00000002")]
    public void Order_and_alignment_are_those_of_Linux(bool syn, bool sack, bool timestamps, bool scale, string expected)
    {
        var options = new TcpOptionSet
        {
            HasMaximumSegmentSize = true,
            MaximumSegmentSize = 1460,
            SackPermitted = sack,
            HasTimestamps = timestamps,
            TimestampValue = 1,
            TimestampEcho = 2,
            HasWindowScale = scale,
            WindowScale = 7,
        };
        Assert.Equal(expected.Replace(" ", ""), Convert.ToHexStringLower(Write(options, syn)));
    }

    [Fact]
    // RFC 2018 §3.
    public void Selective_acknowledgments_stand_behind_the_timestamps()
    {
        var options = new TcpOptionSet { HasTimestamps = true };
        options.AddSackBlock(new SequenceNumber(1), new SequenceNumber(2));
        Assert.Equal("0101080a0000000000000000" + "0101050a0000000100000002", Convert.ToHexStringLower(Write(options, false)));
    }

    [Theory]
    [InlineData("0200", false)] // RFC 9293 MUST-7: a length of zero
    [InlineData("0201", false)]
    [InlineData("02", false)]
    [InlineData("020405", false)] // behind the end
    [InlineData("fe00080a0000000100000002", false)]
    [InlineData("080a0000000100000002fe00", true)] // what stands before counts
    [InlineData("080a000000010000000202ff", true)]
    [Rfc("9293", "MUST-7")]
    public void An_impossible_length_ends_the_pass(string hex, bool timestamps)
    {
        var read = TcpOptionSet.Parse(Convert.FromHexString(hex));
        Assert.True(read.IsMalformed);
        Assert.False(read.HasMaximumSegmentSize);
        Assert.Equal(timestamps, read.HasTimestamps);
    }

    [Fact]
    [Rfc("exam", "5")]
    public void Every_kind_with_every_length_comes_to_an_end()
    {
        var area = new byte[40];
        for (var kind = 2; kind < 256; kind++)
        {
            for (var length = 0; length <= 41; length++)
            {
                for (var room = 1; room <= area.Length; room++)
                {
                    // As many options of the kind as there is room for.
                    area.AsSpan().Clear();
                    for (var at = 0; at + 1 < room; at += Math.Max(length, 2))
                        (area[at], area[at + 1]) = ((byte)kind, (byte)length);
                    if (room == 1)
                        area[0] = (byte)kind;

                    // One octet left over reads as the end of the list, more are an option that is cut off.
                    var malformed = room == 1 || length < 2 || length > room || room % length >= 2;
                    Assert.Equal((kind, length, room, malformed), (kind, length, room, TcpOptionSet.Parse(area.AsSpan(0, room)).IsMalformed));
                }
            }
        }
    }

    [Theory]
    [InlineData("fd02020405b4")]
    [InlineData("fd04abcd020405b4")]
    [InlineData("0101fd03ab020405b400")]
    [InlineData("03040102020405b4")] // a window scale with a length it cannot have
    [InlineData("020305020405b4")]
    [InlineData("0504aaaa020405b4")] // half a block
    [InlineData("2205aabbcc020405b4")] // an odd cookie
    [Rfc("9293", "MUST-6")]
    [Rfc("9293", "MUST-64")]
    public void Unknown_options_are_skipped(string hex)
    {
        var read = TcpOptionSet.Parse(Convert.FromHexString(hex));
        Assert.True(read is { HasMaximumSegmentSize: true, MaximumSegmentSize: 1460, IsMalformed: false });
        Assert.False(read.HasFastOpen || read.HasWindowScale || read.SackBlockCount > 0);
    }

    [Fact]
    public void Nothing_counts_behind_the_end_of_the_list() =>
        Assert.False(TcpOptionSet.Parse([0, 2, 4, 5, 0xB4]) is { HasMaximumSegmentSize: true } or { IsMalformed: true });

    [Fact]
    // RFC 7323 §2.3.
    public void A_window_scale_above_14_counts_as_14() => Assert.Equal(14, TcpOptionSet.Parse([3, 3, 15, 0]).WindowScale);

    [Fact]
    public void The_last_of_a_kind_counts()
    {
        var read = TcpOptionSet.Parse(Convert.FromHexString("020400010204000205" + "0a0000000100000002" + "050a0000000300000004"));
        Assert.Equal(2, read.MaximumSegmentSize);
        Assert.Equal(new SackBlock(new SequenceNumber(3), new SequenceNumber(4)), Assert.Single(read.SackBlocks.ToArray()));
    }

    [Fact]
    public void Any_octets_are_read_without_an_exception() =>
        Gen.OneOf(Gen.Byte.Array[0, 60], Gen.OneOf<byte>(0, 1, 2, 3, 4, 5, 8, 10, 28, 34).Array[0, 60]).Sample(octets =>
            TcpOptionSet.Parse(octets) is { SackBlockCount: <= 4, WindowScale: <= 14 });

    [Theory]
    [InlineData(0u, 0u)]
    [InlineData(32767u, 32767u)]
    [InlineData(32768u, 32820u)] // 546.1 minutes become 547
    [InlineData(uint.MaxValue, 32767u * 60)]
    // RFC 5482 §2.
    public void User_timeouts_go_over_to_minutes(uint seconds, uint read) =>
        Assert.Equal(read, TcpOptionSet.Parse(Write(new TcpOptionSet { HasUserTimeout = true, UserTimeoutSeconds = seconds }, false)).UserTimeoutSeconds);

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(18)]
    // RFC 7413 §4.1.1.
    public void Cookies_of_other_lengths_are_refused(int length) =>
        Assert.Throws<ArgumentException>(() => default(TcpOptionSet).SetFastOpenCookie(new byte[length]));

    [Theory]
    [InlineData("", "fe04f989")]
    [InlineData("01020304", "fe08f98901020304")]
    [InlineData("0102030405060708090a0b0c0d0e0f10", "fe14f9890102030405060708090a0b0c0d0e0f10")]
    [InlineData("010203040506", "fe0af9890102030405060101")]
    // RFC 6994 §3.1.
    public void The_experimental_form_of_a_cookie_has_its_identifier(string cookie, string hex)
    {
        var options = default(TcpOptionSet);
        options.SetFastOpenCookie(Convert.FromHexString(cookie), isExperimental: true);
        var written = Write(options, true);
        Assert.Equal(hex, Convert.ToHexStringLower(written));
        var read = TcpOptionSet.Parse(written);
        Assert.True(read is { HasFastOpen: true, IsFastOpenExperimental: true });
        Assert.Equal(cookie, Convert.ToHexStringLower(read.FastOpenCookie));
        read.SetFastOpenCookie([]);
        Assert.False(read.IsFastOpenExperimental);
    }

    [Theory]
    [InlineData("fe06f9890102")]
    [InlineData("fe04f988")]
    [InlineData("fe03f9")]
    [InlineData("fe02")]
    [InlineData("fe09f9890102030405")]
    public void Other_experiments_are_skipped(string hex) => Assert.False(TcpOptionSet.Parse(Convert.FromHexString(hex)).HasFastOpen);

    [Fact]
    public void A_fifth_block_has_no_room()
    {
        var options = default(TcpOptionSet);
        var added = Enumerable.Range(0, 5).Count(i => options.AddSackBlock(new SequenceNumber((uint)i), new SequenceNumber((uint)i + 1)));
        Assert.Equal((4, 4), (added, options.SackBlockCount));
        Assert.Equal(3u, options.GetSackBlock(3).Left.Value);
        Assert.Throws<IndexOutOfRangeException>(() => options.GetSackBlock(4));
        options.ClearSackBlocks();
        Assert.Equal(0, options.SackBlockCount);
    }

    private static TcpOptionSet Make(int has, ushort mss, byte scale, uint value, uint echo, SackBlock[] blocks, byte[] cookie)
    {
        var options = new TcpOptionSet
        {
            HasMaximumSegmentSize = (has & 1) != 0,
            MaximumSegmentSize = mss,
            HasWindowScale = (has & 2) != 0,
            WindowScale = scale,
            HasTimestamps = (has & 4) != 0,
            TimestampValue = value,
            TimestampEcho = echo,
            SackPermitted = (has & 8) != 0,
            HasUserTimeout = (has & 16) != 0,
            UserTimeoutSeconds = value,
        };
        if ((has & 32) != 0)
            options.SetFastOpenCookie(cookie);
        if ((has & 64) != 0)
        {
            foreach (var block in blocks)
                options.AddSackBlock(block.Left, block.Right);
        }

        return options;
    }

    private static byte[] Write(in TcpOptionSet options, bool syn)
    {
        var header = new byte[TcpView.MaxHeaderLength];
        Array.Fill(header, (byte)0xEE);
        return header[20..TcpWriter.Write(header, new TcpHeader { Flags = syn ? TcpFlags.Syn : TcpFlags.Ack }, options)];
    }
}
