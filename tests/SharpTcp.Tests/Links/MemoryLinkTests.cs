using System;
using System.Linq;
using System.Threading;
using SharpTcp.Links;
using SharpTcp.Protocols;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Tests.Links;

public sealed class MemoryLinkTests
{
    private static readonly LinkCapabilities Plain = new(LinkMedium.Ethernet, 1500);
    private static readonly LinkCapabilities Full = new(LinkMedium.Ethernet, 1500, LinkOffloads.All);

    [Fact]
    public void Frames_cross_both_ways_in_order()
    {
        var (first, second) = MemoryLink.CreatePair(Plain);
        for (var i = 0; i < 100; i++)
        {
            Assert.True(first.TrySend(new OutboundFrame([(byte)i], default, [1], [2], [3])));
            Assert.True(second.TrySend(new OutboundFrame([(byte)(200 - i)])));
        }
        Assert.Equal(Enumerable.Range(0, 100).Select(i => new byte[] { (byte)i, 1, 2, 3 }), TestFrames.ReceiveAll(second).Select(f => f.Frame));
        Assert.Equal(Enumerable.Range(0, 100).Select(i => new byte[] { (byte)(200 - i) }), TestFrames.ReceiveAll(first).Select(f => f.Frame));
    }

    [Fact]
    public void Offloads_cross_unchanged_where_both_ends_have_them()
    {
        var (first, second) = MemoryLink.CreatePair(Full);
        var (frame, meta) = TestFrames.TcpSuperFrame(LinkMedium.Ethernet, false, 60_000, 1448);
        Assert.True(first.TrySend(TestFrames.Outbound(frame, meta)));
        var (received, receivedMeta) = Assert.Single(TestFrames.ReceiveAll(second));
        Assert.Equal(frame, received);
        Assert.Equal(meta, receivedMeta);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void What_the_other_end_cannot_take_is_cut_and_summed(bool isUdp, bool isIPv6)
    {
        var (first, second) = MemoryLink.CreatePair(Full, Plain);
        var (frame, meta) = isUdp
            ? TestFrames.UdpSuperFrame(LinkMedium.Ethernet, isIPv6, 10_001, 1401)
            : TestFrames.TcpSuperFrame(LinkMedium.Ethernet, isIPv6, 10_001, 1401);
        Assert.True(first.TrySend(TestFrames.Outbound(frame, meta)));
        var packets = TestFrames.ReceiveAll(second);
        Assert.Equal(8, packets.Count);
        Assert.All(packets, p => Assert.Equal(default, p.Meta));
        Assert.Equal(frame.AsSpan(meta.HeaderLength).ToArray(), packets.SelectMany(p => TestFrames.CheckedPayload(p.Frame, LinkMedium.Ethernet)!));
    }

    [Fact]
    public void A_partial_sum_is_completed_for_an_end_without_offload()
    {
        var (first, second) = MemoryLink.CreatePair(Full, Plain);
        var (frame, meta) = TestFrames.UdpSuperFrame(LinkMedium.Ethernet, true, 333, 0);
        Assert.True(first.TrySend(TestFrames.Outbound(frame, meta)));
        var (received, receivedMeta) = Assert.Single(TestFrames.ReceiveAll(second));
        Assert.Equal(default, receivedMeta);
        Assert.NotNull(TestFrames.CheckedPayload(received, LinkMedium.Ethernet));
    }

    [Fact]
    public void A_full_queue_refuses_and_calls_the_sender_when_there_is_room()
    {
        var (first, second) = MemoryLink.CreatePair(Plain, new MemoryLinkOptions { QueueFrames = 10 });
        var calls = 0;
        first.SetReadyCallback(() => calls++);
        for (var i = 0; i < 10; i++)
            Assert.True(first.TrySend(new OutboundFrame([1])));
        Assert.False(first.TrySend(new OutboundFrame([2])));
        Assert.Equal(0, calls);
        Assert.Equal(10, TestFrames.ReceiveAll(second).Count);
        Assert.Equal(1, calls);
        Assert.True(first.TrySend(new OutboundFrame([2])));
        Assert.Equal([2], Assert.Single(TestFrames.ReceiveAll(second)).Frame);
        Assert.Equal(1, calls);
    }

    [Fact]
    public void A_super_frame_that_is_cut_is_taken_whole_or_refused_whole()
    {
        var (first, second) = MemoryLink.CreatePair(Full, Plain, new MemoryLinkOptions { QueueFrames = 10 });
        var (six, sixMeta) = TestFrames.TcpSuperFrame(LinkMedium.Ethernet, false, 6000, 1000);
        Assert.True(first.TrySend(TestFrames.Outbound(six, sixMeta)));
        Assert.False(first.TrySend(TestFrames.Outbound(six, sixMeta)));
        Assert.Equal(6, TestFrames.ReceiveAll(second).Count);

        // What the queue could never hold is lost: refused, it would be offered for ever.
        var (eleven, elevenMeta) = TestFrames.TcpSuperFrame(LinkMedium.Ethernet, false, 11_000, 1000);
        Assert.True(first.TrySend(TestFrames.Outbound(eleven, elevenMeta)));
        Assert.Equal(1, first.SendDropped);
        Assert.Empty(TestFrames.ReceiveAll(second));
    }

    [Fact]
    public void The_bytes_of_a_queue_are_bounded_too()
    {
        var (first, second) = MemoryLink.CreatePair(Full, new MemoryLinkOptions { QueueBytes = 200_000 });
        var (frame, meta) = TestFrames.TcpSuperFrame(LinkMedium.Ethernet, false, 60_000, 1448);
        var sent = 0;
        while (first.TrySend(TestFrames.Outbound(frame, meta)))
            sent++;
        Assert.Equal(3, sent);
        Assert.Equal(3, TestFrames.ReceiveAll(second).Count);
        Assert.True(first.TrySend(TestFrames.Outbound(frame, meta)));
    }

    [Fact]
    public void The_receiver_is_called_once_for_frames_that_come_while_it_is_busy()
    {
        var (first, second) = MemoryLink.CreatePair(Plain);
        var calls = 0;
        second.SetReadyCallback(() => calls++);
        first.TrySend(new OutboundFrame([1]));
        first.TrySend(new OutboundFrame([2]));
        Assert.Equal(1, calls);
        Assert.Equal(2, TestFrames.ReceiveAll(second).Count);
        first.TrySend(new OutboundFrame([3]));
        Assert.Equal(2, calls);
    }

    [Fact]
    public void Frames_longer_than_the_MTU_and_to_an_unplugged_end_are_lost_and_counted()
    {
        var (first, second) = MemoryLink.CreatePair(Plain);
        Assert.True(first.TrySend(new OutboundFrame(new byte[1519])));
        Assert.Equal(1, first.SendDropped);
        Assert.Empty(TestFrames.ReceiveAll(second));
        second.Dispose();
        Assert.True(first.TrySend(new OutboundFrame([1])));
        Assert.Equal(2, first.SendDropped);
    }

    [Fact]
    public void A_super_frame_that_contradicts_its_meta_data_is_dropped_where_it_must_be_cut()
    {
        var (first, second) = MemoryLink.CreatePair(Full, Plain);
        var (frame, meta) = TestFrames.TcpSuperFrame(LinkMedium.Ethernet, false, 5000, 1000);
        Assert.True(first.TrySend(TestFrames.Outbound(frame, meta with { ChecksumStart = 38 })));
        Assert.True(first.TrySend(TestFrames.Outbound(frame, meta with { Segmentation = Segmentation.TcpIPv6 })));
        Assert.True(first.TrySend(TestFrames.Outbound(frame, meta with { ChecksumOffset = 31 })));
        Assert.True(first.TrySend(TestFrames.Outbound(frame, meta with { SegmentSize = 0 })));
        Assert.Equal(4, first.SendDropped);
        Assert.Empty(TestFrames.ReceiveAll(second));
    }

    [Fact]
    public void Wrong_arguments_are_named()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => MemoryLink.CreatePair(Plain with { Mtu = 67 }));
        Assert.Throws<ArgumentException>(() => MemoryLink.CreatePair(Plain, Plain with { Medium = LinkMedium.Ip }));
        Assert.Throws<ArgumentException>(() => MemoryLink.CreatePair(Plain, new MemoryLinkOptions { FirstAddress = MacAddress.Broadcast }));
        var (first, _) = MemoryLink.CreatePair(Plain);
        Assert.Throws<ArgumentException>(() => first.TryReceive(new byte[first.ReceiveBufferSize - 1], out _, out _));
    }

    [Fact]
    public void No_wake_up_is_lost_between_two_threads()
    {
        const int frames = 20_000;
        var (first, second) = MemoryLink.CreatePair(Plain, new MemoryLinkOptions { QueueFrames = 16 });
        using var room = new SemaphoreSlim(0);
        using var arrival = new SemaphoreSlim(0);
        first.SetReadyCallback(() => room.Release());
        second.SetReadyCallback(() => arrival.Release());
        var sender = new Thread(() =>
        {
            for (var i = 0; i < frames; i++)
            {
                while (!first.TrySend(new OutboundFrame(BitConverter.GetBytes(i))))
                    room.Wait();
            }
        });
        sender.Start();
        var buffer = new byte[second.ReceiveBufferSize];
        for (var i = 0; i < frames; i++)
        {
            int length;
            while (!second.TryReceive(buffer, out length, out _))
                Assert.True(arrival.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken), $"Nobody called for frame {i}.");
            Assert.Equal(i, BitConverter.ToInt32(buffer.AsSpan(0, length)));
        }
        sender.Join();
    }

    [Fact]
    public void Nothing_is_allocated_per_frame()
    {
        var (first, second) = MemoryLink.CreatePair(Full, Plain);
        using var loopback = new LoopbackLink();
        var (frame, meta) = TestFrames.TcpSuperFrame(LinkMedium.Ethernet, false, 20_000, 1448);
        var buffer = new byte[loopback.ReceiveBufferSize];
        Run(300);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(3000);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Run(int rounds)
        {
            for (var i = 0; i < rounds; i++)
            {
                Assert.True(first.TrySend(TestFrames.Outbound(frame, meta)) && loopback.TrySend(TestFrames.Outbound(frame, meta)));
                while (second.TryReceive(buffer, out _, out _) || loopback.TryReceive(buffer, out _, out _))
                {
                }
            }
        }
    }

    [Fact]
    public void A_loopback_gives_back_what_it_was_given()
    {
        using var link = new LoopbackLink();
        var (frame, meta) = TestFrames.TcpSuperFrame(LinkMedium.Ip, true, 65_535 - 72, 1448);
        var calls = 0;
        link.SetReadyCallback(() => calls++);
        Assert.True(link.TrySend(TestFrames.Outbound(frame, meta)));
        Assert.Equal(1, calls);
        var (received, receivedMeta) = Assert.Single(TestFrames.ReceiveAll(link));
        Assert.Equal(frame, received);
        Assert.Equal(meta, receivedMeta);
    }
}
