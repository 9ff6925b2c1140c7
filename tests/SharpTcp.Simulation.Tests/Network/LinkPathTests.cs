using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using SharpTcp.Links;
using SharpTcp.Protocols;
using SharpTcp.Tests.Links;
using Xunit;

namespace SharpTcp.Simulation.Tests;

public sealed class LinkPathTests : IDisposable
{
    private const int Many = 20_000;
    private const int Payload = 958; // 1,000 bytes of frame with the headers of Ethernet, IPv4 and UDP

    private readonly SimulatedNetwork _network = new(7);
    private readonly SimulatedStation _left;
    private readonly List<(Instant Time, byte[] Frame, FrameMeta Meta)> _arrived = [];

    public LinkPathTests() => _left = _network.AddStation("left");

    public void Dispose() => _network.Dispose();

    [Fact]
    public void APerfectLinkDeliversAtOnceInOrder()
    {
        Connect(LinkConditions.Perfect);
        SendMany(100);
        Assert.Equal(Enumerable.Range(0, 100), Numbers());
        Assert.All(_arrived, packet => Assert.Equal(Instant.Zero, packet.Time));
    }

    [Fact]
    public void DelayAndJitterAreWithinTheirBoundsAndKeepTheOrder()
    {
        Connect(new LinkConditions { Delay = Milliseconds(20), Jitter = Milliseconds(10) });
        SendMany(1000);
        Assert.Equal(Enumerable.Range(0, 1000), Numbers());
        Assert.All(_arrived, packet => Assert.InRange((packet.Time - Instant.Zero).TotalMilliseconds, 20, 30));
        Assert.True(_arrived[0].Time < _arrived[^1].Time);
    }

    [Fact]
    public void TheRateSpacesPackets()
    {
        Connect(new LinkConditions { BitsPerSecond = 8_000_000 });
        SendMany(10);
        Assert.Equal(Enumerable.Range(1, 10).Select(i => Instant.Zero + Milliseconds(i)), _arrived.Select(packet => packet.Time));
    }

    [Fact]
    public void AFullQueueDropsTheTail()
    {
        var link = Connect(new LinkConditions { BitsPerSecond = 8_000_000, QueuePackets = 3 });
        SendMany(10);
        Assert.Equal([0, 1, 2], Numbers());
        Assert.Equal(7, link.Forward.Counters.Overflowed);

        link.Conditions = new LinkConditions { BitsPerSecond = 8_000_000, QueueBytes = 2500 };
        SendMany(10);
        Assert.Equal([0, 1], Numbers().Skip(3));
    }

    [Fact]
    public void ASharesOfPacketsIsLostDoubledLate()
    {
        var link = Connect(new LinkConditions { Loss = 0.2, Duplication = 0.1, Reordering = 0.05, ReorderingDelay = Milliseconds(5), Delay = Milliseconds(1) });
        for (var i = 0; i < Many; i++)
        {
            _left.Send(Packet(i));
            _network.Run(TimeSpan.FromMicroseconds(500));
        }

        _network.Run(TimeSpan.FromSeconds(1));
        var counters = link.Forward.Counters;
        Assert.InRange(counters.Lost, Many * 0.19, Many * 0.21);
        Assert.InRange(counters.Duplicated, Many * 0.8 * 0.09, Many * 0.8 * 0.11);
        Assert.InRange(counters.Delayed, Many * 0.88 * 0.045, Many * 0.88 * 0.055);
        Assert.Equal(counters.Sent - counters.Lost + counters.Duplicated, counters.Delivered);
        Assert.Equal(counters.Delivered, _arrived.Count);
        var numbers = Numbers().ToList();
        Assert.Contains(numbers.Zip(numbers.Skip(1)), pair => pair.First > pair.Second);
        Assert.Equal(0, link.Forward.UnderWay);
    }

    [Fact]
    public void BurstsLoseRowsOfPackets()
    {
        Connect(new LinkConditions { Bursts = new BurstLoss { Begin = 0.01, End = 0.2 } });
        SendMany(Many);
        var numbers = Numbers().ToList();
        var gaps = numbers.Zip(numbers.Skip(1), (first, second) => second - first - 1).Where(gap => gap > 0).ToList();
        Assert.InRange(gaps.Average(), 4, 6);
        Assert.InRange(gaps.Count, Many * 0.006, Many * 0.013);
    }

    [Fact]
    public void ACorruptPacketHasOneFlippedBitBehindTheLinkHeader()
    {
        var link = Connect(new LinkConditions { Corruption = 0.5 });
        SendMany(2000);
        Assert.InRange(link.Forward.Counters.Corrupted, 900, 1100);
        var corrupt = 0;
        for (var i = 0; i < _arrived.Count; i++)
        {
            var sent = Packet(i);
            var flipped = sent.Zip(_arrived[i].Frame, (one, other) => BitOperations.PopCount((uint)(one ^ other))).Sum();
            Assert.InRange(flipped, 0, 1);
            corrupt += flipped;
            Assert.Equal(sent.AsSpan(0, 14), _arrived[i].Frame.AsSpan(0, 14));
        }

        Assert.Equal(link.Forward.Counters.Corrupted, corrupt);
    }

