using System;
using CsCheck;
using SharpTcp.Testing;
using Xunit;

namespace SharpTcp.Wire.Tests;

public sealed class MldTests
{
    private static readonly IPv6Address Group = IPv6Address.Parse("ff02::1:ff00:1");

    [Fact]
    [Rfc("8504", "N6-21")]
    public void A_report_has_the_length_and_the_bytes_of_RFC_3810()
    {
        var buffer = new byte[100];
        var report = new GroupReportWriter(buffer, isIPv6: true);
        Assert.True(report.TryAdd(MulticastRecordType.ChangeToExclude, Group));
        Assert.Equal(28, report.Finish(Samples.LinkLocal, IPv6Address.MldV2Routers));
        var packet = Samples.Mld(Samples.LinkLocal, IPv6Address.MldV2Routers, buffer.AsSpan(0, 28));
        Assert.Equal(
            "60000000" + "0024" + "00" + "01" + "FE800000000000000000000000000001" + "FF020000000000000000000000000016"
            + "3A00" + "05020000" + "0100"
            + "8F00" + "7107" + "0000" + "0001" + "04" + "00" + "0000" + "FF0200000000000000000001FF000001",
            Convert.ToHexString(packet));
    }

    [Fact]
    public void A_report_parses_back() =>
        Gen.Select(Gen.Int[1, 6], Samples.AnyIPv6, Samples.AnyIPv6.Array[0, 5]).Array[0, 6].Sample(records =>
        {
            var buffer = new byte[2000];
            var writer = new GroupReportWriter(buffer, isIPv6: true);
            foreach (var (type, group, sources) in records)
                Assert.True(writer.TryAdd((MulticastRecordType)type, group, Array.ConvertAll(sources, source => (IpAddress)source)));
            var length = writer.Finish(Samples.LinkLocal, IPv6Address.MldV2Routers);
            var packet = Samples.Mld(Samples.LinkLocal, IPv6Address.MldV2Routers, buffer.AsSpan(0, length));
            var message = Samples.Open(packet, out var envelope);
            Assert.True(message.VerifyChecksum(envelope.Source, envelope.Destination));
            Assert.True(MldReportView.TryParse(message, envelope, out var report));
            Assert.Equal(records.Length, report.Count);
            var found = 0;
            foreach (var record in report)
            {
                var (type, group, sources) = records[found++];
                Assert.Equal(((MulticastRecordType)type, group, sources.Length), (record.Type, record.Group, record.SourceCount));
                for (var i = 0; i < sources.Length; i++)
                    Assert.Equal(sources[i], record.GetSource(i));
            }
            Assert.Equal(records.Length, found);
        });

    [Fact]
    public void A_full_report_takes_no_more_records()
    {
        var report = new GroupReportWriter(new byte[8 + 20 + 16 + 35], isIPv6: true);
        Assert.Equal(3, report.SourceRoom);
        Assert.True(report.TryAdd(MulticastRecordType.ModeIsInclude, Group, [Samples.Here]));
        Assert.Equal(0, report.SourceRoom);
        Assert.False(report.TryAdd(MulticastRecordType.ModeIsInclude, Group, [Samples.Here]));
        Assert.Equal((1, 44), (report.Count, report.Length));
        Assert.True(report.TryAdd(MulticastRecordType.ModeIsExclude, Group));
        Assert.Equal(-1, report.SourceRoom);
        Assert.False(report.TryAdd(MulticastRecordType.ModeIsExclude, Group));
    }

    [Fact]
    public void Auxiliary_data_is_skipped_and_a_record_past_the_end_refused()
    {
        byte[] records = [1, 2, 0, 0, .. new byte[16], 9, 9, 9, 9, 9, 9, 9, 9, 77, 0, 0, 0, .. new byte[16]];
        var buffer = new byte[100];
        var target = IPv6Address.MldV2Routers;
        var length = Icmpv6Writer.Write(buffer, Samples.LinkLocal, target, Icmpv6Type.MldV2Report, 0, 2, records);
        var message = Samples.Open(Samples.Mld(Samples.LinkLocal, target, buffer.AsSpan(0, length)), out var envelope);
        Assert.True(MldReportView.TryParse(message, envelope, out var report));
        var last = default(MulticastRecordType);
        foreach (var record in report)
            last = record.Type;
        Assert.Equal((MulticastRecordType)77, last);
        foreach (var count in (uint[])[3, 65_535])
        {
            Icmpv6Writer.Write(buffer, Samples.LinkLocal, target, Icmpv6Type.MldV2Report, 0, count, records);
            message = Samples.Open(Samples.Mld(Samples.LinkLocal, target, buffer.AsSpan(0, length)), out envelope);
            Assert.False(MldReportView.TryParse(message, envelope, out _));
        }
    }

    [Fact]
    public void A_version_2_query_parses_back() =>
        Gen.Select(Gen.UShort[0, 0x7FFF], Gen.Byte[0, 7], Gen.Byte[0, 127], Samples.AnyIPv6.Array[0, 4]).Sample((delay, robustness, interval, sources) =>
        {
            var buffer = new byte[200];
            var length = MldWriter.WriteV2Query(buffer, Samples.Router, IPv6Address.AllNodes, Group, delay, robustness, interval, sources);
            var message = Samples.Open(Samples.Mld(Samples.Router, IPv6Address.AllNodes, buffer.AsSpan(0, length)), out var envelope);
            Assert.True(MldQueryView.TryParse(message, envelope, out var query));
            Assert.Equal((2, (int)delay, Group, false), (query.Version, query.MaxResponseDelay, query.Group, query.IsGeneral));
            Assert.Equal((robustness, interval, sources.Length), (query.QuerierRobustness, query.QuerierInterval, query.SourceCount));
            for (var i = 0; i < sources.Length; i++)
                Assert.Equal(sources[i], query.GetSource(i));
        });

