using System;
using System.Buffers.Binary;
using CsCheck;
using SharpTcp.Testing;
using Xunit;

namespace SharpTcp.Wire.Tests;

public sealed class TcpHeaderTests
{
    private static readonly IpAddress Source = new IPv4Address(10, 0, 0, 1);
    private static readonly IpAddress Destination = IPv4Address.Parse("10.0.0.2");

    internal static readonly Gen<TcpHeader> AnyHeader =
        Gen.Select(Gen.UShort, Gen.UShort, Gen.UInt, Gen.UInt, Gen.Int[0, 0x1FF], Gen.UShort, Gen.UShort, (source, destination, sequence, acknowledgment, flags, window, urgent) =>
            new TcpHeader
            {
                SourcePort = source,
                DestinationPort = destination,
                Sequence = new SequenceNumber(sequence),
                Acknowledgment = new SequenceNumber(acknowledgment),
                Flags = (TcpFlags)flags,
                Window = window,
                UrgentPointer = urgent,
            });

    [Fact]
    public void Written_fields_parse_back() =>
        Gen.Select(AnyHeader, TcpOptionSetTests.AnyOptions, Gen.Byte.Array[0, 100]).Sample((header, options, data) =>
        {
            var segment = Segment(header, options, data);
            Assert.True(TcpView.TryParse(segment, out var view));
            Assert.Equal(header, new TcpHeader
            {
                SourcePort = view.SourcePort,
                DestinationPort = view.DestinationPort,
                Sequence = view.Sequence,
                Acknowledgment = view.Acknowledgment,
                Flags = view.Flags,
                Window = view.Window,
                UrgentPointer = view.UrgentPointer,
            });
            Assert.Equal(segment.Length - data.Length, view.HeaderLength);
            Assert.Equal(view.HeaderLength - 20, TcpWriter.OptionsLength(options, view.Has(TcpFlags.Syn)));
            Assert.True(view.Payload.SequenceEqual(data));
            Assert.True(view.VerifyChecksum(Source, Destination));
            var expected = data.Length + (view.Has(TcpFlags.Syn) ? 1 : 0) + (view.Has(TcpFlags.Fin) ? 1 : 0);
            Assert.Equal((uint)expected, view.SegmentLength);
            Assert.Equal(header.Sequence + expected, view.EndSequence);
        });

    [Fact]
    [Rfc("9293", "MUST-2")]
    public void A_changed_octet_fails_the_checksum() =>
        Gen.Select(AnyHeader, Gen.Byte.Array[1, 100], Gen.Int[0, 119], Gen.Byte[1, 255]).Sample((header, data, at, change) =>
        {
            var segment = Segment(header, default, data);
            segment[Math.Min(at, segment.Length - 1)] ^= change;
            Assert.False(TcpView.TryParse(segment, out var view) && view.VerifyChecksum(Source, Destination));
        });

    [Fact]
    public void A_sum_of_the_data_and_a_device_come_to_the_same_checksum() =>
        Gen.Select(AnyHeader, Gen.Byte.Array[0, 100]).Sample((header, data) =>
        {
            var segment = Segment(header, default, data);
            var expected = segment.AsSpan(16, 2).ToArray();

            TcpWriter.WriteChecksum(segment.AsSpan(0, 20), InternetChecksum.Add(data), data.Length, Source, Destination);
            Assert.Equal(expected, segment[16..18]);

            TcpWriter.WritePartialChecksum(segment.AsSpan(0, 20), data.Length, Source, Destination);
            var partial = BinaryPrimitives.ReadUInt16BigEndian(segment.AsSpan(16));
            Assert.Equal(InternetChecksum.Fold(InternetChecksum.AddPseudoHeader(Source, Destination, IpProtocol.Tcp, (uint)segment.Length)), partial);
            var completed = InternetChecksum.Finish(InternetChecksum.Add(segment)); // what the device does
            Assert.Equal(BinaryPrimitives.ReadUInt16BigEndian(expected), completed);
        });

    [Theory]
    [InlineData(19, 5)]
    [InlineData(20, 4)]
    [InlineData(20, 0)]
    [InlineData(20, 6)]
    [InlineData(59, 15)]
    [Rfc("exam", "4")]
    public void Impossible_lengths_are_refused(int length, int dataOffset)
    {
        var segment = new byte[length];
        segment[12] = (byte)(dataOffset << 4);
        Assert.False(TcpView.TryParse(segment, out _));
    }

    [Fact]
    public void Every_prefix_and_change_is_parsed_or_refused()
    {
        var options = new TcpOptionSet { HasMaximumSegmentSize = true, MaximumSegmentSize = 1460, SackPermitted = true, HasTimestamps = true, HasWindowScale = true };
        Hostile.Try(Segment(new TcpHeader { Flags = TcpFlags.Syn, SourcePort = 7 }, options, [1, 2, 3]), Digest);

        var acknowledgment = new TcpOptionSet { HasTimestamps = true };
        acknowledgment.AddSackBlock(new SequenceNumber(5), new SequenceNumber(10));
        acknowledgment.AddSackBlock(new SequenceNumber(15), new SequenceNumber(20));
        Hostile.Try(Segment(new TcpHeader { Flags = TcpFlags.Ack }, acknowledgment, []), Digest);
    }