    [Fact]
    public void WhatHasNoChecksumIsLostInsteadOfCorrupted()
    {
        var link = Connect(new LinkConditions { Corruption = 1 });
        var arp = new byte[42];
        arp[12] = 0x08;
        arp[13] = 0x06;
        _left.Send(arp);
        _network.Run(TimeSpan.FromSeconds(1));
        Assert.Empty(_arrived);
        Assert.Equal(1, link.Forward.Counters.Lost);
    }

    [Fact]
    public void APartitionLosesAllAndHeals()
    {
        var link = Connect(LinkConditions.Perfect);
        link.IsUp = false;
        SendMany(3);
        Assert.Empty(_arrived);
        Assert.Equal(3, link.Forward.Counters.Cut);
        link.IsUp = true;
        SendMany(3);
        Assert.Equal(3, _arrived.Count);
    }

    [Fact]
    public void WhatIsLongerThanTheMtuIsLost()
    {
        var link = Connect(LinkConditions.Perfect, new LinkSetup { Mtu = 1000 });
        _left.Send(TestFrames.UdpPacket(LinkMedium.Ethernet, false, 972));
        _left.Send(TestFrames.UdpPacket(LinkMedium.Ethernet, false, 980));
        _network.Run(TimeSpan.FromSeconds(1));
        Assert.Single(_arrived);
        Assert.Equal(1, link.Forward.Counters.Cut);
    }

    [Fact]
    public void AFilterLosesThePacketOfItsChoice()
    {
        var link = Connect(LinkConditions.Perfect);
        link.Forward.Filter = frame => Number(frame) != 2;
        SendMany(5);
        Assert.Equal([0, 1, 3, 4], Numbers());
    }

    [Fact]
    public void ASuperFrameIsCutBeforeItIsLost()
    {
        var link = Connect(new LinkConditions { Loss = 0.5 });
        var (frame, meta) = TestFrames.TcpSuperFrame(LinkMedium.Ethernet, true, 40_000, 1000);
        _left.Send(frame, meta);
        _network.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(40, link.Forward.Counters.Sent);
        Assert.InRange(link.Forward.Counters.Lost, 5, 35);
        Assert.All(_arrived, packet =>
        {
            Assert.Equal(14 + 40 + 32 + 1000, packet.Frame.Length);
            Assert.Equal(default, packet.Meta);
        });
    }

    [Fact]
    public void ASuperFrameCrossesWholeWhereTheLinkCarriesIt()
    {
        Connect(LinkConditions.Perfect, new LinkSetup { CarriesSuperFrames = true, Offloads = LinkOffloads.All });
        var (frame, meta) = TestFrames.TcpSuperFrame(LinkMedium.Ethernet, true, 40_000, 1000);
        _left.Send(frame, meta);
        _network.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(meta, Assert.Single(_arrived).Meta);
        Assert.Equal(frame, _arrived[0].Frame);
    }

    [Fact]
    public void TheSameSeedMeetsTheSameFaults()
    {
        static ulong Run(ulong seed)
        {
            using var network = new SimulatedNetwork(seed);
            var (left, right) = (network.AddStation("left"), network.AddStation("right"));
            network.Connect(left, right, new LinkConditions { Loss = 0.1, Jitter = Milliseconds(9), Duplication = 0.1, Corruption = 0.1, Reordering = 0.1 });
            for (var i = 0; i < 100; i++)
            {
                left.Send(Packet(i));
            }

            network.Run(TimeSpan.FromSeconds(1));
            return network.Trace.Hash;
        }

        Assert.Equal(Run(1), Run(1));
        Assert.NotEqual(Run(1), Run(2));
    }

    private static TimeSpan Milliseconds(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private static byte[] Packet(int number) => TestFrames.UdpPacket(LinkMedium.Ethernet, false, Payload, (ushort)number);

    private static int Number(ReadOnlySpan<byte> frame) => (frame[34] << 8) | frame[35];

    private IEnumerable<int> Numbers() => _arrived.Select(packet => Number(packet.Frame));

    private SimulatedLink Connect(LinkConditions conditions, LinkSetup? setup = null)
    {
        var right = _network.AddStation("right");
        right.Received += (frame, in meta) => _arrived.Add((_network.Time.Now, frame.ToArray(), meta));
        return _network.Connect(_left, right, conditions, setup);
    }

    private void SendMany(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _left.Send(Packet(i));
        }

        _network.Run(TimeSpan.FromMinutes(1));
    }
}
