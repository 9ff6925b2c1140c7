using System;
using CsCheck;
using SharpTcp.Testing;
using Xunit;

namespace SharpTcp.Wire.Tests;

public sealed class IgmpTests
{
    private static readonly IPv4Address Group = new(239, 1, 2, 3);

    [Fact]
    public void A_version_3_report_has_the_bytes_of_RFC_3376()
    {
        var buffer = new byte[16];
        var report = new GroupReportWriter(buffer, isIPv6: false);
        Assert.True(report.TryAdd(MulticastRecordType.ChangeToExclude, Group));
        Assert.False(report.TryAdd(MulticastRecordType.ChangeToExclude, Group));
        Assert.Equal(16, report.Finish(IPv4Address.Unspecified, IPv4Address.IgmpV3Routers));
        Assert.Equal("2200" + "E8F9" + "0000" + "0001" + "0400" + "0000" + "EF010203", Convert.ToHexString(buffer));
    }

    [Fact]
    public void Sources_follow_their_group_and_an_address_of_the_other_family_is_refused()
    {
        var buffer = new byte[100];
        var report = new GroupReportWriter(buffer, isIPv6: false);
        Assert.Equal(21, report.SourceRoom);
        Assert.True(report.TryAdd(MulticastRecordType.AllowNewSources, Group, [new IPv4Address(10, 0, 0, 9), new IPv4Address(10, 0, 0, 10)]));
        Assert.Equal((1, 24), (report.Count, report.Length));
        Assert.Equal(24, report.Finish(new IPv4Address(10, 0, 0, 1), IPv4Address.IgmpV3Routers));
        Assert.Equal("0000" + "0001" + "0500" + "0002" + "EF010203" + "0A000009" + "0A00000A", Convert.ToHexString(buffer.AsSpan(4, 20)));
        Assert.Throws<ArgumentException>(() => new GroupReportWriter(buffer, isIPv6: false).TryAdd(MulticastRecordType.AllowNewSources, IPv6Address.AllNodes));
        Assert.Throws<ArgumentException>(() => new GroupReportWriter(new byte[7], isIPv6: false));
    }

    [Fact]
    public void A_version_3_report_parses_back() =>
        Gen.Select(Gen.Int[1, 6], Gen.UInt, Gen.UInt.Array[0, 5]).Array[0, 6].Sample(records =>
        {
            var buffer = new byte[400];
            var writer = new GroupReportWriter(buffer, isIPv6: false);
            foreach (var (type, group, sources) in records)
                Assert.True(writer.TryAdd((MulticastRecordType)type, new IPv4Address(group), Array.ConvertAll(sources, s => (IpAddress)new IPv4Address(s))));
            var bytes = buffer.AsSpan(0, writer.Finish(IPv4Address.Unspecified, IPv4Address.IgmpV3Routers));
            Assert.True(IgmpView.TryParse(bytes, IgmpView.TimeToLive, out var message));
            Assert.True(IgmpReportView.TryParse(message, out var report));
            var found = 0;
            foreach (var record in report)
            {
                var (type, group, sources) = records[found++];
                Assert.Equal(((MulticastRecordType)type, group, sources.Length), (record.Type, record.Group.Value, record.SourceCount));
                for (var i = 0; i < sources.Length; i++)
                    Assert.Equal(sources[i], record.GetSource(i).Value);
            }
            Assert.Equal(records.Length, found);
        });