    [Fact]
    public void A_quotation_needs_eight_octets()
    {
        var segment = Segment(new TcpHeader { SourcePort = 1, DestinationPort = 2, Sequence = new SequenceNumber(3) }, default, []);
        Assert.True(TcpView.TryParseQuote(segment.AsSpan(0, 8), out var source, out var destination, out var sequence));
        Assert.Equal((1, 2, 3u), (source, destination, sequence.Value));
        Assert.False(TcpView.TryParseQuote(segment.AsSpan(0, 7), out _, out _, out _));
    }

    [Fact]
    public void A_short_destination_is_refused() =>
        Assert.Throws<ArgumentException>(() => TcpWriter.Write(new byte[31], default, new TcpOptionSet { HasTimestamps = true }));

    // tcp_fpa__assemble; its options stand in an order that is ours no more than anyone's, so the header is compared without them.
    [Fact]
    public void Another_stack_writes_the_same_header()
    {
        var vector = AssembleVectors.Get("tcp_fpa__assemble");
        Assert.True(TcpView.TryParse(vector.Octets, out var theirs));
        var header = new TcpHeader
        {
            SourcePort = vector.Fields.GetProperty("sport").GetUInt16(),
            DestinationPort = vector.Fields.GetProperty("dport").GetUInt16(),
            Sequence = new SequenceNumber(vector.Fields.GetProperty("seq").GetUInt32()),
            Acknowledgment = new SequenceNumber(vector.Fields.GetProperty("ack").GetUInt32()),
            Flags = (TcpFlags)0x1FF,
            Window = vector.Fields.GetProperty("win").GetUInt16(),
            UrgentPointer = vector.Fields.GetProperty("urp").GetUInt16(),
        };
        var ours = new byte[20];
        TcpWriter.Write(ours, header, default);
        Assert.Equal(theirs.Header[..12].ToArray(), ours[..12]);
        Assert.Equal(theirs.Flags, (TcpFlags)(BinaryPrimitives.ReadUInt16BigEndian(ours.AsSpan(12)) & 0x1FF));
        Assert.Equal(theirs.Header[14..16].ToArray(), ours[14..16]);
        Assert.Equal(theirs.Header[18..20].ToArray(), ours[18..20]);
        Assert.Equal(vector.Hex("data"), theirs.Payload.ToArray());
        Assert.Equal(0, InternetChecksum.Finish(InternetChecksum.Add(theirs.Segment, vector.PseudoHeaderSum)));

        var options = TcpOptionSet.Parse(theirs.Options);
        Assert.False(options.IsMalformed);
        Assert.True(options.HasMaximumSegmentSize && options.HasWindowScale && options.SackPermitted && options.HasTimestamps);
        Assert.Equal((12345, 12, 12345678u, 87654321u), (options.MaximumSegmentSize, options.WindowScale, options.TimestampValue, options.TimestampEcho));
    }

    private static byte[] Segment(in TcpHeader header, in TcpOptionSet options, ReadOnlySpan<byte> data)
    {
        var memory = new byte[TcpView.MaxHeaderLength + data.Length];
        Array.Fill(memory, (byte)0xEE); // the writer has to write every octet
        var length = TcpWriter.Write(memory, header, options);
        Assert.Equal(0, memory[16] | memory[17]);
        data.CopyTo(memory.AsSpan(length));
        var segment = memory[..(length + data.Length)];
        TcpWriter.WriteChecksum(segment, Source, Destination);
        return segment;
    }

    private static int? Digest(ReadOnlySpan<byte> data)
    {
        if (!TcpView.TryParse(data, out var view))
            return null;
        var options = TcpOptionSet.Parse(view.Options);
        var digest = new HashCode();
        digest.Add(view.SourcePort);
        digest.Add(view.DestinationPort);
        digest.Add(view.Sequence);
        digest.Add(view.Acknowledgment);
        digest.Add(view.Flags);
        digest.Add(view.Window);
        digest.Add(view.Checksum);
        digest.Add(view.UrgentPointer);
        digest.Add(view.SegmentLength);
        digest.AddBytes(view.Header);
        digest.AddBytes(view.Options);
        digest.AddBytes(view.Payload);
        digest.Add(view.VerifyChecksum(Source, Destination));
        digest.Add(options.MaximumSegmentSize);
        digest.Add(options.TimestampEcho);
        digest.AddBytes(options.FastOpenCookie);
        foreach (var block in options.SackBlocks)
            digest.Add(block);
        return digest.ToHashCode();
    }
}
