using System;
using BenchmarkDotNet.Attributes;
using SharpTcp.Wire;

namespace SharpTcp.Bench;

/// <summary>What every packet costs before any protocol looks at it.</summary>
public class WireBenchmarks
{
    private readonly byte[] _frame = new byte[EthernetView.HeaderLength + IPv4View.MinHeaderLength + TcpView.MinHeaderLength + 12 + 1448];

    public WireBenchmarks()
    {
        var (source, destination) = (IPv4Address.Parse("10.0.0.1"), IPv4Address.Parse("10.0.0.2"));
        var ip = _frame.AsSpan(EthernetWriter.Write(_frame, new MacAddress(0x0200_0000_0001), new MacAddress(0x0200_0000_0002), EtherType.IPv4));
        var header = new IPv4Header { TimeToLive = 64, Protocol = IpProtocol.Tcp, DontFragment = true, Source = source, Destination = destination };
        var tcp = ip[IPv4Writer.Write(ip, header, ip.Length - IPv4View.MinHeaderLength)..];
        var options = new TcpOptionSet { HasTimestamps = true, TimestampValue = 1, TimestampEcho = 2 };
        TcpWriter.Write(tcp, new TcpHeader { SourcePort = 80, DestinationPort = 40_000, Flags = TcpFlags.Ack, Window = 1000 }, options);
        TcpWriter.WriteChecksum(tcp, source, destination);
    }

    /// <summary>Ethernet, IPv4 with its checksum, TCP with timestamps; TCP's checksum vouched for.</summary>
    [Benchmark]
    public uint Parse()
    {
        if (!EthernetView.TryParse(_frame, out var ethernet) || !IPv4View.TryParse(ethernet.Payload, out var ip) || !ip.VerifyChecksum() || !TcpView.TryParse(ip.Payload, out var tcp))
        {
            throw new InvalidOperationException("The frame does not parse.");
        }

        return TcpOptionSet.Parse(tcp.Options).TimestampValue + (uint)tcp.Payload.Length;
    }

    /// <summary>The same with TCP's checksum.</summary>
    [Benchmark]
    public bool ParseAndVerify() =>
        EthernetView.TryParse(_frame, out var ethernet) && IPv4View.TryParse(ethernet.Payload, out var ip) && ip.VerifyChecksum() && TcpView.TryParse(ip.Payload, out var tcp)
        && tcp.VerifyChecksum(ip.Source, ip.Destination);
}