    [Fact]
    [Rfc("exam", "81")]
    public void Queries_of_all_versions_are_told_apart()
    {
        var query = Query([0x11, 0, 0, 0, 0, 0, 0, 0]);
        Assert.Equal((1, 10_000, true), (query.Version, query.MaxResponseDelay, query.IsGeneral));
        query = Query([0x11, 100, 0, 0, 239, 1, 2, 3]);
        Assert.Equal((2, 10_000, Group), (query.Version, query.MaxResponseDelay, query.Group));
        query = Query([0x11, 0, 0, 0, 239, 1, 2, 3, 0x0A, 0xFF, 0, 1, 10, 0, 0, 9]);
        Assert.Equal((3, 0, 2, 31_744, true), (query.Version, query.MaxResponseDelay, query.QuerierRobustness, query.QuerierInterval, query.SuppressRouterProcessing));
        Assert.Equal((1, new IPv4Address(10, 0, 0, 9)), (query.SourceCount, query.GetSource(0)));
        query = Query([0x11, 0xFF, 0, 0, 239, 1, 2, 3, 0, 125, 0, 0]);
        Assert.Equal(3_174_400, query.MaxResponseDelay);
    }

    [Fact]
    public void A_version_3_query_parses_back()
    {
        var buffer = new byte[20];
        IPv4Address source = new(10, 0, 0, 9);
        Assert.Equal(20, IgmpWriter.WriteV3Query(buffer, Group, 100, 3, 60, [source, Group]));
        Assert.True(IgmpView.TryParse(buffer, 1, out var message));
        Assert.True(IgmpQueryView.TryParse(message, out var query));
        Assert.Equal((3, 10_000, Group, 3, 60), (query.Version, query.MaxResponseDelay, query.Group, query.QuerierRobustness, query.QuerierInterval));
        Assert.Equal((2, source, Group), (query.SourceCount, query.GetSource(0), query.GetSource(1)));
    }

    [Fact]
    [Rfc("exam", "81")]
    public void What_lies_or_comes_from_elsewhere_is_ignored()
    {
        var query = new byte[8];
        Assert.Equal(8, IgmpWriter.Write(query, IgmpType.Query, default, 100));
        Assert.True(IgmpView.TryParse(query, 1, out _));
        Assert.False(IgmpView.TryParse(query, 2, out _));
        query[5] ^= 1;
        Assert.False(IgmpView.TryParse(query, 1, out _));
        Assert.False(Parses([0x11, 1, 0, 0, 0, 0, 0, 0, 0])); // neither 8 nor 12
        Assert.False(Parses([0x11, 1, 0, 0, 10, 0, 0, 1])); // no group
        Assert.False(Parses([0x11, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])); // a source that is not there
        Assert.False(Parses([0x22, 0, 0, 0, 0, 0, 0, 2, 1, 0, 0, 0, 239, 1, 2, 3]));
        Assert.False(Parses([0x22, 0, 0, 0, 0, 0, 0, 1, 1, 255, 255, 255, 239, 1, 2, 3]));
        Assert.True(Parses([0x22, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 239, 1, 2, 3, 9, 9, 9, 9]));
    }

    [Fact]
    [Rfc("exam", "1")]
    public void Damaged_messages_are_parsed_or_refused()
    {
        foreach (var type in (byte[])[0x11, 0x22])
            Damage.Everywhere([type, 1, 0, 0, 239, 1, 0, 2, 1, 1, 0, 1, 239, 1, 2, 3, 9, 9, 9, 9, 1, 0, 0, 0, 239, 1, 2, 4], data => Parses(data.ToArray()));
    }

    private static IgmpQueryView Query(byte[] bytes)
    {
        IgmpWriter.Finish(bytes);
        Assert.True(IgmpView.TryParse(bytes, 1, out var message));
        Assert.True(IgmpQueryView.TryParse(message, out var query));
        return query;
    }

    private static bool Parses(byte[] bytes)
    {
        if (bytes.Length > 3)
            IgmpWriter.Finish(bytes);
        if (!IgmpView.TryParse(bytes, 1, out var message))
            return false;
        if (IgmpQueryView.TryParse(message, out var query))
        {
            for (var i = 0; i < query.SourceCount; i++)
                query.GetSource(i);
            return query.MaxResponseDelay >= 0 && query.QuerierInterval >= 0;
        }
        if (!IgmpReportView.TryParse(message, out var report))
            return false;
        foreach (var record in report)
            for (var i = 0; i < record.SourceCount; i++)
                record.GetSource(i);
        return true;
    }
}
