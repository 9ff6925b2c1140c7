using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Text;
using CsCheck;
using Xunit;

namespace SharpTcp.Wire.Tests;

public sealed class PcapngTests
{
    private const ulong Noon = 1_700_000_000_123_456_789;

    [Fact]
    public void What_is_written_reads_back()
    {
        Gen.Select(Gen.Byte.Array[0, 70], Gen.ULong, Gen.Int[0, 1], Gen.Int[0, 2], Gen.OneOf(Gen.Const(""), Gen.String[0, 40]), Gen.Int[0, 70_000])
            .Array[0, 5].Sample(packets =>
            {
                var file = WriteFile(packets);
                var reader = new PcapngReader(file);
                foreach (var (data, time, index, direction, comment, original) in packets)
                {
                    Assert.True(reader.TryReadPacket(out var packet));
                    Assert.Equal(data, packet.Data.ToArray());
                    Assert.Equal(time, packet.Timestamp);
                    Assert.Equal(index, packet.InterfaceIndex);
                    Assert.Equal(index == 0 ? PcapLinkType.Ethernet : PcapLinkType.Raw, packet.Interface.LinkType);
                    Assert.Equal((PcapDirection)direction, packet.Direction);
                    Assert.Equal(Encoding.UTF8.GetBytes(comment), packet.CommentUtf8.ToArray());
                    Assert.Equal((uint)Math.Max(original, data.Length), packet.OriginalLength);
                }
                Assert.False(reader.TryReadPacket(out _));
                Assert.False(reader.IsMalformed);
            });
    }

    [Fact]
    public void Every_prefix_and_every_changed_byte_is_read_or_refused()
    {
        var file = WriteFile([([1, 2, 3], Noon, 0, 1, "a remark", 3), ([4, 5, 6, 7], Noon, 1, 2, "", 9)]);
        for (var length = 0; length < file.Length; length++)
        {
            var reader = new PcapngReader(file.AsSpan(0, length).ToArray());
            var packets = 0;
            while (reader.TryReadPacket(out _))
                packets++;
            Assert.InRange(packets, 0, 1);
        }
        for (var at = 0; at < file.Length; at++)
            for (var value = 0; value < 256; value++)
            {
                var changed = (byte[])file.Clone();
                changed[at] = (byte)value;
                var reader = new PcapngReader(changed);
                var packets = 0;
                while (reader.TryReadPacket(out var packet))
                {
                    packets++;
                    Assert.InRange(packet.Data.Length, 0, 60); // never more than its block
                }
                Assert.InRange(packets, 0, 2);
            }
    }

    [Fact]
    public void A_big_endian_section_reads_and_unknown_blocks_are_skipped()
    {
        var blocks = new List<byte>();
        AddBigEndian(blocks, 0x0A0D0D0A, [0x1A, 0x2B, 0x3C, 0x4D, 0, 1, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255]);
        AddBigEndian(blocks, 1, [0, 1, 0, 0, 0, 0, 0, 0]); // no if_tsresol: microseconds
        AddBigEndian(blocks, 0x0BAD, [1, 2, 3, 4]);
        AddBigEndian(blocks, 6, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 2, 0, 0, 0, 60, 0xAB, 0xCD, 0, 0]);
        var little = WriteFile([([9], Noon, 1, 0, "", 1)]);
        blocks.AddRange(little); // a second section, in the other order
        var reader = new PcapngReader(blocks.ToArray());

        Assert.True(reader.TryReadPacket(out var packet));
        Assert.Equal([0xAB, 0xCD], packet.Data.ToArray());
        Assert.Equal(5000UL, packet.Timestamp);
        Assert.Equal(60U, packet.OriginalLength);
        Assert.True(reader.TryReadPacket(out packet));
        Assert.Equal([9], packet.Data.ToArray());
        Assert.Equal(Noon, packet.Timestamp);
        Assert.False(reader.TryReadPacket(out _));
        Assert.False(reader.IsMalformed);
    }

    [Theory]
    [InlineData(0, 7UL, 0L, 7_000_000_000UL)]
    [InlineData(9, 7UL, 1L, 1_000_000_007UL)]
    [InlineData(12, 7000UL, 0L, 7UL)]
    [InlineData(0x8A, 1024UL, 0L, 1_000_000_000UL)]
    [InlineData(127, ulong.MaxValue, 0L, 0UL)]
    [InlineData(0xFF, ulong.MaxValue, 0L, 0UL)]
    [InlineData(0, ulong.MaxValue, long.MaxValue, ulong.MaxValue)]
    [InlineData(9, 7UL, long.MinValue, 0UL)]
    public void Time_stamps_of_every_resolution_become_nanoseconds(int resolution, ulong ticks, long offset, ulong expected) =>
        Assert.Equal(expected, new PcapngInterface(PcapLinkType.Raw, 0, (byte)resolution, offset).ToNanoseconds(ticks));

    [Fact]
    public void A_short_destination_is_refused_with_the_length_needed()
    {
        var refusal = Assert.Throws<ArgumentException>(() => PcapngWriter.WritePacket(new byte[20], 0, 0, [1, 2, 3]));
        Assert.Contains(PcapngWriter.PacketBlockLength(3).ToString(System.Globalization.CultureInfo.InvariantCulture), refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_text_is_cut_at_a_character()
    {
        var text = string.Concat(System.Linq.Enumerable.Repeat("x😀", 2000));
        var buffer = new byte[4096];
        var length = PcapngWriter.WriteSectionHeader(buffer);
        length += PcapngWriter.WriteInterface(buffer.AsSpan(length), PcapLinkType.Raw, text);
        length += PcapngWriter.WritePacket(buffer.AsSpan(length), 0, 1, [], comment: text);
        var reader = new PcapngReader(buffer.AsSpan(0, length));
        Assert.True(reader.TryReadPacket(out var packet));
        Assert.InRange(packet.CommentUtf8.Length, 512, PcapngWriter.MaxTextLength);
        Assert.DoesNotContain('\uFFFD', Encoding.UTF8.GetString(packet.CommentUtf8));
    }

    internal static byte[] WriteFile((byte[] Data, ulong Time, int Index, int Direction, string Comment, int Original)[] packets)
    {
        var buffer = new byte[4096];
        var length = PcapngWriter.WriteSectionHeader(buffer, "SharpTCP tests");
        length += PcapngWriter.WriteInterface(buffer.AsSpan(length), PcapLinkType.Ethernet, "tap0");
        length += PcapngWriter.WriteInterface(buffer.AsSpan(length), PcapLinkType.Raw);
        foreach (var (data, time, index, direction, comment, original) in packets)
            length += PcapngWriter.WritePacket(buffer.AsSpan(length), index, time, data, (PcapDirection)direction, original, comment);
        return buffer[..length];
    }

    private static void AddBigEndian(List<byte> blocks, uint type, byte[] body)
    {
        var block = new byte[body.Length + 12];
        BinaryPrimitives.WriteUInt32BigEndian(block, type);
        BinaryPrimitives.WriteInt32BigEndian(block.AsSpan(4), block.Length);
        body.CopyTo(block, 8);
        BinaryPrimitives.WriteInt32BigEndian(block.AsSpan(block.Length - 4), block.Length);
        blocks.AddRange(block);
    }
}
