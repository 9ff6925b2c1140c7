using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using SharpTcp.Links;
using SharpTcp.Protocols;
using Xunit;

namespace SharpTcp.Tests.Links;

public sealed class FaultyLinkTests
{
    private const LinkMedium Medium = LinkMedium.Ethernet;
    private static readonly LinkCapabilities Full = new(Medium, 1500, LinkOffloads.All);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Without_faults_packets_pass_whole_and_in_order(bool outbound)
    {
        using var net = new Net("", outbound);
        Assert.Equal(Enumerable.Range(0, 500), net.Pass(500));
        Assert.Equal(new FaultCounters(500, 0, 0, 0, 0, 0), net.Counters);
    }

    [Theory]
    [InlineData(true, "loss=10%")]
    [InlineData(false, "loss=10%")]
    [InlineData(true, "dup=10%")]
    [InlineData(true, "reorder=10%")]
    [InlineData(true, "corrupt=10%")]
    public void The_share_of_faults_is_what_was_asked_for_and_the_same_again_with_the_same_seed(bool outbound, string faults)
    {
        using var first = new Net(faults + ",seed=7", outbound);
        using var again = new Net(faults + ",seed=7", outbound);
        using var other = new Net(faults + ",seed=8", outbound);
        var passed = first.Pass(10_000);
        Assert.Equal(passed, again.Pass(10_000));
        Assert.NotEqual(passed, other.Pass(10_000));
        var c = first.Counters;
        var all = c.Lost + c.Duplicated + c.Reordered + c.Corrupted;
        Assert.InRange(all, 850, 1150); // five standard deviations of 30
        Assert.Equal(all, new[] { c.Lost, c.Duplicated, c.Reordered, c.Corrupted }.Max());
        Assert.Equal(10_000 - c.Lost + c.Duplicated - c.Corrupted, passed.Count);
        Assert.Equal(10_000 - c.Lost - c.Corrupted, passed.Distinct().Count());
        Assert.Equal(0, c.Overflowed);
    }

    [Fact]
    public void A_reordered_packet_is_overtaken_by_one_to_three_and_no_other_moves()
    {
        using var net = new Net("reorder=2%,seed=3", outbound: true);
        var passed = net.Pass(5000);
        Assert.Equal(Enumerable.Range(0, 5000), passed.Order());
        var late = Enumerable.Range(1, 4999).Where(i => passed[i] < passed[i - 1]).ToList();
        Assert.InRange(late.Count, 60, (int)net.Counters.Reordered);
        Assert.All(late, i => Assert.InRange(passed.Take(i).Count(p => p > passed[i]), 1, 5)); // others may be held at the same time
    }

    [Fact]
    public void Bursts_lose_rows_of_packets_and_move_no_other_fault()
    {
        using var net = new Net("burst=0.5%:10", outbound: true);
        var passed = net.Pass(20_000);
        var gaps = passed.Zip(passed.Skip(1), (a, b) => b - a - 1).Where(gap => gap > 0).ToList();
        Assert.Equal(20_000 - passed.Count, net.Counters.Lost);
        Assert.InRange(gaps.Count, 60, 140);
        Assert.InRange(gaps.Average(), 7, 13);

        using var alone = new Net("loss=1%,seed=3", outbound: true);
        using var both = new Net("loss=1%,burst=0.5%:10,seed=3", outbound: true);
        Assert.Subset(alone.Pass(5000).ToHashSet(), both.Pass(5000).ToHashSet());
    }

    [Fact]
    public void A_reordered_packet_that_nothing_follows_comes_late()
    {
        using var net = new Net("reorder=100%", outbound: true);
        net.Send(1);
        net.Clock.Advance(TimeSpan.FromMilliseconds(10) - TimeSpan.FromTicks(1));
        Assert.Empty(net.Arrived());
        net.Clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal([0], net.Arrived());
    }

