using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using SharpTcp.Links;
using SharpTcp.Protocols;
using SharpTcp.Tests.Links;
using Xunit;

namespace SharpTcp.Cli.Tests;

/// <summary>The cable of <c>sharptcp link</c> between two links in memory, in virtual time.</summary>
public sealed class CableTests
{
    [Fact]
    public void A_perfect_cable_carries_everything_both_ways_at_once()
    {
        using var net = new Net("", "");
        net.Send(net.First, 40);
        net.Send(net.Second, 20);
        net.Settle();
        Assert.Equal(Enumerable.Range(0, 40), Net.Arrived(net.Second));
        Assert.Equal(Enumerable.Range(40, 20), Net.Arrived(net.First));
        Assert.Equal(((long)40, (long)20), (net.Cable.There.Carried, net.Cable.Back.Carried));
    }

    [Fact]
    public void Each_direction_has_its_own_delay_and_the_wait_is_what_is_left_of_it()
    {
        using var net = new Net("delay=20ms", "delay=5ms");
        net.Send(net.First, 1);
        net.Send(net.Second, 1);
        Assert.Equal(TimeSpan.FromMilliseconds(5), net.Settle());
        net.Clock.Advance(TimeSpan.FromMilliseconds(5));
        Assert.Equal(TimeSpan.FromMilliseconds(15), net.Settle());
        Assert.Equal([1], Net.Arrived(net.First));
        net.Clock.Advance(TimeSpan.FromMilliseconds(15) - TimeSpan.FromTicks(1));
        Assert.Equal(TimeSpan.FromTicks(1), net.Settle());
        Assert.Empty(Net.Arrived(net.Second));
        net.Clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(TimeSpan.MaxValue, net.Settle());
        Assert.Equal([0], Net.Arrived(net.Second));
    }

    [Fact]
    public void A_rate_and_its_queue_hold_one_direction()
    {
        // 1000 octets at 8 Mbit/s take a millisecond each.
        using var net = new Net("rate=8mbit,queue=10", "");
        net.Send(net.First, 30, length: 1000);
        net.Send(net.Second, 30, length: 1000);
        Assert.Equal(TimeSpan.FromMilliseconds(1), net.Settle());
        Assert.Equal(20, net.Cable.There.Faults.Overflowed);
        Assert.Equal(30, net.Cable.Back.Carried);
        net.Clock.Advance(TimeSpan.FromMilliseconds(10));
        net.Settle();
        Assert.Equal(Enumerable.Range(0, 10), Net.Arrived(net.Second));
    }

    [Fact]
    public void The_same_seed_loses_the_same_frames_and_the_directions_differ()
    {
        var first = Lost("loss=10%,seed=7");
        Assert.Equal(first, Lost("loss=10%,seed=7"));
        Assert.NotEqual(first, Lost("loss=10%,seed=8"));
        Assert.NotEqual(first.There, first.Back);
    }

    [Fact]
    public void Super_frames_cross_as_the_packets_that_they_are_cut_into()
    {
        using var net = new Net("loss=30%", "");
        var (frame, meta) = TestFrames.TcpSuperFrame(LinkMedium.Ethernet, false, 40_000, 1000);
        Assert.True(net.First.TrySend(TestFrames.Outbound(frame, meta)));
        net.Settle();
        Assert.Equal(40, net.Cable.There.Faults.Packets);
        Assert.InRange(net.Cable.There.Faults.Lost, 1, 39);
        Assert.Equal(40 - net.Cable.There.Faults.Lost, TestFrames.ReceiveAll(net.Second).Count);
    }

    [Fact]
    public void What_the_other_end_does_not_take_is_counted_and_holds_up_nothing()
    {
        using var net = new Net("", "", queue: 4);
        for (var i = 0; i < 3; i++)
        {
            net.Send(net.First, 4);
            net.Settle();
        }
        Assert.Equal(((long)4, (long)8), (net.Cable.There.Carried, net.Cable.There.Refused));
    }

    [Fact]
    public void How_late_the_machine_was_is_told()
    {
        using var net = new Net("delay=20ms", "delay=20ms");
        net.Send(net.First, 1);
        net.Send(net.Second, 1);
        net.Settle();
        net.Clock.Advance(TimeSpan.FromMilliseconds(20));
        net.Settle();
        net.Send(net.First, 1);
        net.Settle();
        net.Clock.Advance(TimeSpan.FromMilliseconds(23));
        net.Settle();
        Assert.Equal((TimeSpan.FromMilliseconds(3), TimeSpan.Zero), (net.Cable.There.Latest, net.Cable.Back.Latest));
    }

    [Fact]
    public void The_summary_names_every_count()
    {
        var counters = new CableCounters(new FaultCounters(100, 1, 2, 3, 4, 5), 94, 6, TimeSpan.FromMicroseconds(1230));
        Assert.Equal("94 frames carried of 100, 1 lost, 2 dropped by the queue, 3 doubled, 4 reordered, 5 corrupted, 6 refused, latest 1.23 ms late", counters.ToString());
    }

    private static (string There, string Back) Lost(string faults)
    {
        using var net = new Net(faults, faults);
        net.Send(net.First, 500);
        net.Send(net.Second, 500);
        net.Settle();
        Assert.InRange(net.Cable.There.Faults.Lost, 20, 90);
        return (string.Join(' ', Net.Arrived(net.Second)), string.Join(' ', Net.Arrived(net.First).Select(number => number - 500)));
    }

    /// <summary>A cable with a link in memory at each end; the frames are numbered.</summary>
    private sealed class Net : IDisposable
    {
        private static readonly LinkCapabilities Full = new(LinkMedium.Ethernet, 1500, LinkOffloads.All);

        private readonly MemoryLink _near;
        private readonly MemoryLink _far;
        private ushort _sent;

        public Net(string there, string back, int queue = 2000)
        {
            (First, _near) = MemoryLink.CreatePair(Full, new MemoryLinkOptions { QueueFrames = queue });
            (_far, Second) = MemoryLink.CreatePair(Full, new MemoryLinkOptions { QueueFrames = queue });
            Cable = new Cable(_near, _far, FaultOptions.Parse(there), FaultOptions.Parse(back), Clock);
        }

        public ManualTimeProvider Clock { get; } = new();

        public MemoryLink First { get; }

        public MemoryLink Second { get; }

        public Cable Cable { get; }

        /// <summary>The numbers of the frames that have arrived.</summary>
        public static List<int> Arrived(MemoryLink link) =>
            TestFrames.ReceiveAll(link).Select(received => (int)BinaryPrimitives.ReadUInt16BigEndian(received.Frame.AsSpan(34))).ToList();

        public void Send(MemoryLink link, int count, int length = 100)
        {
            for (var i = 0; i < count; i++)
                Assert.True(link.TrySend(new OutboundFrame(TestFrames.UdpPacket(LinkMedium.Ethernet, false, length - 42, _sent++))));
        }

        /// <summary>Moves the cable until it would sleep, and returns for how long.</summary>
        public TimeSpan Settle()
        {
            TimeSpan wait;
            while (Cable.Move(out wait))
            {
            }
            return wait;
        }

        public void Dispose()
        {
            Cable.Dispose();
            _near.Dispose();
            _far.Dispose();
            First.Dispose();
            Second.Dispose();
        }
    }
}
