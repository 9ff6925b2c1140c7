using System;
using System.Collections.Generic;
using System.Linq;
using CsCheck;
using SharpTcp.Testing;
using Xunit;

namespace SharpTcp.Wire.Tests;

public sealed class IPv6ExtensionChainTests
{
    private static readonly byte[] Udp = [0, 80, 0, 90, 0, 8, 0xAB, 0xCD];

    private static readonly IPv6Address Group = IPv6Address.Parse("ff02::1234");

    [Fact]
    public void A_packet_without_extension_headers_is_delivered()
    {
        var chain = Parse(Samples.There, IpProtocol.Udp, Udp);
        Assert.Equal("Deliver", Describe(chain));
        Assert.Equal((IpProtocol.Udp, 40, 6), (chain.Protocol, chain.UpperLayerOffset, chain.ProtocolFieldOffset));
        Assert.False(chain.HasFragment);
        Assert.Null(chain.RouterAlert);
    }

    [Theory]
    [Rfc("8504", "N6-5")]
    [Rfc("8200", "4.2")]
    [InlineData(0x3E, false, "Deliver")]
    [InlineData(0x7E, false, "Drop")]
    [InlineData(0xBE, false, "ParameterProblem UnrecognizedOption 42")]
    [InlineData(0xFE, false, "ParameterProblem UnrecognizedOption 42")]
    [InlineData(0x3E, true, "Deliver")]
    [InlineData(0x7E, true, "Drop")]
    [InlineData(0xBE, true, "ParameterProblem UnrecognizedOption 42")]
    [InlineData(0xFE, true, "Drop")]
    public void The_action_bits_of_an_unknown_option_are_honoured(int type, bool multicast, string expected)
    {
        foreach (var header in (byte[])[IpProtocol.HopByHop, IpProtocol.DestinationOptions])
            Assert.Equal(expected, Describe(Parse(multicast ? Group : Samples.There, header, [IpProtocol.Udp, 0, (byte)type, 4, 0, 0, 0, 0, .. Udp])));
    }

    [Fact]
    [Rfc("exam", "9")]
    [Rfc("8504", "N6-7")]
    [Rfc("8200", "4.4")]
    public void A_routing_header_with_segments_left_is_a_parameter_problem_and_one_without_is_passed_over()
    {
        for (var type = 0; type < 256; type++)
        {
            Assert.Equal(
                "ParameterProblem ErroneousHeaderField 42",
                Describe(Parse(Samples.There, IpProtocol.Routing, [IpProtocol.Udp, 2, (byte)type, 1, 0, 0, 0, 0, .. new byte[16], .. Udp])));
            Assert.Equal("Deliver", Describe(Parse(Samples.There, IpProtocol.Routing, [IpProtocol.Udp, 0, (byte)type, 0, 0, 0, 0, 0, .. Udp])));
        }
        Assert.Equal("Drop", Describe(Parse(Group, IpProtocol.Routing, [IpProtocol.Udp, 0, 0, 1, 0, 0, 0, 0, .. Udp])));
    }

    [Fact]
    [Rfc("exam", "8")]
    [Rfc("8200", "4")]
    public void Hop_by_hop_stands_first_or_is_an_unknown_next_header() =>
        Assert.Equal(
            "ParameterProblem UnrecognizedNextHeader 40",
            Describe(Parse(Samples.There, IpProtocol.DestinationOptions, [IpProtocol.HopByHop, 0, 1, 4, 0, 0, 0, 0, IpProtocol.Udp, 0, 1, 4, 0, 0, 0, 0, .. Udp])));

    [Fact]
    [Rfc("exam", "8")]
    public void A_long_chain_is_dropped()
    {
        Assert.Equal("Deliver", Describe(Parse(Samples.There, IpProtocol.DestinationOptions, Chain(10))));
        Assert.Equal("Drop", Describe(Parse(Samples.There, IpProtocol.DestinationOptions, Chain(11))));
        Assert.Equal("Drop", Describe(Parse(Samples.There, IpProtocol.DestinationOptions, Chain(100))));
    }

    [Fact]
    [Rfc("exam", "7")]
    [Rfc("8504", "N6-S3")]
    public void Options_beyond_the_limits_are_dropped()
    {
        Assert.Equal("Deliver", Describe(WithOptions(Enumerable.Repeat<byte[]>([0x1E, 0], 8))));
        Assert.Equal("Drop", Describe(WithOptions(Enumerable.Repeat<byte[]>([0x1E, 0], 9))));
        Assert.Equal("Deliver", Describe(WithOptions([[0x1E, 5, 0, 0, 0, 0, 0], [1, 5, 0, 0, 0, 0, 0]], pad: false)));
        Assert.Equal("Drop", Describe(WithOptions([[0x1E, 4, 0, 0, 0, 0], [1, 6, 0, 0, 0, 0, 0, 0]], pad: false)));
        Assert.Equal("Drop", Describe(WithOptions(Enumerable.Repeat<byte[]>([0], 1000)))); // CVE-2024-38063 is of this family
        Assert.Equal("Deliver", Describe(WithOptions([[0x1E, 0], [0], [0], [0], [0]], pad: false)));
    }

