using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using CsCheck;
using SharpTcp.Links;
using SharpTcp.Protocols;
using Xunit;

namespace SharpTcp.Tests.Links;

public sealed class SuperFrameTests
{
    private const byte All = TestFrames.Fin | TestFrames.Psh | TestFrames.Ack | TestFrames.Cwr;

    [Fact]
    public void Any_super_frame_is_cut_into_right_packets_with_its_payload()
    {
        var gen = Gen.Select(Gen.Bool, Gen.Bool, Gen.Bool, Gen.Int[0, 20_000], Gen.Int[1, 9000]);
        gen.Sample((isUdp, isIPv6, isEthernet, payload, segment) =>
        {
            var medium = isEthernet ? LinkMedium.Ethernet : LinkMedium.Ip;
            segment = Math.Max(segment, payload / 100);
            segment = Math.Max(segment, 1);
            var (frame, meta) = isUdp
                ? TestFrames.UdpSuperFrame(medium, isIPv6, payload, segment)
                : TestFrames.TcpSuperFrame(medium, isIPv6, payload, segment, (byte)payload, (uint)payload * 300_007);
            var packets = Cut(frame, meta, medium);
            Assert.Equal(Math.Max(1, (payload + segment - 1) / segment), packets.Count);
            Assert.Equal(frame.AsSpan(meta.HeaderLength).ToArray(), packets.SelectMany(p => TestFrames.CheckedPayload(p, medium)!));
            Assert.All(packets.SkipLast(1), p => Assert.Equal(segment, p.Length - meta.HeaderLength));
        });
    }

    [Fact]
    public void Tcp_packets_carry_on_in_sequence_with_the_flags_in_their_places()
    {
        var (frame, meta) = TestFrames.TcpSuperFrame(LinkMedium.Ethernet, false, 2500, 1000, All, 0xFFFF_FE00);
        var tcp = Cut(frame, meta, LinkMedium.Ethernet).ConvertAll(p => p[34..]);
        Assert.Equal([0xFFFF_FE00, 0x0000_01E8, 0x0000_05D0], tcp.Select(p => BinaryPrimitives.ReadUInt32BigEndian(p.AsSpan(4))));
        Assert.Equal([TestFrames.Ack | TestFrames.Cwr, TestFrames.Ack, TestFrames.Ack | TestFrames.Fin | TestFrames.Psh], tcp.Select(p => (int)p[13]));
        Assert.All(tcp, p => Assert.True(p.AsSpan(20, 12).SequenceEqual(frame.AsSpan(54, 12)))); // options in each
    }

    [Fact]
    public void IPv4_identifications_count_up()
    {
        var (frame, meta) = TestFrames.UdpSuperFrame(LinkMedium.Ip, false, 2500, 1000);
        var packets = Cut(frame, meta, LinkMedium.Ip);
        Assert.Equal([0xFFFE, 0xFFFF, 0], packets.Select(p => (int)BinaryPrimitives.ReadUInt16BigEndian(p.AsSpan(4))));
        Assert.All(packets, p => Assert.Equal(0x40, p[6]));
    }

    [Fact]
    public void A_udp_sum_of_zero_is_sent_as_ones()
    {
        // The payload's last word is chosen so that the sum comes out as all ones, whose complement is zero.
        var (frame, meta) = TestFrames.UdpSuperFrame(LinkMedium.Ip, false, 100, 0);
        var rest = TestFrames.Sum(frame.AsSpan(meta.ChecksumStart, 106));
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(^2), (ushort)(0xFFFF - rest));
        Assert.Equal(default, PartialChecksum.Complete(frame, meta));
        Assert.Equal(0xFFFF, BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(26)));
        Assert.NotNull(TestFrames.CheckedPayload(frame, LinkMedium.Ip));
    }

    [Fact]
    public void Any_frame_and_meta_data_are_cut_or_refused_without_an_exception()
    {
        var (tcp, tcpMeta) = TestFrames.TcpSuperFrame(LinkMedium.Ethernet, true, 300, 100);
        var gen = Gen.Select(
            Gen.Int[0, tcp.Length], Gen.Int[0, 90], Gen.Byte, Gen.Int[0, 3], Gen.UShort[0, 200], Gen.UShort[0, 120], Gen.UShort[0, 40]);
        gen.Sample(t =>
        {
            var (length, changed, value, segmentation, size, start, offset) = t;
            var frame = tcp[..length];
            if (changed < length)
                frame[changed] = value;
            var meta = new FrameMeta(FrameFlags.NeedsChecksum, (Segmentation)segmentation, size, 0, start, offset);
            _ = SuperFrame.TryParse(frame, meta, LinkMedium.Ethernet, out var super) ? Cut(frame, meta, LinkMedium.Ethernet) : null;
            meta = tcpMeta with { SegmentSize = Math.Max((ushort)1, size) };
            if (SuperFrame.TryParse(frame, meta, LinkMedium.Ethernet, out super))
                Assert.Equal(super.TotalLength, Cut(frame, meta, LinkMedium.Ethernet).Sum(p => p.Length));
            PartialChecksum.Complete(frame, meta with { ChecksumStart = start, ChecksumOffset = offset });
        });
    }

    private static List<byte[]> Cut(byte[] frame, in FrameMeta meta, LinkMedium medium)
    {
        Assert.True(SuperFrame.TryParse(frame, meta, medium, out var super));
        var packets = new List<byte[]>();
        for (var i = 0; i < super.Count; i++)
        {
            var packet = new byte[super.PacketLength(i)];
            Assert.True(packet.Length <= super.LongestPacket);
            super.WritePacket(frame, i, packet);
            packets.Add(packet);
        }
        return packets;
    }
}
