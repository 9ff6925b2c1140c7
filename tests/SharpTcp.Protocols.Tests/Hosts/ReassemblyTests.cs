using System;
using System.Collections.Generic;
using System.Linq;
using CsCheck;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Protocols.Tests.Hosts;

public sealed class ReassemblyTests
{
    private const int Size = 1480;

    [Theory]
    [InlineData(true, 65_507)]
    [InlineData(false, 65_507)]
    [InlineData(true, 1473)]
    [InlineData(false, 1453)]
    [Rfc("1122", "IP-16")]
    [Rfc("1122", "IP-113")]
    [Rfc("8504", "N6-2")]
    [Rfc("1122", "IP-112")]
    public void A_large_ping_comes_back_in_fragments(bool isIPv4, int size)
    {
        var fixture = new HostFixture();
        var data = Frames.Pattern(size);
        var frames = isIPv4
            ? Frames.Fragment4(IpProtocol.Icmp, Frames.Echo4Message(3, 4, data), Size)
            : Frames.Fragment6(IpProtocol.Icmpv6, Frames.Echo6Message(3, 4, data), 1448);
        var sent = frames.SelectMany(frame => fixture.Receive(frame)).ToList();
        Assert.True(sent.Count > 1);
        Assert.All(sent, frame => Assert.True(frame.Bytes.Length <= 1514));
        Assert.Equal(data, Whole(sent, isIPv4)[8..]);
        Assert.Equal(0, fixture.Host.Reassembly.Memory);
        Assert.Equal(0, fixture.Host.Reassembly.Count);
        fixture.CheckCounters();
    }

