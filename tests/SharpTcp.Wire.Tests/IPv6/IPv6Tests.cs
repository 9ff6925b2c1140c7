using System;
using CsCheck;
using SharpTcp.Testing;
using Xunit;

namespace SharpTcp.Wire.Tests;

public sealed class IPv6Tests
{
    [Fact]
    public void What_is_written_parses_back() =>
        Gen.Select(Samples.AnyIPv6, Samples.AnyIPv6, Gen.Byte, Gen.Byte.Array[0, 60], Gen.Byte, Gen.Byte, Gen.UInt[0, 0xF_FFFF], Gen.Int[0, 9])
            .Sample((source, target, next, payload, hopLimit, trafficClass, flowLabel, padding) =>
            {
                var data = new byte[IPv6View.HeaderLength + payload.Length + padding];
                Assert.Equal(40, IPv6Writer.Write(data, source, target, next, payload.Length, hopLimit, trafficClass, flowLabel));
                payload.CopyTo(data, 40);
                Assert.True(IPv6View.TryParse(data, out var view));
                Assert.Equal((source, target, next, hopLimit), (view.Source, view.Destination, view.NextHeader, view.HopLimit));
                Assert.Equal((trafficClass, flowLabel), (view.TrafficClass, view.FlowLabel));
                Assert.Equal(payload, view.Payload.ToArray()); // link padding is cut off
            });

    [Fact]
    [Rfc("exam", "2")]
    public void A_payload_longer_than_the_frame_is_refused()
    {
        var packet = Samples.IPv6(Samples.Here, Samples.There, IpProtocol.Udp, 64, new byte[20]);
        Assert.True(IPv6View.TryParse(packet, out _));
        packet[5] = 21;
        Assert.False(IPv6View.TryParse(packet, out _));
        Assert.False(IPv6View.TryParse(packet.AsSpan(0, 39), out _));
    }

    [Fact]
    [Rfc("exam", "3")]
    public void Only_version_6_is_taken()
    {
        var packet = Samples.IPv6(Samples.Here, Samples.There, IpProtocol.Udp, 64, new byte[20]);
        for (var version = 0; version < 16; version++)
        {
            packet[0] = (byte)(version << 4);
            Assert.Equal(version == 6, IPv6View.TryParse(packet, out _));
        }
    }

    [Fact]
    [Rfc("exam", "1")]
    public void Damaged_packets_are_parsed_or_refused()
    {
        byte[] chain =
        [
            IpProtocol.Routing, 0, 5, 2, 0, 0, 1, 0, // hop-by-hop with a router alert
            IpProtocol.Ah, 0, 0, 0, 0, 0, 0, 0, // routing, no segments left
            IpProtocol.Ipv6Fragment, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, // authentication
            IpProtocol.DestinationOptions, 0, 0, 0, 0, 0, 0, 9, // atomic fragment
            IpProtocol.Tcp, 0, 1, 4, 0, 0, 0, 0, // destination options, padding
            0, 80, 0, 90, 1, 2, 3, 4, 5, 6, 7, 8, 0x50, 2, 0, 0, 0, 0, 0, 0,
        ];
        var packet = Samples.IPv6(Samples.Here, Samples.There, IpProtocol.HopByHop, 64, chain);
        Assert.True(IPv6View.TryParse(packet, out var view));
        var parsed = IPv6ExtensionChain.Parse(view);
        Assert.Equal(IPv6ChainVerdict.Deliver, parsed.Verdict);
        Assert.Equal(IpProtocol.Tcp, parsed.Protocol);
        Assert.Equal(20, parsed.UpperLayer.Length);
        Assert.Equal((ushort)0, parsed.RouterAlert);
        Assert.True(parsed.HasFragment && parsed.Fragment.IsAtomic);
        Assert.Equal(68, parsed.FragmentHeaderOffset);
        Assert.Equal(56, parsed.FragmentProtocolFieldOffset);
        Damage.Everywhere(packet, Touch.IPv6);
    }

    [Fact]
    public void Numbers_that_do_not_fit_their_fields_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => IPv6Writer.Write(new byte[40], default, default, 0, 65_536, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => IPv6Writer.Write(new byte[40], default, default, 0, -1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => IPv6Writer.Write(new byte[40], default, default, 0, 0, 0, 0, 0x10_0000));
        Assert.Throws<ArgumentException>(() => IPv6Writer.Write(new byte[39], default, default, 0, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => IPv6ExtensionWriter.WriteFragment(new byte[8], 0, 4, true, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => IPv6ExtensionWriter.WriteFragment(new byte[8], 0, 65_536, true, 0));
    }
}