    [Fact]
    [Rfc("exam", "7")]
    public void An_option_past_the_end_of_its_header_is_dropped()
    {
        for (var length = 5; length < 256; length++)
            Assert.Equal("Drop", Describe(Parse(Samples.There, IpProtocol.HopByHop, [IpProtocol.Udp, 0, 0x1E, (byte)length, 0, 0, 0, 0, .. new byte[300]])));
        Assert.Equal("Drop", Describe(Parse(Samples.There, IpProtocol.HopByHop, [IpProtocol.Udp, 0, 0x1E, 3, 0, 0, 0, 0x1E, .. Udp]))); // no length byte
    }

    [Fact]
    [Rfc("exam", "7")]
    public void A_header_past_the_end_of_the_packet_is_dropped()
    {
        foreach (var header in (byte[])[IpProtocol.HopByHop, IpProtocol.DestinationOptions, IpProtocol.Routing, IpProtocol.Ah, IpProtocol.Ipv6Fragment])
        {
            Assert.Equal("Drop", Describe(Parse(Samples.There, header, [])));
            Assert.Equal("Drop", Describe(Parse(Samples.There, header, [IpProtocol.Udp, 200, 0, 0, 0, 0, 0])));
            if (header != IpProtocol.Ipv6Fragment)
                Assert.Equal("Drop", Describe(Parse(Samples.There, header, [IpProtocol.Udp, 200, 0, 0, 0, 0, 0, 0, .. Udp])));
        }
    }

    [Fact]
    public void What_the_host_does_not_know_is_named_with_the_field_that_names_it()
    {
        var chain = Parse(Samples.There, IpProtocol.DestinationOptions, [IpProtocol.Esp, 0, 1, 4, 0, 0, 0, 0, 9, 9]);
        Assert.Equal((IpProtocol.Esp, 48, 40), (chain.Protocol, chain.UpperLayerOffset, chain.ProtocolFieldOffset));
        Assert.Equal(IpProtocol.NoNext, Parse(Samples.There, IpProtocol.NoNext, [1, 2, 3]).Protocol);
    }

    [Fact]
    [Rfc("exam", "24")]
    public void An_atomic_fragment_is_looked_through()
    {
        var chain = Parse(Samples.There, IpProtocol.Ipv6Fragment, [.. Fragment(IpProtocol.Udp, 0, false), .. Udp]);
        Assert.Equal("Deliver", Describe(chain));
        Assert.True(chain.HasFragment && chain.Fragment.IsAtomic);
        Assert.Equal(Udp, chain.UpperLayer.ToArray());
    }

    [Fact]
    [Rfc("8504", "N6-2")]
    public void A_fragment_comes_with_all_that_reassembly_needs() =>
        Gen.Select(Gen.Int[0, 8000], Gen.Bool, Gen.UInt).Sample((units, more, identification) =>
        {
            if (units == 0 && !more)
                return;
            var header = new byte[8];
            IPv6ExtensionWriter.WriteFragment(header, IpProtocol.Udp, units * 8, more, identification);
            byte[] options = [IpProtocol.Ipv6Fragment, 0, 1, 4, 0, 0, 0, 0];
            var chain = Parse(Samples.There, IpProtocol.DestinationOptions, [.. options, .. header, .. Udp]);
            Assert.Equal(IPv6ChainVerdict.Fragment, chain.Verdict);
            Assert.Equal(new FragmentView(IpProtocol.Udp, units * 8, more, identification), chain.Fragment);
            Assert.Equal(Udp, chain.FragmentData.ToArray());
            Assert.Equal((48, 40), (chain.FragmentHeaderOffset, chain.FragmentProtocolFieldOffset));
        });

    [Fact]
    [Rfc("exam", "21")]
    public void Fragments_of_a_wrong_length_are_parameter_problems()
    {
        Assert.Equal(
            "ParameterProblem ErroneousHeaderField 4",
            Describe(Parse(Samples.There, IpProtocol.Ipv6Fragment, [.. Fragment(IpProtocol.Udp, 8, true), 1, 2, 3])));
        Assert.Equal(
            "ParameterProblem ErroneousHeaderField 42",
            Describe(Parse(Samples.There, IpProtocol.Ipv6Fragment, [.. Fragment(IpProtocol.Udp, 65_528, false), .. Udp])));
        Assert.Equal("Fragment", Describe(Parse(Samples.There, IpProtocol.Ipv6Fragment, [.. Fragment(IpProtocol.Udp, 65_528, false), .. Udp[..7]])));
    }

