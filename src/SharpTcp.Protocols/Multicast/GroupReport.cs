using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>A report of version 3 of IGMP or 2 of MLD under way: it goes out when it is full, and at the end (RFC 3376 §4.2.16, RFC 3810 §5.2.15).</summary>
internal ref struct GroupReport
{
    private readonly LinkControl _control;
    private readonly NetworkInterface _link;
    private readonly bool _isIPv6;
    private GroupReportWriter _writer;

    public GroupReport(LinkControl control, NetworkInterface link, bool isIPv6)
    {
        _control = control;
        _link = link;
        _isIPv6 = isIPv6;
        _writer = new GroupReportWriter(control.GroupMessage(link, isIPv6), isIPv6);
    }

    /// <summary>Adds a record, cut into several where its list of sources is too long; a list of what is not wanted cannot be cut and loses its end.</summary>
    public void Add(MulticastRecordType type, IpAddress group, scoped ReadOnlySpan<IpAddress> sources)
    {
        if (sources.Length > _writer.SourceRoom && _writer.Count > 0)
        {
            Send();
        }

        while (sources.Length > _writer.SourceRoom)
        {
            var part = sources[.._writer.SourceRoom];
            sources = sources[part.Length..];
            _writer.TryAdd(type, group, part);
            if (type is MulticastRecordType.ModeIsExclude or MulticastRecordType.ChangeToExclude)
            {
                return;
            }

            Send();
        }

        _writer.TryAdd(type, group, sources);
    }

    /// <summary>Sends what there is.</summary>
    public void Send()
    {
        if (_writer.Count == 0)
        {
            return;
        }

        var source = GroupTable.ReportSource(_link, _isIPv6);
        IpAddress target = _isIPv6 ? IPv6Address.MldV2Routers : IPv4Address.IgmpV3Routers;
        _control.SendGroupMessage(_link, source, target, _writer.Finish(source, target));
        _writer = new GroupReportWriter(_control.GroupMessage(_link, _isIPv6), _isIPv6);
    }
}