    [Fact]
    public void Fragments_in_any_order_and_twice_make_the_datagram() =>
        Gen.Select(Gen.Int[9, 6000], Gen.Int[1, 40], Gen.Bool, Gen.ULong).Sample(
            (length, eighths, isIPv4, seed) =>
            {
                var fixture = new HostFixture();
                var data = Frames.Pattern(length);
                var size = Math.Max(eighths * 8, 64);
                var frames = isIPv4
                    ? Frames.Fragment4(IpProtocol.Icmp, Frames.Echo4Message(3, 4, data), size)
                    : Frames.Fragment6(IpProtocol.Icmpv6, Frames.Echo6Message(3, 4, data), size);
                var entropy = new SeededEntropy(seed);
                var shuffled = frames.Concat(frames.Where(_ => frames.Length > 1 && entropy.NextBelow(2) == 0)).OrderBy(_ => entropy.NextUInt32()).ToList();

                // A duplicate that comes after the last missing piece begins another datagram, which never gets whole.
                var replies = shuffled.SelectMany(frame => fixture.Receive(frame)).ToList();
                Assert.Equal(data, Whole(replies, isIPv4)[8..]);
            },
            iter: 100);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Rfc("exam", "20")]
    [Rfc("8504", "N6-3")]
    [Rfc("8200", "4.5")]
    public void An_overlap_discards_the_datagram_and_what_comes_later(bool isIPv4)
    {
        var message = isIPv4 ? Frames.Echo4Message(3, 4, Frames.Pattern(2000)) : Frames.Echo6Message(3, 4, Frames.Pattern(2000));
        for (var overlap = 8; overlap <= 64; overlap += 8)
        {
            var fixture = new HostFixture();
            Assert.Empty(fixture.Receive(Piece(isIPv4, message, 0, 1000)));
            fixture.Drops(DropReason.OverlappingFragment, Piece(isIPv4, message, 1000 - overlap, 504));
            fixture.Drops(DropReason.OverlappingFragment, Piece(isIPv4, message, 1000, 1008));
            Assert.Equal(0, fixture.Host.Reassembly.Memory);
            Assert.Empty(fixture.Advance(TimeSpan.FromSeconds(61)));
            Assert.Equal(0, fixture.Host.Reassembly.Count);
        }
    }

    [Fact]
    public void A_duplicate_with_other_bytes_is_an_overlap()
    {
        var fixture = new HostFixture();
        var message = Frames.Echo4Message(3, 4, Frames.Pattern(2000));
        Assert.Empty(fixture.Receive(Piece(true, message, 0, 1000)));
        fixture.Drops(DropReason.DuplicateFragment, Piece(true, message, 0, 1000));
        var other = (byte[])message.Clone();
        other[100] ^= 1;
        fixture.Drops(DropReason.OverlappingFragment, Piece(true, other, 0, 1000));
    }

    [Fact]
    [Rfc("exam", "21")]
    [Rfc("8200", "4.5")]
    public void A_datagram_longer_than_65535_is_refused()
    {
        var fixture = new HostFixture();
        fixture.Drops(DropReason.BadFragment, Frames.IPv4(IpProtocol.Udp, new byte[800], id: 5, offset: 65_528 - 800 + 8, more: false));
        var sent = fixture.Receive(Frames.IPv6Fragment(IpProtocol.Udp, new byte[800], 5, 65_528 - 800 + 8, false));
        AssertProblem(HostFixture.One(sent), 42);
    }

    [Fact]
    [Rfc("exam", "21")]
    [Rfc("8200", "4.5")]
    public void A_ragged_fragment_in_the_middle_is_refused()
    {
        var fixture = new HostFixture();
        fixture.Drops(DropReason.BadFragment, Frames.IPv4(IpProtocol.Udp, new byte[33], id: 5, offset: 64, more: true));
        AssertProblem(HostFixture.One(fixture.Receive(Frames.IPv6Fragment(IpProtocol.Udp, new byte[33], 5, 64, true))), 4);
    }

    [Fact]
    [Rfc("exam", "26")]
    public void A_first_fragment_that_hides_the_ports_is_dropped()
    {
        var fixture = new HostFixture();
        fixture.Drops(DropReason.BadFragment, Frames.IPv4(IpProtocol.Tcp, new byte[16], id: 5, offset: 0, more: true));
        fixture.Drops(DropReason.BadFragment, Frames.IPv4(IpProtocol.Tcp, new byte[16], id: 5, offset: 8, more: true));
    }

    [Fact]
    [Rfc("exam", "24")]
    public void An_atomic_fragment_is_processed_alone()
    {
        var fixture = new HostFixture();
        var message = Frames.Echo6Message(3, 4, Frames.Pattern(2000));
        Assert.Empty(fixture.Receive(Piece(false, message, 0, 1000)));
        Assert.Single(fixture.Receive(Frames.IPv6Fragment(IpProtocol.Icmpv6, Frames.Echo6Message(9, 9, "x"u8), 77, 0, false)));
        Assert.Equal(2, fixture.Receive(Piece(false, message, 1000, 1008)).Count);
    }

    [Theory]
    [InlineData(true, 30)]
    [InlineData(false, 60)]
    [Rfc("1122", "IP-116")]
    [Rfc("1122", "IP-117")]
    [Rfc("exam", "23")]
    [Rfc("defect", "14")]
    [Rfc("8200", "4.5")]
    [Rfc("4443", "3.3")]
    public void What_stays_incomplete_times_out_and_its_sender_is_told_if_the_first_fragment_came(bool isIPv4, int seconds)
    {
        var fixture = new HostFixture();
        var message = isIPv4 ? Frames.Echo4Message(3, 4, Frames.Pattern(3000)) : Frames.Echo6Message(3, 4, Frames.Pattern(3000));
        fixture.Receive(Piece(isIPv4, message, 0, 1000));
        Assert.Empty(fixture.Advance(TimeSpan.FromSeconds(seconds - 1)));
        var frame = HostFixture.One(fixture.Advance(TimeSpan.FromSeconds(2)));
        if (isIPv4)
        {
            Assert.True(IPv4View.TryParse(Frames.Packet(frame), out var ip));
            Assert.True(Icmpv4View.TryParse(ip.Payload, out var error));
            Assert.Equal((Icmpv4Type.TimeExceeded, (byte)1), (error.Type, error.Code));
            Assert.Equal(Frames.Packet(Piece(true, message, 0, 1000))[..548], error.Payload.ToArray());
        }
        else
        {
            Assert.True(IPv6View.TryParse(Frames.Packet(frame), out var ip));
            Assert.True(Icmpv6View.TryParse(ip.Payload, out var error));
            Assert.Equal((Icmpv6Type.TimeExceeded, (byte)1), (error.Type, error.Code));
            Assert.Equal(Frames.Packet(Piece(false, message, 0, 1000)), error.Payload.ToArray());
        }

        fixture.Receive(Piece(isIPv4, message, 1000, 1000));
        Assert.Empty(fixture.Advance(TimeSpan.FromSeconds(seconds + 1)));
        Assert.Equal(2, fixture.Host.Counters[Counter.ReassemblyTimeouts]);
        Assert.Equal(0, fixture.Host.Reassembly.Memory);
    }

    [Fact]
    [Rfc("exam", "22")]
    public void A_flood_of_fragments_stays_in_bounds_and_an_honest_datagram_gets_through()
    {
        var fixture = new HostFixture();
        var attacker = IPv4Address.Parse("10.0.1.66");
        var honest = Frames.Fragment4(IpProtocol.Icmp, Frames.Echo4Message(3, 4, Frames.Pattern(4000)), Size);
        Assert.Empty(fixture.Receive(honest[0]));
        Assert.Empty(fixture.Receive(honest[1]));
        for (var i = 0; i < 100_000; i++)
        {
            var offset = 8 + i * 8 % 60_000;
            fixture.Host.Input(fixture.Link, Frames.IPv4(IpProtocol.Udp, new byte[8], attacker, id: (ushort)i, offset: offset, more: true), default, fixture.Now);
        }

        Assert.InRange(fixture.Host.Reassembly.Memory, 1, 4 * 1024 * 1024 / 4 + BufferPool.LargeChunk);
        Assert.True(fixture.Host.Reassembly.Count <= Reassembly.Capacity);
        Assert.Equal(3, fixture.Receive(honest[2]).Count);
    }

    [Fact]
    public void A_reassembled_datagram_is_always_summed()
    {
        var fixture = new HostFixture();
        fixture.Host.Udp.Bind(new TransportEndpoint(IPv4Address.Unspecified, 7), false, false, new UdpUser(), out _);
        var datagram = Frames.UdpDatagram(HostFixture.Peer4, HostFixture.Own4, 1, 7, Frames.Pattern(2000));
        datagram[50] ^= 1;
        var vouched = new FrameMeta(FrameFlags.ChecksumValid);
        var frames = Frames.Fragment4(IpProtocol.Udp, datagram, Size);
        fixture.Receive(frames[0], vouched);
        fixture.Drops(DropReason.BadTransportChecksum, frames[1], vouched);
    }

    private static byte[] Piece(bool isIPv4, byte[] message, int offset, int length)
    {
        var piece = message.AsSpan(offset, Math.Min(length, message.Length - offset));
        var more = offset + piece.Length < message.Length;
        return isIPv4
            ? Frames.IPv4(IpProtocol.Icmp, piece, id: 77, offset: offset, more: more)
            : Frames.IPv6Fragment(IpProtocol.Icmpv6, piece, 77, offset, more);
    }

    private static void AssertProblem(byte[] frame, uint pointer)
    {
        Assert.True(IPv6View.TryParse(Frames.Packet(frame), out var ip));
        Assert.True(Icmpv6View.TryParse(ip.Payload, out var message));
        Assert.Equal((Icmpv6Type.ParameterProblem, (byte)0, pointer), (message.Type, message.Code, message.Pointer));
    }

    /// <summary>Puts the payload of sent fragments, or of one packet, together.</summary>
    internal static byte[] Whole(List<SentFrame> frames, bool isIPv4)
    {
        var whole = new byte[70_000];
        var end = 0;
        foreach (var frame in frames)
        {
            int offset;
            byte[] payload;
            if (isIPv4)
            {
                Assert.True(IPv4View.TryParse(Frames.Packet(frame.Bytes), out var ip));
                Assert.True(ip.VerifyChecksum());
                (offset, payload) = (ip.FragmentOffset, ip.Payload.ToArray());
            }
            else
            {
                Assert.True(IPv6View.TryParse(Frames.Packet(frame.Bytes), out var ip));
                var chain = IPv6ExtensionChain.Parse(ip);
                var isFragment = chain.Verdict == IPv6ChainVerdict.Fragment;
                offset = isFragment ? chain.Fragment.Offset : 0;
                payload = (isFragment ? chain.FragmentData : chain.UpperLayer).ToArray();
            }

            payload.CopyTo(whole.AsSpan(offset));
            end = Math.Max(end, offset + payload.Length);
        }

        return whole[..end];
    }
}
