using System;
using SharpTcp.Wire;

namespace SharpTcp.Simulation.Tests;

/// <summary>Sends IP packets in the name of others.</summary>
internal static class Forge
{
    /// <summary>Sends a packet from a station to a host that is known by its MAC address.</summary>
    public static void Send(SimulatedStation station, MacAddress to, IpAddress source, IpAddress destination, byte protocol, ReadOnlySpan<byte> payload)
    {
        Span<byte> frame = stackalloc byte[EthernetView.HeaderLength + IPv6View.HeaderLength + payload.Length];
        EthernetWriter.Write(frame, to, station.HardwareAddress, source.IsIPv4 ? EtherType.IPv4 : EtherType.IPv6);
        var ip = frame[EthernetView.HeaderLength..];
        var header = source.IsIPv4
            ? IPv4Writer.Write(
                ip,
                new IPv4Header { TimeToLive = 64, Protocol = protocol, DontFragment = true, Source = source.ToIPv4(), Destination = destination.ToIPv4() },
                payload.Length)
            : IPv6Writer.Write(ip, source.ToIPv6(), destination.ToIPv6(), protocol, payload.Length, hopLimit: 64);
        payload.CopyTo(ip[header..]);
        station.Send(frame[..(EthernetView.HeaderLength + header + payload.Length)]);
    }
}
