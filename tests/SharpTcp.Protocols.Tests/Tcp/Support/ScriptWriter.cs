using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>Makes the bytes of what a script's peer sends.</summary>
internal static class ScriptWriter
{
    public static byte[] Write(TcpFixture fixture, Segment segment, ushort peerPort = TcpFixture.PeerPort)
    {
        var header = new TcpHeader
        {
            SourcePort = peerPort,
            DestinationPort = TcpFixture.LocalPort,
            Sequence = new SequenceNumber(fixture.PeerIss + (uint)segment.Seq),
            Acknowledgment = segment.AckNumber is { } ack ? new SequenceNumber(fixture.Iss + (uint)ack) : default,
            Flags = segment.Flags,
            Window = (ushort)(segment.WindowField ?? ushort.MaxValue),
            UrgentPointer = segment.UrgentPointer,
        };
        var options = new TcpOptionSet();
        if (segment.MssValue is { } mss)
        {
            (options.HasMaximumSegmentSize, options.MaximumSegmentSize) = (true, mss);
        }

        if (segment.WindowScaleValue is { } shift)
        {
            (options.HasWindowScale, options.WindowScale) = (true, shift);
        }

        options.SackPermitted = segment.SackPermitted;
        if (fixture.TimesFor(segment) is { } times)
        {
            (options.HasTimestamps, options.TimestampValue, options.TimestampEcho) = (true, times.Value, times.Echo);
        }

        foreach (var (left, right) in segment.Blocks)
        {
            options.AddSackBlock(new SequenceNumber(fixture.Iss + (uint)left), new SequenceNumber(fixture.Iss + (uint)right));
        }

        Span<byte> head = stackalloc byte[60];
        var length = TcpWriter.Write(head, header, options);
        if (segment.RawOptions is { } raw)
        {
            raw.CopyTo(head[length..]);
            var padded = (raw.Length + 3) & ~3;
            head.Slice(length + raw.Length, padded - raw.Length).Clear();
            length += padded;
            head[12] = (byte)(length / 4 << 4);
        }

        var bytes = new byte[length + segment.Length];
        head[..length].CopyTo(bytes);
        Pattern.Fill(bytes.AsSpan(length), segment.Seq - 1 + ((segment.Flags & TcpFlags.Syn) != 0 ? 1 : 0));
        TcpWriter.WriteChecksum(bytes, fixture.Peer, fixture.Local);
        if (segment.IsDamaged)
        {
            bytes[^1] ^= 0x10;
        }

        return bytes;
    }
}
