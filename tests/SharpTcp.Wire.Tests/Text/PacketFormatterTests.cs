using System;
using System.Linq;
using CsCheck;
using SharpTcp.Testing;
using Xunit;

namespace SharpTcp.Wire.Tests;

public sealed class PacketFormatterTests
{
    private const string Syn =
        "4500003C000040004006000 00A0000010A000007" + "9C400007" + "0000007B" + "00000000" + "A002" + "FAF0" + "0000" + "0000"
        + "020405B4" + "0402" + "080A0000000100000000" + "01" + "030307";

    public static TheoryData<string, string> Lines => new()
    {
        { Syn, "IP 10.0.0.1.40000 > 10.0.0.7.7: Flags [S], seq 123, win 64240, options [mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7], length 0" },
        {
            "4500003700000000400600000A0000070A000001" + "00079C40" + "000000C8" + "0000007C" + "8018" + "0100" + "00000000"
            + "0101050A0000000100000005" + "616263",
            "IP 10.0.0.7.7 > 10.0.0.1.40000: Flags [P.], seq 200:203, ack 124, win 256, options [nop,nop,sack 1 {1:5}], length 3"
        },
        {
            "4500002800000000400600000A0000070A000001" + "00079C40" + "000000C8" + "0000007C" + "51F3" + "0100" + "00000009",
            "IP 10.0.0.7.7 > 10.0.0.1.40000: Flags [FS.UEWe], seq 200, ack 124, win 256, urg 9, length 0"
        },
        {
            "4500002C00000000400600000A0000070A000001" + "00079C40" + "000000C8" + "0000007C" + "6000" + "0100" + "00000000" + "FD000101",
            "IP 10.0.0.7.7 > 10.0.0.1.40000: Flags [none], win 256, options [bad option 253], length 0"
        },
        {
            "4500002C00000000400600000A0000070A000001" + "00079C40" + "000000C8" + "0000007C" + "6010" + "0100" + "00000000" + "2204ABCD",
            "IP 10.0.0.7.7 > 10.0.0.1.40000: Flags [.], ack 124, win 256, options [tfo 0xabcd], length 0"
        },
        { "4500001C00000000401100000A0000010A000007" + "1234000700080000", "IP 10.0.0.1.4660 > 10.0.0.7.7: UDP, length 0" },
        { "4500001C00002000401100000A0000010A000007" + "1234000700080000", "IP 10.0.0.1 > 10.0.0.7: frag (udp, id 0, 8@0+)" },
        { "4500001C000700B9401100000A0000010A000007" + "1234000700080000", "IP 10.0.0.1 > 10.0.0.7: frag (udp, id 7, 8@1480)" },
        { "4500001C00000000400100000A0000010A000007" + "0800000000050006", "IP 10.0.0.1 > 10.0.0.7: ICMP echo request, id 5, seq 6, length 8" },
        {
            "4500003800000000400100000A0000070A000001" + "0303000000000000" + "4500001C00000000401100000A0000010A000007" + "1234000900080000",
            "IP 10.0.0.7 > 10.0.0.1: ICMP 10.0.0.7 udp port 9 unreachable, length 36"
        },
        {
            "4500003800000000400100000A0000070A000001" + "0304000000000578" + "450005DC00004000400600000A0000010A000007" + "1234000900000001",
            "IP 10.0.0.7 > 10.0.0.1: ICMP 10.0.0.7 unreachable - need to frag (mtu 1400), length 36"
        },
        { "4500001C00000000010200000A0000010A000007" + "1600F8FA" + "EF010203", "IP 10.0.0.1 > 10.0.0.7: igmp report 239.1.2.3, length 8" },
        { "4500001C00000000010200000A0000010A000007" + "1600F8FB" + "EF010203", "IP 10.0.0.1 > 10.0.0.7: igmp, length 8" },
        { "4500001400000000402F00000A0000010A000007", "IP 10.0.0.1 > 10.0.0.7: ip-proto-47, length 0" },
        { "4500001400000000400600000A0000010A000007", "IP 10.0.0.1 > 10.0.0.7: bad tcp, length 0" },
        { "4500001500000000400600000A0000010A000007", "IP, bad header or cut off, length 20" },
        { "6000", "IP6, bad header or cut off, length 2" },
        { "00", "no IP packet, length 1" },
        { "", "no IP packet, length 0" },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public void An_IP_packet_becomes_a_line(string hex, string line) => Assert.Equal(line, Raw(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal))));

    [Fact]
    public void IPv6_packets_become_lines()
    {
        Assert.Equal("IP6 2001:db8::1.1 > 2001:db8::2.7: UDP, length 0", Raw(Six(IpProtocol.Udp, [0, 1, 0, 7, 0, 8, 0, 0])));
        Assert.Equal(
            "IP6 2001:db8::1 > 2001:db8::2: frag (udp, id 9, 8@8+)",
            Raw(Six(IpProtocol.Ipv6Fragment, [IpProtocol.Udp, 0, 0, 9, 0, 0, 0, 9, .. new byte[8]])));
        Assert.Equal(
            "IP6 2001:db8::1 > 2001:db8::2: extension header problem, code 2 at octet 42, length 8",
            Raw(Six(IpProtocol.HopByHop, [IpProtocol.Udp, 0, 0x80, 4, 0, 0, 0, 0])));
        Assert.Equal("IP6 2001:db8::1 > 2001:db8::2: extension headers to drop, length 0", Raw(Six(IpProtocol.HopByHop, [])));
        Assert.Equal("IP6 2001:db8::1 > 2001:db8::2: no next header, length 1", Raw(Six(IpProtocol.NoNext, [1])));
        var buffer = new byte[100];
        NdWriter.WriteNeighborSolicitation(buffer, Samples.Here, Samples.There, Samples.There, []);
        Assert.Equal("IP6 2001:db8::1 > 2001:db8::2: ICMP6, neighbor solicitation, who has 2001:db8::2, length 24", Raw(Six(IpProtocol.Icmpv6, buffer[..24])));
        NdWriter.WriteNeighborAdvertisement(buffer, Samples.Here, Samples.There, Samples.Here, NeighborAdvertisementFlags.None, []);
        Assert.Equal("IP6 2001:db8::1 > 2001:db8::2: ICMP6, neighbor advertisement, tgt is 2001:db8::1, length 24", Raw(Six(IpProtocol.Icmpv6, buffer[..24])));
        NdWriter.WriteRedirect(buffer, Samples.Here, Samples.There, Samples.Router, Samples.There, []);
        Assert.Equal("IP6 2001:db8::1 > 2001:db8::2: ICMP6, redirect, 2001:db8::2 to fe80::ff, length 40", Raw(Six(IpProtocol.Icmpv6, buffer[..40])));
        var length = Icmpv6Writer.WritePacketTooBig(buffer, Samples.Here, Samples.There, 1280, Six(IpProtocol.Udp, [0, 1, 0, 7, 0, 8, 0, 0]));
        Assert.Equal(
            "IP6 2001:db8::1 > 2001:db8::2: ICMP6, packet too big, mtu 1280 for 2001:db8::2 udp port 7, length 56",
            Raw(Six(IpProtocol.Icmpv6, buffer[..length])));
        var report = new GroupReportWriter(buffer, isIPv6: true);
        report.TryAdd(MulticastRecordType.ChangeToExclude, Samples.There.ToSolicitedNode());
        length = report.Finish(Samples.LinkLocal, IPv6Address.MldV2Routers);
        Assert.Equal(
            "IP6 HBH fe80::1 > ff02::16: ICMP6, multicast listener report v2, 1 group record(s), length 28",
            Raw(Samples.Mld(Samples.LinkLocal, IPv6Address.MldV2Routers, buffer.AsSpan(0, length))));
    }

    [Fact]
    public void Frames_become_lines()
    {
        const string arp = "FFFFFFFFFFFF020000000001" + "0806" + "0001080006040001" + "020000000001" + "0A000001" + "000000000000" + "0A000007";
        Assert.Equal("ARP, Request who-has 10.0.0.7 tell 10.0.0.1, length 28", Frame(arp));
        Assert.Equal("ARP, Reply 10.0.0.1 is-at 02:00:00:00:00:01, length 28", Frame(arp.Replace("06040001", "06040002", StringComparison.Ordinal)));
        Assert.Equal("02:00:00:00:00:01 > ff:ff:ff:ff:ff:ff, ethertype 0x88cc, length 15", Frame("FFFFFFFFFFFF02000000000188CC00"));
        Assert.Equal("no Ethernet II frame, length 3", Frame("FFFFFF"));
        Assert.StartsWith("IP 10.0.0.1.40000 > ", Frame("FFFFFFFFFFFF0200000000010800" + Syn.Replace(" ", "", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_super_frame_names_its_segments()
    {
        var packet = new byte[40 + 20 + 64_000];
        IPv6Writer.Write(packet, Samples.Here, Samples.There, IpProtocol.Tcp, packet.Length - 40, 64);
        packet[40 + 12] = 0x50;
        packet[40 + 13] = (byte)TcpFlags.Ack;
        Assert.EndsWith(", seq 0:64000, ack 0, win 0, length 64000 (45 x 1440)", PacketFormatter.ToString(packet, PcapLinkType.Raw, 1440), StringComparison.Ordinal);
    }

    [Fact]
    public void A_short_destination_takes_what_fits()
    {
        var packet = Convert.FromHexString(Syn.Replace(" ", "", StringComparison.Ordinal));
        var whole = Raw(packet);
        for (var room = 0; room <= whole.Length; room++)
        {
            var line = new char[room];
            var written = PacketFormatter.Format(packet, PcapLinkType.Raw, line);
            Assert.StartsWith(new string(line, 0, written), whole, StringComparison.Ordinal);
            Assert.Equal(room == whole.Length, written == whole.Length);
        }
    }

    [Fact]
    [Rfc("exam", "1")]
    public void Any_bytes_become_a_line()
    {
        Gen.Select(Gen.Byte.Array[0, 120], Gen.Int[-1, 2000]).Sample((bytes, segmentSize) =>
        {
            Assert.NotEmpty(PacketFormatter.ToString(bytes, PcapLinkType.Ethernet, segmentSize));
            Assert.NotEmpty(PacketFormatter.ToString(bytes, (PcapLinkType)9, segmentSize));
        });
        foreach (var hex in Lines.Select(line => line.Data.Item1.Replace(" ", "", StringComparison.Ordinal)))
            Damage.Everywhere(Convert.FromHexString(hex), data => Raw(data));
        var message = new byte[200];
        var length = Icmpv6Writer.WriteUnreachable(message, Samples.Here, Samples.There, Icmpv6UnreachableCode.Port, Six(IpProtocol.Udp, new byte[8]));
        Damage.Everywhere(Six(IpProtocol.Icmpv6, message.AsSpan(0, length)), data => Raw(data));
    }

    private static byte[] Six(byte next, ReadOnlySpan<byte> payload) => Samples.IPv6(Samples.Here, Samples.There, next, 64, payload);

    private static string Raw(ReadOnlySpan<byte> packet) => PacketFormatter.ToString(packet, PcapLinkType.Raw);

    private static string Frame(string hex) => PacketFormatter.ToString(Convert.FromHexString(hex), PcapLinkType.Ethernet);
}
