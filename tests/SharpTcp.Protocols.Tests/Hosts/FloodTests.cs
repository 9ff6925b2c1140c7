using System;
using System.Buffers.Binary;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Protocols.Tests.Hosts;

/// <summary>Floods of a hundred thousand and a million packets: what the host holds stays within bounds, and an honest peer is answered all the while.</summary>
/// <remarks>The memory of the process is measured: no other test runs meanwhile.</remarks>
[CollectionDefinition(nameof(FloodTests), DisableParallelization = true)]
[Collection(nameof(FloodTests))]
public sealed class FloodTests
{
    private const long Slack = 4L << 20;

    [Fact]
    [Rfc("exam", "14")]
    public void A_hundred_thousand_advertisements_of_other_prefixes()
    {
        var fixture = new HostFixture(linkLocal: true, routerDiscovery: true, dhcpV6: new DhcpV6Settings(), identifiers: InterfaceIdentifierMode.Temporary);
        fixture.Sink.Keeps = false;
        fixture.Host.Input(fixture.Link, new Advertisement().Prefix("2001:db8:1::/64", 3600, 3600).Frame(), default, fixture.Now);
        var advertisement = new Advertisement { Fields = new(0, 9000, Managed: true, OtherConfiguration: true) }.Prefix("2001:db9::/64", 3600, 3600).Frame();
        Flood(fixture, 100_000, i =>
        {
            // Another router, another prefix: source, network and checksum.
            BinaryPrimitives.WriteInt32BigEndian(advertisement.AsSpan(14 + 8 + 12), 0x1000 + i);
            BinaryPrimitives.WriteInt32BigEndian(advertisement.AsSpan(14 + 40 + 16 + 16 + 4), i);
            SumIcmpv6(advertisement);
            return advertisement;
        });
        Assert.InRange(fixture.Host.Routes.Count, 2, AdvertisedRouters.Capacity + 4);
        Assert.InRange(fixture.Host.Addresses.Count, 3, 3 + StatelessAddresses.Capacity * (1 + TemporaryAddresses.CapacityPerNetwork));
        Assert.InRange(fixture.Host.Neighbors.KnownCount + fixture.Host.Neighbors.ResolvingCount, 0, 1300);
        Assert.Contains(fixture.Host.Routes, route => route.Destination.Length == 0 && route.Gateway == Advertisement.Router);
    }

    [Fact]
    [Rfc("exam", "72")]
    public void A_hundred_thousand_neighbours_that_nobody_is()
    {
        var fixture = new HostFixture();
        fixture.Sink.Keeps = false;
        var (mostResolving, mostPending) = (0, 0);
        var begin = fixture.Now;
        Flood(fixture, 100_000, i =>
        {
            mostResolving = Math.Max(mostResolving, fixture.Host.Neighbors.ResolvingCount);
            mostPending = Math.Max(mostPending, fixture.Host.Neighbors.PendingMemory);
            var source = new IPv6Address(HostFixture.Own6.Upper, 0x1_0000_0000UL + (ulong)i);
            return Frames.IPv6(IpProtocol.Icmpv6, Frames.Echo6Message(1, 1, new byte[1000], source: source), source);
        });
        Assert.InRange(mostResolving, 200, 256);
        Assert.InRange(mostPending, 1, 1 << 20);
        Assert.InRange(fixture.Host.Neighbors.KnownCount, 0, 1024);

        // Each of the 256 is asked for at most three times, a second apart (RFC 6583 §7.1: the rate of questions has a limit).
        var perSecond = fixture.Host.Counters[Counter.NeighborSolicitationsOut] / (fixture.Now - begin).TotalSeconds;
        Assert.InRange(perSecond, 1, 3 * 256);
    }

    [Fact]
    [Rfc("exam", "22")]
    public void A_million_fragments_without_the_rest()
    {
        var fixture = new HostFixture();
        fixture.Sink.Keeps = false;
        var honest = Frames.Fragment4(IpProtocol.Icmp, Frames.Echo4Message(5, 5, new byte[2000]), 1400, 9);
        var before = fixture.Host.Counters[Counter.EchoRepliesOut];
        var fragment = Frames.IPv4(IpProtocol.Udp, new byte[8], offset: 8, more: true);
        var most = 0L;
        Flood(fixture, 1_000_000, i =>
        {
            BinaryPrimitives.WriteUInt16BigEndian(fragment.AsSpan(14 + 4), (ushort)i);
            BinaryPrimitives.WriteUInt32BigEndian(fragment.AsSpan(14 + 12), 0xC633_0000u | (uint)(i >> 4 & 0xFFFF));
            IPv4Writer.WriteChecksum(fragment.AsSpan(14, 20));
            most = Math.Max(most, fixture.Host.Reassembly.Memory);
            if (i % 10_000 == 0)
            {
                foreach (var part in honest)
                    fixture.Host.Input(fixture.Link, part, default, fixture.Now);
            }

            return fragment;
        }, step: 100);
        Assert.InRange(most, 1 << 20, fixture.Host.Options.ReassemblyMemory);
        Assert.Equal(1_000_000 / 100 + 100, fixture.Host.Counters[Counter.EchoRepliesOut] - before); // the pings, and the honest datagrams in two fragments
    }

    /// <summary>Brings in packets, a thousand in 10 ms, with an honest ping after every <paramref name="step"/>, and sees to it that it is answered and that memory stays where it is.</summary>
    private static void Flood(HostFixture fixture, int count, Func<int, byte[]> packet, int step = 100)
    {
        var ping4 = Frames.IPv4(IpProtocol.Icmp, Frames.Echo4Message(1, 1, new byte[100]));
        var answered = fixture.Host.Counters[Counter.EchoRepliesOut];
        var memory = 0L;
        for (var i = 0; i < count; i++)
        {
            if (i == count / 10)
                memory = GC.GetTotalMemory(forceFullCollection: true); // every table is full by now
            fixture.Host.Input(fixture.Link, packet(i), default, fixture.Now);
            if (i % step != 0)
                continue;
            var (replies, frames) = (fixture.Host.Counters[Counter.EchoRepliesOut], fixture.Sink.Count);
            fixture.Host.Input(fixture.Link, ping4, default, fixture.Now);
            fixture.Host.Poll(fixture.Now);
            Assert.Equal(replies + 1, fixture.Host.Counters[Counter.EchoRepliesOut]);
            Assert.True(fixture.Sink.Count > frames, $"after {i} packets an honest ping was not answered");
            fixture.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.True(fixture.Host.Counters[Counter.EchoRepliesOut] >= answered + count / step);
        var growth = GC.GetTotalMemory(forceFullCollection: true) - memory;
        TestContext.Current.TestOutputHelper?.WriteLine($"{count} packets: memory grew by {growth / 1024.0:F0} KiB after the first tenth");
        Assert.True(growth < Slack, $"memory grew by {growth} bytes after the first tenth of the flood");
        GC.KeepAlive(fixture);
    }

    private static void SumIcmpv6(byte[] frame)
    {
        var packet = frame.AsSpan(14);
        var message = packet[40..];
        message[2] = message[3] = 0;
        var sum = InternetChecksum.AddPseudoHeader(new IPv6Address(packet[8..24]), new IPv6Address(packet[24..40]), IpProtocol.Icmpv6, (uint)message.Length);
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], InternetChecksum.Finish(InternetChecksum.Add(message, sum)));
    }
}
