using System;
using CsCheck;
using Xunit;

namespace SharpTcp.Wire.Tests;

/// <summary>Addresses, generators and packets that the tests of several formats use.</summary>
internal static class Samples
{
    public static readonly IPv6Address LinkLocal = IPv6Address.Parse("fe80::1");
    public static readonly IPv6Address Router = IPv6Address.Parse("fe80::ff");
    public static readonly IPv6Address Here = IPv6Address.Parse("2001:db8::1");
    public static readonly IPv6Address There = IPv6Address.Parse("2001:db8::2");
    public static readonly MacAddress Mac = MacAddress.Parse("02:00:00:00:00:01");

    public static Gen<IPv6Address> AnyIPv6 => Gen.Select(Gen.ULong, Gen.ULong, (upper, lower) => new IPv6Address(upper, lower));

    /// <summary>An IPv6 packet around headers and data.</summary>
    public static byte[] IPv6(IPv6Address source, IPv6Address target, byte next, byte hopLimit, ReadOnlySpan<byte> payload)
    {
        var packet = new byte[IPv6View.HeaderLength + payload.Length];
        IPv6Writer.Write(packet, source, target, next, payload.Length, hopLimit);
        payload.CopyTo(packet.AsSpan(IPv6View.HeaderLength));
        return packet;
    }

    /// <summary>An ICMPv6 message as it arrives from a neighbour.</summary>
    public static byte[] Neighbor(IPv6Address source, IPv6Address target, ReadOnlySpan<byte> message) =>
        IPv6(source, target, IpProtocol.Icmpv6, NdWriter.HopLimit, message);

    /// <summary>An MLD message as it arrives: hop limit 1, router alert.</summary>
    public static byte[] Mld(IPv6Address source, IPv6Address target, ReadOnlySpan<byte> message)
    {
        var payload = new byte[IPv6ExtensionWriter.RouterAlertLength + message.Length];
        IPv6ExtensionWriter.WriteRouterAlert(payload, IpProtocol.Icmpv6);
        message.CopyTo(payload.AsSpan(IPv6ExtensionWriter.RouterAlertLength));
        return IPv6(source, target, IpProtocol.HopByHop, MldWriter.HopLimit, payload);
    }

    /// <summary>The ICMPv6 message of a packet and how it came.</summary>
    public static Icmpv6View Open(ReadOnlySpan<byte> data, out IPv6Envelope envelope)
    {
        Assert.True(IPv6View.TryParse(data, out var packet));
        var chain = IPv6ExtensionChain.Parse(packet);
        Assert.Equal(IPv6ChainVerdict.Deliver, chain.Verdict);
        Assert.True(Icmpv6View.TryParse(chain.UpperLayer, out var message));
        envelope = IPv6Envelope.From(packet, chain);
        return message;
    }
}
