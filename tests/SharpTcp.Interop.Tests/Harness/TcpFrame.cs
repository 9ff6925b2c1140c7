using System;
using SharpTcp.Wire;

namespace SharpTcp.Interop.Tests;

/// <summary>Finds the segment in a frame.</summary>
internal static class TcpFrame
{
    /// <summary>Whether the frame holds a whole TCP segment, without IPv6 extension headers.</summary>
    public static bool TryParse(ReadOnlySpan<byte> frame, out TcpView segment)
    {
        segment = default;
        if (!EthernetView.TryParse(frame, out var ethernet))
            return false;
        if (ethernet.EtherType == EtherType.IPv4 && IPv4View.TryParse(ethernet.Payload, out var ip4))
            return ip4.Protocol == IpProtocol.Tcp && TcpView.TryParse(ip4.Payload, out segment);
        return ethernet.EtherType == EtherType.IPv6 && IPv6View.TryParse(ethernet.Payload, out var ip6)
            && ip6.NextHeader == IpProtocol.Tcp && TcpView.TryParse(ip6.Payload, out segment);
    }
}