    [Fact]
    [Rfc("exam", "8")]
    [Rfc("exam", "26")]
    [Rfc("8504", "N6-8")]
    public void A_first_fragment_without_the_whole_chain_is_a_parameter_problem()
    {
        const string incomplete = "ParameterProblem IncompleteHeaderChain 0";
        byte[] tcp = [0, 80, 0, 90, 1, 2, 3, 4, 5, 6, 7, 8, 0x60, 2, 0, 0, 0, 0, 0, 0, 2, 4, 5, 0xB4];
        Assert.Equal("Fragment", Describe(Parse(Samples.There, IpProtocol.Ipv6Fragment, [.. Fragment(IpProtocol.Tcp, 0, true), .. tcp])));
        Assert.Equal(incomplete, Describe(Parse(Samples.There, IpProtocol.Ipv6Fragment, [.. Fragment(IpProtocol.Tcp, 0, true), .. tcp[..16]])));
        tcp[12] = 0x70; // options in the next fragment
        Assert.Equal(incomplete, Describe(Parse(Samples.There, IpProtocol.Ipv6Fragment, [.. Fragment(IpProtocol.Tcp, 0, true), .. tcp])));
        Assert.Equal(incomplete, Describe(Parse(Samples.There, IpProtocol.Ipv6Fragment, [.. Fragment(IpProtocol.Udp, 0, true)])));
        Assert.Equal(
            incomplete,
            Describe(Parse(Samples.There, IpProtocol.Ipv6Fragment, [.. Fragment(IpProtocol.DestinationOptions, 0, true), IpProtocol.Udp, 1, 1, 4, 0, 0, 0, 0])));
        Assert.Equal("Drop", Describe(Parse(Group, IpProtocol.Ipv6Fragment, [.. Fragment(IpProtocol.Udp, 0, true)])));
    }

    [Fact]
    public void A_fragment_inside_of_a_fragment_is_dropped() =>
        Assert.Equal(
            "Drop",
            Describe(Parse(Samples.There, IpProtocol.Ipv6Fragment, [.. Fragment(IpProtocol.Ipv6Fragment, 0, false), .. Fragment(IpProtocol.Udp, 8, true), .. Udp])));

    [Fact]
    public void Any_bytes_lead_to_a_verdict_within_the_packet() =>
        Gen.Select(Gen.OneOf(Gen.Const<byte>(0), Gen.Const<byte>(43), Gen.Const<byte>(44), Gen.Const<byte>(51), Gen.Const<byte>(60)), ExtensionBytes)
            .Sample((next, payload) =>
            {
                var chain = Parse(Samples.There, next, payload);
                Assert.InRange(chain.UpperLayerOffset, 0, 40 + payload.Length);
                Assert.InRange(chain.ProblemPointer, 0, 40 + payload.Length);
            });

    // Small numbers, so that headers follow on each other for a while.
    private static Gen<byte[]> ExtensionBytes =>
        Gen.OneOf(Gen.Byte[0, 6], Gen.Const<byte>(43), Gen.Const<byte>(44), Gen.Const<byte>(51), Gen.Const<byte>(60), Gen.Byte).Array[0, 120];

    private static string Describe(in IPv6ExtensionChain chain) => chain.Verdict == IPv6ChainVerdict.ParameterProblem
        ? $"{chain.Verdict} {chain.ProblemCode} {chain.ProblemPointer}"
        : chain.Verdict.ToString();

    private static IPv6ExtensionChain Parse(IPv6Address target, byte next, scoped ReadOnlySpan<byte> payload)
    {
        Assert.True(IPv6View.TryParse(Samples.IPv6(Samples.Here, target, next, 64, payload), out var view));
        return IPv6ExtensionChain.Parse(view);
    }

    private static byte[] Fragment(byte next, int offset, bool more)
    {
        var header = new byte[8];
        IPv6ExtensionWriter.WriteFragment(header, next, offset, more, 7);
        return header;
    }

    private static byte[] Chain(int headers)
    {
        var bytes = new List<byte>();
        for (var i = 1; i <= headers; i++)
            bytes.AddRange((byte[])[i == headers ? IpProtocol.Udp : IpProtocol.DestinationOptions, 0, 1, 4, 0, 0, 0, 0]);
        bytes.AddRange(Udp);
        return [.. bytes];
    }

    private static IPv6ExtensionChain WithOptions(IEnumerable<byte[]> options, bool pad = true)
    {
        var bytes = options.SelectMany(option => option).ToList();
        while (pad && (bytes.Count + 2) % 8 != 0)
            bytes.Add(0);
        Assert.Equal(0, (bytes.Count + 2) % 8);
        return Parse(Samples.There, IpProtocol.DestinationOptions, [IpProtocol.Udp, (byte)((bytes.Count + 2) / 8 - 1), .. bytes, .. Udp]);
    }
}