    [Fact]
    [Rfc("exam", "81")]
    [Rfc("3810", "5.1.3")]
    public void Codes_decode_as_in_RFC_3810_and_0_is_safe()
    {
        Assert.Equal((0, 0), Decode(0, 0));
        Assert.Equal((32_767, 127), Decode(0x7FFF, 127));
        Assert.Equal((32_768, 128), Decode(0x8000, 0x80));
        Assert.Equal((8_387_584, 31_744), Decode(0xFFFF, 0xFF));
        Assert.Equal((0x1123 << 5, 0x15 << 6), Decode(0xA123, 0xB5));
    }

    [Fact]
    [Rfc("exam", "81")]
    [Rfc("3810", "5.1.14")]
    public void A_query_from_anywhere_else_is_ignored()
    {
        var buffer = new byte[28];
        MldWriter.WriteV2Query(buffer, Samples.Router, IPv6Address.AllNodes, default, 1000, 2, 125);
        var message = Samples.Open(Samples.Mld(Samples.Router, IPv6Address.AllNodes, buffer), out var good);
        Assert.True(MldQueryView.TryParse(message, good, out var query) && query.IsGeneral);
        Assert.False(MldQueryView.TryParse(message, good with { HopLimit = 2 }, out _));
        Assert.False(MldQueryView.TryParse(message, good with { HasRouterAlert = false }, out _));
        Assert.False(MldQueryView.TryParse(message, good with { Source = Samples.Here }, out _));
        Assert.False(MldQueryView.TryParse(message, good with { Source = default }, out _));
    }

    [Fact]
    [Rfc("exam", "81")]
    [Rfc("3810", "5.1.14")]
    public void The_length_of_a_query_names_its_version_and_a_source_list_that_lies_is_ignored()
    {
        for (var length = 8; length <= 60; length++)
        {
            var query = new byte[length];
            query[0] = (byte)Icmpv6Type.MldQuery;
            if (length > 27)
                query[27] = 1;
            var message = Samples.Open(Samples.Mld(Samples.Router, IPv6Address.AllNodes, query), out var envelope);
            Assert.Equal(length is 24 or >= 44, MldQueryView.TryParse(message, envelope, out var view));
            if (length is 24 or >= 44)
                Assert.Equal(length == 24 ? 1 : 2, view.Version);
        }
    }

    [Fact]
    public void Version_1_messages_parse_back()
    {
        var buffer = new byte[24];
        foreach (var type in (Icmpv6Type[])[Icmpv6Type.MldV1Report, Icmpv6Type.MldV1Done])
        {
            Assert.Equal(24, MldWriter.WriteV1(buffer, Samples.LinkLocal, Group, type, Group));
            var packet = Samples.Mld(Samples.LinkLocal, Group, buffer);
            Assert.True(MldV1View.TryParse(Samples.Open(packet, out var envelope), envelope, out var view));
            Assert.Equal((type, Group), (view.Type, view.Group));
            Damage.Everywhere(packet, Touch.IPv6);
        }
        Assert.Equal(24, MldWriter.WriteV1Query(buffer, Samples.Router, Group, Group, 0xFFFF));
        Assert.True(MldQueryView.TryParse(Samples.Open(Samples.Mld(Samples.Router, Group, buffer), out var queried), queried, out var query));
        Assert.Equal((1, 0xFFFF, Group, 0, 0), (query.Version, query.MaxResponseDelay, query.Group, query.SourceCount, query.QuerierInterval));
    }

    [Fact]
    [Rfc("exam", "1")]
    public void Damaged_messages_are_parsed_or_refused()
    {
        var buffer = new byte[200];
        var length = MldWriter.WriteV2Query(buffer, Samples.Router, IPv6Address.AllNodes, Group, 1000, 2, 125, [Samples.Here, Samples.There]);
        Damage.Everywhere(Samples.Mld(Samples.Router, IPv6Address.AllNodes, buffer.AsSpan(0, length)), Touch.IPv6);
        var report = new GroupReportWriter(buffer, isIPv6: true);
        report.TryAdd(MulticastRecordType.ModeIsInclude, Group, [Samples.Here, Samples.There]);
        report.TryAdd(MulticastRecordType.ModeIsExclude, Group);
        length = report.Finish(Samples.LinkLocal, IPv6Address.MldV2Routers);
        Damage.Everywhere(Samples.Mld(Samples.LinkLocal, IPv6Address.MldV2Routers, buffer.AsSpan(0, length)), Touch.IPv6);
    }

    private static (int Delay, int Interval) Decode(ushort delay, byte interval)
    {
        var buffer = new byte[28];
        MldWriter.WriteV2Query(buffer, Samples.Router, IPv6Address.AllNodes, default, delay, 2, interval);
        var message = Samples.Open(Samples.Mld(Samples.Router, IPv6Address.AllNodes, buffer), out var envelope);
        Assert.True(MldQueryView.TryParse(message, envelope, out var query));
        return (query.MaxResponseDelay, query.QuerierInterval);
    }
}
