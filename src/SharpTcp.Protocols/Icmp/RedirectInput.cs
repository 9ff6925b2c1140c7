using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>Received Redirects of both families: only the present first hop is believed, and only about what goes by it.</summary>
internal sealed class RedirectInput(HostCore host)
{
    /// <summary>Takes an ICMPv4 Redirect; those for networks count for the host alone (RFC 1122 §3.2.2.2).</summary>
    public DropReason Receive(in Icmpv4View message, in IpMeta meta, Instant now)
    {
        var link = meta.Interface;
        if (!link.Options.AcceptRedirects)
        {
            return DropReason.IgnoredIcmp;
        }

        if (message.Code > 3 || meta.IsBroadcastOrMulticast || !QuotedPacket.TryParse(message, out var quote))
        {
            return DropReason.BadRedirect;
        }

        var gateway = message.Gateway;
        var isOurs = host.AddressTable.FindOn(link, quote.Source) is { IsUsable: true };
        var isPossible = gateway.IsUnicast && !link.IsBroadcast(gateway) && quote.Destination.IsUnicast && host.AddressTable.FindOwn(gateway) is null;
        if (!isOurs || !isPossible || !host.RouteTable.IsOnLink(gateway, link) || !IsFirstHop(link, quote.Destination, meta.Source, now))
        {
            return DropReason.BadRedirect; // RFC 1122 §3.2.2.2
        }

        Set(link, quote.Destination, gateway, now);
        return DropReason.None;
    }

    /// <summary>Takes an ICMPv6 Redirect (RFC 4861 §8.1, §8.3).</summary>
    public DropReason Receive(in Icmpv6View message, in IPv6Envelope envelope, in IpMeta meta, Instant now)
    {
        var link = meta.Interface;
        if (!link.Options.AcceptRedirects)
        {
            return DropReason.IgnoredIcmp;
        }

        if (!RedirectView.TryParse(message, envelope, out var redirect))
        {
            return DropReason.BadRedirect;
        }

        var mac = redirect.Options.TargetLinkLayerAddress;
        var isPossible = redirect.Target.IsUnicast && mac is not { IsUnicast: false } && host.AddressTable.FindOn(link, redirect.Target) is null
            && !meta.IsBroadcastOrMulticast;
        if (!isPossible || !IsFirstHop(link, redirect.Destination, envelope.Source, now))
        {
            return DropReason.BadRedirect;
        }

        if (mac is { } known)
        {
            host.Neighbors.Learn(link, redirect.Target, known, create: true, now);
        }

        if (!redirect.IsOnLink && host.Neighbors.Find(link, redirect.Target) is { } neighbor)
        {
            neighbor.IsRouter = true; // RFC 4861 §8.3
        }

        Set(link, redirect.Destination, redirect.Target, now);
        return DropReason.None;
    }

    private bool IsFirstHop(NetworkInterface link, IpAddress destination, IpAddress router, Instant now) =>
        host.Ip.FindFirstHop(link, destination, now) is { } hop && hop == router && hop != destination;

    private void Set(NetworkInterface link, IpAddress destination, IpAddress target, Instant now)
    {
        host.Counters.Add(Counter.RedirectsIn);
        host.Redirects.Set(link, destination, target, now);
        host.Ip.Invalidate(destination);
    }
}
