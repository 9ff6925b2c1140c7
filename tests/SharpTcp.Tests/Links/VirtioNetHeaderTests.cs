using System;
using CsCheck;
using SharpTcp.Links;
using SharpTcp.Protocols;
using Xunit;

namespace SharpTcp.Tests.Links;

public sealed class VirtioNetHeaderTests
{
    [Theory]
    [InlineData(false, 1, Segmentation.TcpIPv4)]
    [InlineData(true, 4, Segmentation.TcpIPv6)]
    public void A_tcp_super_frame_is_described_and_read_back(bool isIPv6, byte type, Segmentation segmentation)
    {
        var (frame, meta) = TestFrames.TcpSuperFrame(LinkMedium.Ethernet, isIPv6, 5000, 1448);
        Assert.Equal(segmentation, meta.Segmentation);
        var header = new byte[VirtioNetHeader.LongLength];
        VirtioNetHeader.Write(header, meta);
        var start = (byte)(isIPv6 ? 54 : 34);
        Assert.Equal([1, type, (byte)(start + 32), 0, 0xA8, 5, start, 0, 16, 0, 0, 0], header);
        Assert.True(VirtioNetHeader.TryRead(header, frame, out var read));
        Assert.Equal(meta, read);

        VirtioNetHeader.Write(header, meta with { Flags = meta.Flags | FrameFlags.CongestionWindowReduced });
        Assert.Equal(0x80 | type, header[1]);
        Assert.True(VirtioNetHeader.TryRead(header, frame, out read));
        Assert.True(read.Flags.HasFlag(FrameFlags.CongestionWindowReduced));
    }

    [Fact]
    public void Udp_super_frames_single_packets_and_verified_sums()
    {
        var (frame, meta) = TestFrames.UdpSuperFrame(LinkMedium.Ip, true, 5000, 1000);
        var header = new byte[VirtioNetHeader.ShortLength];
        VirtioNetHeader.Write(header, meta);
        Assert.Equal([1, 5, 48, 0, 0xE8, 3, 40, 0, 6, 0], header);
        Assert.True(VirtioNetHeader.TryRead(header, frame, out var read));
        Assert.Equal(meta, read);

        VirtioNetHeader.Write(header, default);
        Assert.Equal(new byte[10], header);
        header[0] = 2;
        Assert.True(VirtioNetHeader.TryRead(header, frame, out read));
        Assert.Equal(new FrameMeta(FrameFlags.ChecksumValid), read);
    }

    [Fact]
    public void The_kernels_hint_of_the_headers_length_is_not_believed()
    {
        var (frame, meta) = TestFrames.TcpSuperFrame(LinkMedium.Ethernet, false, 5000, 1448);
        var header = new byte[VirtioNetHeader.LongLength];
        VirtioNetHeader.Write(header, meta with { HeaderLength = 1000 });
        Assert.True(VirtioNetHeader.TryRead(header, frame, out var read));
        Assert.Equal(66, read.HeaderLength);
    }

    [Theory]
    [InlineData(1, 3)] // an unknown kind of super-frame (UFO)
    [InlineData(4, 0)] // no segment size
    [InlineData(0, 0)] // a super-frame without a checksum to complete
    [InlineData(7, 0xFF)] // a checksum behind the end
    [InlineData(6, 3)] // a TCP header that is no header: its length is too small
    public void A_header_that_contradicts_the_frame_is_refused(int place, byte value)
    {
        var (frame, meta) = TestFrames.TcpSuperFrame(LinkMedium.Ethernet, false, 5000, 1000);
        var header = new byte[VirtioNetHeader.LongLength];
        VirtioNetHeader.Write(header, meta with { SegmentSize = 200 });
        Assert.True(VirtioNetHeader.TryRead(header, frame, out _));
        header[place] = value;
        Assert.False(VirtioNetHeader.TryRead(header, frame, out _));
    }

    [Fact]
    public void Any_header_is_read_or_refused_and_what_is_read_lies_in_the_frame()
    {
        var (whole, meta) = TestFrames.TcpSuperFrame(LinkMedium.Ethernet, false, 100, 50);
        var good = new byte[VirtioNetHeader.LongLength];
        VirtioNetHeader.Write(good, meta);
        Gen.Select(Gen.Int[0, whole.Length], Gen.Int[0, 11], Gen.Byte, Gen.Byte.Array[12], Gen.Bool).Sample((length, place, value, random, isRandom) =>
        {
            var header = isRandom ? random : (byte[])good.Clone();
            header[place] = value;
            if (!VirtioNetHeader.TryRead(header, whole.AsSpan(0, length), out var read))
                return;
            Assert.True(read.HeaderLength <= length);
            if (read.Flags.HasFlag(FrameFlags.NeedsChecksum))
                Assert.True(read.ChecksumStart + read.ChecksumOffset + 2 <= length);
            Assert.Equal(read.Segmentation == Segmentation.None, read.SegmentSize == 0);
        });
    }
}
