using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tests;

/// <summary>Puts Router Advertisements together.</summary>
internal sealed class Advertisement
{
    public static readonly IPv6Address Router = IPv6Address.Parse("fe80::1");

    private readonly byte[] _options = new byte[1024];
    private int _length;

    public IPv6Address From { get; init; } = Router;

    public RouterAdvertisementFields Fields { get; init; } = new(0, 1800);

    public byte HopLimit { get; init; } = 255;

    public Advertisement Prefix(string prefix, uint valid, uint preferred, bool onLink = true, bool autonomous = true)
    {
        _length += NdOptionWriter.WritePrefix(Rest, new PrefixInformation(Wire.Prefix.Parse(prefix), onLink, autonomous, valid, preferred));
        return this;
    }

    public Advertisement Route(string prefix, uint lifetime, RouterPreference preference = RouterPreference.Medium)
    {
        _length += NdOptionWriter.WriteRoute(Rest, new RouteInformation(Wire.Prefix.Parse(prefix), preference, lifetime));
        return this;
    }

    public Advertisement Mtu(uint mtu)
    {
        _length += NdOptionWriter.WriteMtu(Rest, mtu);
        return this;
    }

    public Advertisement Mac()
    {
        _length += NdOptionWriter.WriteLinkLayerAddress(Rest, NdOptionType.SourceLinkLayerAddress, HostFixture.PeerMac);
        return this;
    }

    /// <summary>Any bytes as an option.</summary>
    public Advertisement Raw(ReadOnlySpan<byte> option)
    {
        option.CopyTo(Rest);
        _length += option.Length;
        return this;
    }

    public byte[] Frame()
    {
        var message = new byte[16 + _length];
        NdWriter.WriteRouterAdvertisement(message, From, IPv6Address.AllNodes, Fields, _options.AsSpan(0, _length));
        return Frames.IPv6(IpProtocol.Icmpv6, message, From, IPv6Address.AllNodes, HopLimit);
    }

    private Span<byte> Rest => _options.AsSpan(_length);
}
