using System;
using SharpTcp.Wire;

namespace SharpTcp.Simulation.Tests;

/// <summary>A frame of Ethernet with a TCP segment in it, without fragments and extension headers.</summary>
internal readonly ref struct TcpFrame
{
    private TcpFrame(MacAddress ethernetSource, IpAddress source, IpAddress destination, int length, TcpView tcp, int tcpOffset)
    {
        EthernetSource = ethernetSource;
        Source = source;
        Destination = destination;
        Length = length;
        Tcp = tcp;
        TcpOffset = tcpOffset;
    }

    public MacAddress EthernetSource { get; }

    public IpAddress Source { get; }

    public IpAddress Destination { get; }

    /// <summary>The length of the IP packet.</summary>
    public int Length { get; }

    public TcpView Tcp { get; }

    /// <summary>Where in the frame TCP begins.</summary>
    public int TcpOffset { get; }

    public static bool TryParse(ReadOnlySpan<byte> frame, out TcpFrame parsed)
    {
        parsed = default;
        if (!EthernetView.TryParse(frame, out var ethernet))
        {
            return false;
        }

        if (ethernet.EtherType == EtherType.IPv4 && IPv4View.TryParse(ethernet.Payload, out var ip4) && ip4.Protocol == IpProtocol.Tcp && !ip4.IsFragment
            && TcpView.TryParse(ip4.Payload, out var tcp4))
        {
            parsed = new TcpFrame(ethernet.Source, ip4.Source, ip4.Destination, ip4.TotalLength, tcp4, EthernetView.HeaderLength + ip4.HeaderLength);
            return true;
        }

        if (ethernet.EtherType == EtherType.IPv6 && IPv6View.TryParse(ethernet.Payload, out var ip6) && ip6.NextHeader == IpProtocol.Tcp && TcpView.TryParse(ip6.Payload, out var tcp6))
        {
            parsed = new TcpFrame(
                ethernet.Source, ip6.Source, ip6.Destination, IPv6View.HeaderLength + ip6.PayloadLength, tcp6, EthernetView.HeaderLength + IPv6View.HeaderLength);
            return true;
        }

        return false;
    }
}