    [Fact]
    public void A_flipped_bit_spoils_the_checksum_and_nothing_but_a_bit()
    {
        using var net = new Net("corrupt=100%", outbound: true);
        var sent = TestFrames.UdpPacket(Medium, false, 500);
        for (var i = 0; i < 200; i++)
        {
            Assert.True(net.Link.TrySend(TestFrames.Outbound(sent, default)));
            var (received, meta) = Assert.Single(TestFrames.ReceiveAll(net.Far));
            Assert.Equal(default, meta);
            Assert.Null(TestFrames.CheckedPayload(received, Medium));
            Assert.Equal(1, sent.Zip(received, (a, b) => int.PopCount(a ^ b)).Sum());
            Assert.True(sent.AsSpan(0, 34).SequenceEqual(received.AsSpan(0, 34)));
        }
        var arp = new byte[60];
        (arp[12], arp[13]) = (8, 6);
        Assert.True(net.Link.TrySend(new OutboundFrame(arp)));
        Assert.Equal(arp, Assert.Single(TestFrames.ReceiveAll(net.Far)).Frame);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_delay_is_kept_exactly_and_the_driver_is_called_for_what_arrives(bool outbound)
    {
        using var net = new Net("delay=20ms", outbound);
        var calls = 0;
        net.Receiver.SetReadyCallback(() => calls++);
        net.Send(2);
        Assert.Empty(net.Arrived());
        calls = 0;
        net.Clock.Advance(TimeSpan.FromTicks(199_999));
        Assert.Equal(0, calls);
        Assert.Empty(net.Arrived());
        net.Clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(1, calls);
        Assert.Equal([0, 1], net.Arrived());
    }

    [Fact]
    public void Jitter_spreads_arrivals_and_does_not_reorder()
    {
        using var net = new Net("delay=10ms,jitter=10ms", outbound: true);
        var first = 0;
        var passed = new List<int>();
        for (var i = 0; i < 100; i++)
        {
            net.Send(1);
            net.Clock.Advance(TimeSpan.FromMilliseconds(5));
            passed.AddRange(net.Arrived());
            first += passed.Count == 0 ? 1 : 0;
        }
        net.Clock.Advance(TimeSpan.FromMilliseconds(20));
        passed.AddRange(net.Arrived());
        Assert.Equal(Enumerable.Range(0, 100), passed);
        Assert.InRange(first, 1, 3);
    }

    [Fact]
    public void A_rate_spaces_packets_and_its_queue_drops_the_newest()
    {
        // 1000 octets at 8 Mbit/s take a millisecond each.
        using var net = new Net("rate=8mbit,queue=10", outbound: true) { PacketLength = 1000 };
        net.Send(30);
        Assert.Equal(20, net.Counters.Overflowed);
        for (var i = 0; i < 10; i++)
        {
            net.Clock.Advance(TimeSpan.FromMilliseconds(1) - TimeSpan.FromTicks(1));
            Assert.Empty(net.Arrived());
            net.Clock.Advance(TimeSpan.FromTicks(1));
            Assert.Equal([i], net.Arrived());
        }
        net.Send(1);
        Assert.Equal(20, net.Counters.Overflowed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Super_frames_are_cut_before_faults_befall_them(bool outbound)
    {
        using var net = new Net("loss=30%", outbound);
        var (frame, meta) = TestFrames.TcpSuperFrame(Medium, false, 40_000, 1000);
        Assert.True(net.Sender.TrySend(TestFrames.Outbound(frame, meta)));
        var packets = TestFrames.ReceiveAll(net.Receiver);
        Assert.Equal(40, net.Counters.Packets);
        Assert.Equal(40 - net.Counters.Lost, packets.Count);
        Assert.InRange(net.Counters.Lost, 1, 30);
        Assert.All(packets, p => Assert.Equal(1000, TestFrames.CheckedPayload(p.Frame, Medium)!.Length));
    }

    [Fact]
    public void A_direction_that_is_not_named_is_left_alone()
    {
        using var net = new Net("loss=100%,direction=in", outbound: true);
        var (frame, meta) = TestFrames.TcpSuperFrame(Medium, false, 40_000, 1000);
        Assert.True(net.Link.TrySend(TestFrames.Outbound(frame, meta)));
        Assert.Equal(meta, Assert.Single(TestFrames.ReceiveAll(net.Far)).Meta);
        Assert.True(net.Far.TrySend(TestFrames.Outbound(frame, meta)));
        Assert.Empty(TestFrames.ReceiveAll(net.Link));
        Assert.Equal(40, net.Link.Inbound.Lost);
    }

    [Fact]
    public void A_full_inner_link_refuses_the_sender_and_loses_nothing()
    {
        var clock = new ManualTimeProvider();
        var (near, far) = MemoryLink.CreatePair(Full, new MemoryLinkOptions { QueueFrames = 4 });
        using var link = new FaultyLink(near, new FaultOptions(), clock);
        var calls = 0;
        link.SetReadyCallback(() => calls++);
        var sent = 0;
        while (link.TrySend(new OutboundFrame([(byte)sent])))
            sent++;
        Assert.Equal(5, sent);
        var received = TestFrames.ReceiveAll(far).Select(f => f.Frame[0]).ToList();
        Assert.Equal(1, calls);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(2, calls);
        received.AddRange(TestFrames.ReceiveAll(far).Select(f => f.Frame[0]));
        Assert.Equal([0, 1, 2, 3, 4], received);
        Assert.True(link.TrySend(new OutboundFrame([5])));
    }

    /// <summary>A faulty end and a sound one; numbered packets go one way.</summary>
    private sealed class Net : IDisposable
    {
        private readonly bool _outbound;
        private ushort _sent;

        public Net(string faults, bool outbound)
        {
            _outbound = outbound;
            var (near, far) = MemoryLink.CreatePair(Full, new MemoryLinkOptions { QueueFrames = 2000 });
            Link = new FaultyLink(near, FaultOptions.Parse(faults), Clock);
            Far = far;
        }

        public ManualTimeProvider Clock { get; } = new();

        public FaultyLink Link { get; }

        public MemoryLink Far { get; }

        public ILink Sender => _outbound ? Link : Far;

        public ILink Receiver => _outbound ? Far : Link;

        public FaultCounters Counters => _outbound ? Link.Outbound : Link.Inbound;

        /// <summary>The length of the frames that <see cref="Send"/> makes.</summary>
        public int PacketLength { get; init; } = 100;

        public void Send(int count)
        {
            for (var i = 0; i < count; i++)
                Assert.True(Sender.TrySend(new OutboundFrame(TestFrames.UdpPacket(Medium, true, PacketLength - 62, _sent++))));
        }

        /// <summary>The numbers of the packets that have arrived and are whole.</summary>
        public List<int> Arrived() => TestFrames.ReceiveAll(Receiver).Select(f => f.Frame)
            .Where(f => TestFrames.CheckedPayload(f, Medium) is not null)
            .Select(f => (int)BinaryPrimitives.ReadUInt16BigEndian(f.AsSpan(54))).ToList();

        public List<int> Pass(int count)
        {
            var arrived = new List<int>();
            for (var i = 0; i < count; i += 100)
            {
                Send(100);
                arrived.AddRange(Arrived());
            }
            Clock.Advance(TimeSpan.FromSeconds(1));
            arrived.AddRange(Arrived());
            return arrived;
        }

        public void Dispose()
        {
            Link.Dispose();
            Far.Dispose();
        }
    }
}
