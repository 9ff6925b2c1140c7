using System;
using System.Runtime.CompilerServices;
using Xunit;

namespace SharpTcp.Wire.Tests;

public sealed class SizeTests
{
    [Fact]
    public void Values_are_as_small_as_they_can_be() =>
        Assert.Equal(
            (4, 8, 4, 16, 16, 24),
            (Unsafe.SizeOf<SequenceNumber>(), Unsafe.SizeOf<MacAddress>(), Unsafe.SizeOf<IPv4Address>(), Unsafe.SizeOf<IPv6Address>(), Unsafe.SizeOf<IpAddress>(),
                Unsafe.SizeOf<Prefix>()));

    [Fact]
    public void Writing_and_parsing_a_segment_allocates_nothing()
    {
        var frame = new byte[200];
        var right = RoundTrip(frame);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            right &= RoundTrip(frame);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(right);
        Assert.Equal(0, allocated);
    }

    private static bool RoundTrip(byte[] frame)
    {
        var source = new IPv4Address(10, 0, 0, 1);
        var target = new IPv4Address(10, 0, 0, 2);
        var options = new TcpOptionSet { HasTimestamps = true, TimestampValue = 7 };
        options.AddSackBlock(new SequenceNumber(1), new SequenceNumber(2));
        var header = new TcpHeader { SourcePort = 7, Flags = TcpFlags.Ack };
        var ethernet = EthernetWriter.Write(frame, new MacAddress(1), new MacAddress(2), EtherType.IPv4);
        var length = TcpWriter.Write(frame.AsSpan(ethernet + IPv4View.MinHeaderLength), header, options);
        TcpWriter.WriteChecksum(frame.AsSpan(ethernet + IPv4View.MinHeaderLength, length), source, target);
        IPv4Writer.Write(frame.AsSpan(ethernet), new IPv4Header { Source = source, Destination = target, Protocol = IpProtocol.Tcp }, length);

        var parsed = EthernetView.TryParse(frame, out var outer) & IPv4View.TryParse(outer.Payload, out var packet) & TcpView.TryParse(packet.Payload, out var segment);
        var summed = packet.VerifyChecksum() && segment.VerifyChecksum(packet.Source, packet.Destination);
        var read = TcpOptionSet.Parse(segment.Options);

        Span<char> text = stackalloc char[50];
        IpAddress address = source;
        var written = address.TryFormat(text, out _) && new Prefix(address, 24).TryFormat(text, out _) && outer.Source.TryFormat(text, out _);
        return parsed && summed && written && read is { TimestampValue: 7, SackBlockCount: 1 };
    }
}
