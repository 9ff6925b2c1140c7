using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.IO;
using System.Linq;
using SharpTcp.Links;
using SharpTcp.Protocols;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Tests.Links;

public sealed class CapturingLinkTests
{
    private static readonly LinkCapabilities Full = new(LinkMedium.Ethernet, 1500, LinkOffloads.All);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Both_directions_are_written_with_time_and_final_sums_and_cross_unaltered(bool writeBehind)
    {
        var clock = new ManualTimeProvider();
        var output = new MemoryStream();
        var (near, far) = MemoryLink.CreatePair(Full);
        using (var link = new CapturingLink(near, output, new CaptureOptions { TimeProvider = clock, WriteBehind = writeBehind, LeaveOpen = true }))
        {
            var (super, superMeta) = TestFrames.TcpSuperFrame(LinkMedium.Ethernet, false, 20_001, 1448);
            var (partial, partialMeta) = TestFrames.UdpSuperFrame(LinkMedium.Ethernet, true, 333, 0);
            Assert.True(link.TrySend(TestFrames.Outbound(super, superMeta)));
            var crossed = Assert.Single(TestFrames.ReceiveAll(far));
            Assert.Equal(super, crossed.Frame);
            Assert.Equal(superMeta, crossed.Meta);
            clock.Advance(TimeSpan.FromTicks(12_345));
            Assert.True(far.TrySend(TestFrames.Outbound(partial, partialMeta)));
            crossed = Assert.Single(TestFrames.ReceiveAll(link));
            Assert.Equal(partial, crossed.Frame);
            Assert.Equal(partialMeta, crossed.Meta);
        }
        var packets = ReadBack(output.ToArray());
        var start = (ulong)(new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero) - DateTimeOffset.UnixEpoch).Ticks * 100;
        Assert.Equal([(start, PcapDirection.Outbound), (start + 1_234_500, PcapDirection.Inbound)], packets.Select(p => (p.Time, p.Direction)));
        Assert.Equal(20_001, TestFrames.CheckedPayload(packets[0].Data, LinkMedium.Ethernet)!.Length);
        Assert.Equal(333, TestFrames.CheckedPayload(packets[1].Data, LinkMedium.Ethernet)!.Length);
    }

    [Fact]
    public void Super_frames_can_be_written_as_the_packets_that_they_become()
    {
        var output = new MemoryStream();
        var (frame, meta) = TestFrames.TcpSuperFrame(LinkMedium.Ip, true, 20_001, 1428);
        using (var link = new CapturingLink(new LoopbackLink(), output, new CaptureOptions { SplitSuperFrames = true, LeaveOpen = true }))
            Assert.True(link.TrySend(TestFrames.Outbound(frame, meta)));
        var packets = ReadBack(output.ToArray());
        Assert.Equal(15, packets.Count);
        Assert.Equal(frame.AsSpan(meta.HeaderLength).ToArray(), packets.SelectMany(p => TestFrames.CheckedPayload(p.Data, LinkMedium.Ip)!));
    }

    [Fact]
    public void A_refused_frame_is_not_captured()
    {
        var output = new MemoryStream();
        var (near, _) = MemoryLink.CreatePair(Full, new MemoryLinkOptions { QueueFrames = 1 });
        using (var link = new CapturingLink(near, output, new CaptureOptions { LeaveOpen = true }))
        {
            Assert.True(link.TrySend(new OutboundFrame([1])));
            Assert.False(link.TrySend(new OutboundFrame([2])));
        }
        Assert.Equal([1], Assert.Single(ReadBack(output.ToArray())).Data);
    }

    [Fact]
    public void A_stuck_disk_costs_captured_frames_and_not_the_link()
    {
        using var disk = new StuckStream();
        var link = new CapturingLink(new LoopbackLink(), disk, new CaptureOptions { BufferBytes = 70_000 });
        disk.IsStuck = true;
        for (var i = 0; i < 200; i++)
        {
            Assert.True(link.TrySend(new OutboundFrame(new byte[1000])));
            Assert.Single(TestFrames.ReceiveAll(link));
        }
        Assert.InRange(link.Missed, 200, 400);
        Assert.Null(link.Failure);
        disk.Release();
        link.Dispose();
        Assert.Equal(400, link.Missed + disk.Writes);
    }

    [Fact]
    public void A_full_disk_ends_the_capture_and_not_the_link()
    {
        using var disk = new StuckStream();
        var link = new CapturingLink(new LoopbackLink(), disk, new CaptureOptions { WriteBehind = false });
        disk.IsFull = true;
        Assert.True(link.TrySend(new OutboundFrame([1])));
        Assert.IsType<IOException>(link.Failure);
        Assert.True(link.TrySend(new OutboundFrame([1])));
        Assert.Equal(2, link.Missed);
        Assert.Equal(2, TestFrames.ReceiveAll(link).Count);
        link.Dispose();
    }

    [Fact]
    public void Tshark_finds_every_checksum_right()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            WriteSamples(path, split: false);
            Assert.Equal(4, CountGoodPackets(path));
            WriteSamples(path, split: true);
            Assert.Equal(2 * 14 + 2 * 14, CountGoodPackets(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void WriteSamples(string path, bool split)
    {
        using var link = new CapturingLink(MemoryLink.CreatePair(Full).First, path, new CaptureOptions { SplitSuperFrames = split });
        foreach (var isIPv6 in new[] { false, true })
        {
            var (tcp, tcpMeta) = TestFrames.TcpSuperFrame(LinkMedium.Ethernet, isIPv6, 20_001, 1448, TestFrames.Ack, 1000);
            Assert.True(link.TrySend(TestFrames.Outbound(tcp, tcpMeta)));
            var (udp, udpMeta) = TestFrames.UdpSuperFrame(LinkMedium.Ethernet, isIPv6, 20_001, 1448);
            Assert.True(link.TrySend(TestFrames.Outbound(udp, udpMeta)));
        }
    }

    // The number of packets, all of whose checksums tshark calls good (status 1).
    private static int CountGoodPackets(string path)
    {
        var arguments = $"-r {path} -o ip.check_checksum:TRUE -o tcp.check_checksum:TRUE -o udp.check_checksum:TRUE -T fields "
            + "-e _ws.malformed -e ip.checksum.status -e tcp.checksum.status -e udp.checksum.status";
        Process process;
        try
        {
            process = Process.Start(new ProcessStartInfo("tshark", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (Win32Exception)
        {
            Assert.Skip("tshark is not installed.");
            return 0;
        }
        using (process)
        {
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            var lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            process.WaitForExit();
            Assert.All(lines, line => Assert.Matches("^\t1?\t(1\t|\t1)$", line));
            return lines.Length;
        }
    }

    private static List<(byte[] Data, ulong Time, PcapDirection Direction)> ReadBack(byte[] file)
    {
        var reader = new PcapngReader(file);
        var all = new List<(byte[], ulong, PcapDirection)>();
        while (reader.TryReadPacket(out var packet))
            all.Add((packet.Data.ToArray(), packet.Timestamp, packet.Direction));
        Assert.False(reader.IsMalformed);
        return all;
    }

    private sealed class StuckStream : MemoryStream
    {
        private readonly System.Threading.ManualResetEventSlim _open = new();

        public bool IsStuck { get; set; }

        public bool IsFull { get; set; }

        public int Writes { get; private set; }

        public void Release() => _open.Set();

        public override void Write(byte[] buffer, int offset, int count)
        {
            if (IsFull)
                throw new IOException("No space left on device");
            if (!IsStuck)
                return;
            _open.Wait();
            Writes++;
        }
    }
}
