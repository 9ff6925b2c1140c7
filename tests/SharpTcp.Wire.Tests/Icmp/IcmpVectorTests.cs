using System;
using System.Buffers.Binary;
using System.Text.Json;
using Xunit;

namespace SharpTcp.Wire.Tests;

/// <summary>The headers that another stack made of ICMP and IPv6 fields.</summary>
public sealed class IcmpVectorTests
{
    [Theory]
    [InlineData("icmp4_fpa__assemble__echo_reply")]
    [InlineData("icmp4_fpa__assemble__echo_request")]
    public void Another_stack_writes_the_same_ICMPv4_echo(string name)
    {
        var vector = AssembleVectors.Get(name);
        var ours = new byte[vector.Octets.Length];
        var length = Icmpv4Writer.WriteEcho(
            ours, (Icmpv4Type)Number(vector, "type"), (ushort)Number(vector, "ec_id"), (ushort)Number(vector, "ec_seq"), vector.Hex("ec_data"));
        Assert.Equal(ours.Length, length);
        Assert.Equal(vector.Octets, ours);
    }

    [Fact]
    public void Another_stack_writes_the_same_ICMPv4_port_unreachable()
    {
        var vector = AssembleVectors.Get("icmp4_fpa__assemble__unreachable_port");
        var ours = new byte[vector.Octets.Length];
        Assert.Equal(ours.Length, Icmpv4Writer.WriteUnreachable(ours, Icmpv4UnreachableCode.Port, vector.Hex("un_data")));
        Assert.Equal(vector.Octets, ours);
    }

    [Theory]
    [InlineData("icmp6_fpa__assemble__echo_reply")]
    [InlineData("icmp6_fpa__assemble__echo_request")]
    public void Another_stack_writes_the_same_ICMPv6_echo(string name)
    {
        var vector = AssembleVectors.Get(name);
        var ours = new byte[vector.Octets.Length];
        Icmpv6Writer.WriteEcho(
            ours, default, default, (Icmpv6Type)Number(vector, "type"), (ushort)Number(vector, "ec_id"), (ushort)Number(vector, "ec_seq"),
            vector.Hex("ec_data"));
        AssertSame(vector, ours);
    }

    [Fact]
    public void Another_stack_writes_the_same_ICMPv6_port_unreachable()
    {
        var vector = AssembleVectors.Get("icmp6_fpa__asssemble__unreachable_port");
        var ours = new byte[vector.Octets.Length];
        Icmpv6Writer.WriteUnreachable(ours, default, default, Icmpv6UnreachableCode.Port, vector.Hex("un_data"));
        AssertSame(vector, ours);
    }

    [Fact]
    public void Another_stack_writes_the_same_neighbour_advertisement()
    {
        var vector = AssembleVectors.Get("icmp6_fpa__assemble__nd_neighbor_advertisement");
        var ours = new byte[vector.Octets.Length];
        const NeighborAdvertisementFlags flags =
            NeighborAdvertisementFlags.Router | NeighborAdvertisementFlags.Solicited | NeighborAdvertisementFlags.Override;
        NdWriter.WriteNeighborAdvertisement(ours, default, default, Address(vector, "na_target_address"), flags, Options(vector));
        AssertSame(vector, ours);
    }

    [Fact]
    public void Another_stack_writes_the_same_neighbour_solicitation()
    {
        var vector = AssembleVectors.Get("icmp6_fpa__assemble__nd_neighbor_solicitation");
        var ours = new byte[vector.Octets.Length];
        NdWriter.WriteNeighborSolicitation(ours, default, default, Address(vector, "ns_target_address"), Options(vector));
        AssertSame(vector, ours);
    }

    [Fact]
    public void Another_stack_writes_the_same_router_advertisement()
    {
        var vector = AssembleVectors.Get("icmp6_fpa__assemble__nd_router_advertisement");
        var ours = new byte[vector.Octets.Length];
        var fields = new RouterAdvertisementFields(
            (byte)Number(vector, "ra_hop"), (ushort)Number(vector, "ra_router_lifetime"), Managed: true, OtherConfiguration: true,
            ReachableTime: Number(vector, "ra_reachable_time"), RetransTimer: Number(vector, "ra_retrans_timer"));
        NdWriter.WriteRouterAdvertisement(ours, default, default, fields, Options(vector));
        AssertSame(vector, ours);
    }

    [Fact]
    public void Another_stack_writes_the_same_router_solicitation()
    {
        var vector = AssembleVectors.Get("icmp6_fpa__assemble__nd_router_solicitation");
        var ours = new byte[vector.Octets.Length];
        NdWriter.WriteRouterSolicitation(ours, default, default, Options(vector));
        AssertSame(vector, ours);
    }

    // ip6_fpa__assemble loses the DSCP of 10 (RFC 8200 §3 puts it into the traffic class) and cuts a flow label of 24 bits to 20.
    [Fact]
    public void Another_stack_writes_the_same_IPv6_header_but_for_the_traffic_class()
    {
        var vector = AssembleVectors.Get("ip6_fpa__assemble");
        byte[] data = [.. "0123456789ABCDEF"u8];
        var ours = new byte[40 + data.Length];
        IPv6Writer.Write(
            ours, Address(vector, "src"), Address(vector, "dst"), IpProtocol.Reserved, data.Length, (byte)Number(vector, "hop"),
            (byte)(Number(vector, "dscp") << 2 | Number(vector, "ecn")), Number(vector, "flow") & 0xF_FFFF);
        data.CopyTo(ours, 40);
        Assert.Equal([0x62, 0xAC], ours[..2]);
        Assert.Equal([0x60, 0x2C], vector.Octets[..2]);
        Assert.Equal(vector.Octets[2..], ours[2..]);
    }

    private static void AssertSame(AssembleVectors.Vector vector, byte[] ours)
    {
        // The vector's sum of a pseudo-header belongs to no addresses: put it in by hand.
        BinaryPrimitives.WriteUInt16BigEndian(ours.AsSpan(2), 0);
        BinaryPrimitives.WriteUInt16BigEndian(ours.AsSpan(2), InternetChecksum.Finish(InternetChecksum.Add(ours, vector.PseudoHeaderSum)));
        Assert.Equal(vector.Octets, ours);
    }

    private static byte[] Options(AssembleVectors.Vector vector)
    {
        var bytes = new byte[16];
        var length = 0;
        foreach (var option in vector.Fields.GetProperty("nd_options").EnumerateArray())
        {
            var source = option.TryGetProperty("slla", out var mac);
            if (!source)
                mac = option.GetProperty("tlla");
            length += NdOptionWriter.WriteLinkLayerAddress(
                bytes.AsSpan(length), source ? NdOptionType.SourceLinkLayerAddress : NdOptionType.TargetLinkLayerAddress, MacAddress.Parse(mac.GetString()!));
        }
        Assert.Equal(bytes.Length, length);
        return bytes;
    }

    private static uint Number(AssembleVectors.Vector vector, string field)
    {
        var value = vector.Fields.GetProperty(field);
        Assert.Equal(JsonValueKind.Number, value.ValueKind);
        return value.GetUInt32();
    }

    private static IPv6Address Address(AssembleVectors.Vector vector, string field) => IPv6Address.Parse(vector.Fields.GetProperty(field).GetString()!);
}
