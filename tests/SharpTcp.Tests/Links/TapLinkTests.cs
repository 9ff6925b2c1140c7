using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using SharpTcp.Linux;
using SharpTcp.Links;
using SharpTcp.Protocols;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Tests.Links;

/// <summary>TAP and TUN against the Linux kernel on the other side, each test in a network namespace of its own.</summary>
[SupportedOSPlatform("linux")]
public sealed class TapLinkTests
{
    private const ushort KernelPort = 9;
    private const ushort OurPort = 40_000;
    private static readonly MacAddress OurAddress = new(0x0200_0000_0001);
    private static readonly IPEndPoint Kernel = new(IPAddress.Parse("10.96.0.1"), KernelPort);
    private static readonly IPEndPoint Us = new(IPAddress.Parse("10.96.0.2"), OurPort);

    [Fact]
    public void Tcp_super_frames_cross_a_tap_both_ways() => NetworkNamespace.Run(() =>
    {
        using var link = OpenTap(new TapOptions { HardwareAddress = OurAddress });
        Assert.SkipUnless(link.Capabilities.Offloads.HasFlag(LinkOffloads.TcpIPv4), "The kernel's TAP has no TSO.");
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false, NoDelay = true };
        socket.Bind(Kernel);
        Assert.Throws<SocketException>(() => socket.Connect(Us));
        var start = Shake(link);

        // The stack to the kernel: one frame of 20 segments.
        var (frame, meta) = TestFrames.TcpSuperFrame(LinkMedium.Ethernet, false, 29_000, 1450, TestFrames.Ack | TestFrames.Psh, 5001);
        Send(link, Acknowledge(frame, start), meta);
        var bytes = new byte[29_000];
        for (var got = 0; got < bytes.Length;)
        {
            Assert.True(socket.Poll(10_000_000, SelectMode.SelectRead), "The kernel did not take the super-frame.");
            got += socket.Receive(bytes, got, bytes.Length - got, SocketFlags.None);
        }
        Assert.Equal(frame.AsSpan(meta.HeaderLength).ToArray(), bytes);

        // The kernel to the stack: what it sends at once comes as one frame.
        Assert.Equal(10_000, socket.Send(bytes, 10_000, SocketFlags.None));
        var (data, dataMeta) = Receive(link, f => IsTcp(f) && f.Length > 1514);
        Assert.Equal(Segmentation.TcpIPv4, dataMeta.Segmentation);
        Assert.Equal(FrameFlags.NeedsChecksum, dataMeta.Flags);
        Assert.Equal(1460, dataMeta.SegmentSize);
        Assert.Equal(34, dataMeta.ChecksumStart);
        Assert.Equal(16, dataMeta.ChecksumOffset);
        Assert.Equal(54, dataMeta.HeaderLength);
        Assert.True(bytes.AsSpan().StartsWith(data.AsSpan(54)));
        Assert.Equal((0L, 0L), (link.ReceiveDropped, link.SendDropped));
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Udp_crosses_a_tun_both_ways(bool offloads) => NetworkNamespace.Run(() =>
    {
        using var link = TunLink.Open("tunt", new TunOptions { OffloadHeader = offloads });
        NetworkNamespace.Ip("addr add 10.96.0.1/24 dev tunt");
        using var socket = BindUdp();
        var isSuper = link.Capabilities.Offloads.HasFlag(LinkOffloads.Udp);
        Assert.True(offloads || link.Capabilities.Offloads == LinkOffloads.None);
        if (isSuper)
        {
            var (frame, meta) = TestFrames.UdpSuperFrame(LinkMedium.Ip, false, 4000, 1000);
            Send(link, frame, meta);
        }
        else
        {
            Send(link, TestFrames.UdpPacket(LinkMedium.Ip, false, 1000), default);
        }
        for (var i = 0; i < (isSuper ? 4 : 1); i++)
        {
            Assert.True(socket.Poll(10_000_000, SelectMode.SelectRead), "The kernel did not take the packets.");
            Assert.Equal(1000, socket.Receive(new byte[2000]));
        }

        socket.SendTo(new byte[100], Us);
        var (received, receivedMeta) = Receive(link, f => f.Length == 128 && f[0] == 0x45 && f[9] == 17);
        Assert.Equal(offloads, receivedMeta.ChecksumVouched);
        PartialChecksum.Complete(received, receivedMeta);
        Assert.Equal(new byte[100], TestFrames.CheckedPayload(received, LinkMedium.Ip));
        Assert.Equal((0L, 0L), (link.ReceiveDropped, link.SendDropped));
    });

    [Fact]
    public void A_tap_without_offloads_gives_final_checksums_and_refuses_partial_ones() => NetworkNamespace.Run(() =>
    {
        using var link = OpenTap(new TapOptions { HardwareAddress = OurAddress, Offloads = false });
        Assert.Equal(LinkOffloads.None, link.Capabilities.Offloads);
        using var socket = BindUdp();
        socket.SendTo(new byte[200], Us);
        var (frame, meta) = Receive(link, f => f.Length == 242 && f[12] == 8 && f[13] == 0 && f[23] == 17);
        Assert.False(meta.ChecksumVouched);
        Assert.Equal(new byte[200], TestFrames.CheckedPayload(frame, LinkMedium.Ethernet));

        using var bare = TapLink.Open("tapb", new TapOptions { OffloadHeader = false });
        var (super, superMeta) = TestFrames.UdpSuperFrame(LinkMedium.Ethernet, false, 100, 0);
        Assert.True(bare.TrySend(TestFrames.Outbound(super, superMeta)));
        Assert.Equal(1, bare.SendDropped);
    });

    [Fact]
    public void Nothing_is_allocated_per_frame() => NetworkNamespace.Run(() =>
    {
        using var link = OpenTap(new TapOptions { HardwareAddress = OurAddress });
        var arp = new byte[42];
        OurAddress.Write(arp.AsSpan(6));
        link.KernelAddress.Write(arp);
        new byte[] { 8, 6, 0, 1, 8, 0, 6, 4, 0, 1 }.CopyTo(arp, 12);
        OurAddress.Write(arp.AsSpan(22));
        new byte[] { 10, 96, 0, 2, 0, 0, 0, 0, 0, 0, 10, 96, 0, 1 }.CopyTo(arp, 28);
        var buffer = new byte[link.ReceiveBufferSize];
        PollEntry[] entries = [new(link.PollDescriptor!.Value)];
        var received = 0;
        Run(300);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(2000);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.True(received >= 2300, $"The kernel answered {received} of 2300 questions.");

        void Run(int rounds)
        {
            for (var i = 0; i < rounds; i++)
            {
                link.TrySend(new OutboundFrame(arp));
                Poller.Wait(entries, TimeSpan.FromSeconds(10));
                while (link.TryReceive(buffer, out _, out _))
                    received++;
            }
        }
    });

    [Fact]
    public void The_device_is_set_up_as_asked() => NetworkNamespace.Run(() =>
    {
        using var link = TapLink.Open("tapu", new TapOptions { Mtu = 9000, TransmitQueueLength = 5000 });
        Assert.Equal("tapu", link.Name);
        Assert.Equal(new LinkCapabilities(LinkMedium.Ethernet, 9000, link.Capabilities.Offloads), link.Capabilities);
        Assert.True(link.HardwareAddress.IsLocal && link.HardwareAddress.IsUnicast && link.HardwareAddress != link.KernelAddress);
        Assert.Contains("qlen 5000", Show("tapu"), StringComparison.Ordinal);
        Assert.Contains(",UP", Show("tapu"), StringComparison.Ordinal);
        using var down = TapLink.Open("tapd", new TapOptions { BringUp = false, TransmitQueueLength = 0, MultiQueue = true });
        Assert.Contains("qlen 1000", Show("tapd"), StringComparison.Ordinal);
        Assert.DoesNotContain(",UP", Show("tapd"), StringComparison.Ordinal);
        Assert.True(down.TrySend(new OutboundFrame(new byte[60])));
        Assert.Equal(1, down.SendDropped);
        using var queue = TapLink.Open("tapd");
        Assert.Equal(down.KernelAddress, queue.KernelAddress);
    });

    [Theory]
    [InlineData("")]
    [InlineData("multi_queue")]
    [InlineData("vnet_hdr")]
    public void A_device_that_is_there_is_attached_to_however_it_was_made(string flags) => NetworkNamespace.Run(() =>
    {
        NetworkNamespace.Ip($"tuntap add dev tapp mode tap {flags}");
        TapLink.Open("tapp", new TapOptions { CreateIfMissing = false, MultiQueue = true }).Dispose();
        using var link = TapLink.Open("tapp", new TapOptions { CreateIfMissing = false });
        Assert.True(link.Capabilities.Offloads.HasFlag(LinkOffloads.Checksum));
    });

    [Fact]
    public void What_cannot_be_opened_is_refused_with_the_reason() => NetworkNamespace.Run(() =>
    {
        NetworkNamespace.Ip("tuntap add dev tunx mode tun");
        using var used = TapLink.Open("tapx");
        AssertRefused(LinkError.NotFound, "ip tuntap add dev tapy mode tap", () => TapLink.Open("tapy", new TapOptions { CreateIfMissing = false }));
        AssertRefused(LinkError.WrongKind, "lo is not a TAP", () => TapLink.Open("lo"));
        AssertRefused(LinkError.WrongKind, "tunx is a TUN device", () => TapLink.Open("tunx"));
        AssertRefused(LinkError.WrongKind, "tapx is a TAP device", () => TunLink.Open("tapx"));
        AssertRefused(LinkError.Busy, "tapx is in use", () => TapLink.Open("tapx"));
        AssertRefused(LinkError.Refused, "MTU of 65535", () => TapLink.Open("tapz", new TapOptions { Mtu = 65_535 }));
        Assert.Throws<ArgumentException>(() => TapLink.Open("a/b"));
        Assert.Throws<ArgumentException>(() => TapLink.Open("sixteen-letters-"));
        Assert.Throws<ArgumentException>(() => TapLink.Open("tapz", new TapOptions { HardwareAddress = MacAddress.Broadcast }));
        Assert.Throws<ArgumentOutOfRangeException>(() => TapLink.Open("tapz", new TapOptions { Mtu = 67 }));
        NetworkNamespace.Ip("tuntap add dev tapk mode tap");
        NetworkNamespace.Ip("link set tapk address 02:00:00:00:00:01");
        Assert.Throws<ArgumentException>(() => TapLink.Open("tapk", new TapOptions { HardwareAddress = OurAddress }));
    });

    [Fact]
    public void A_deleted_device_is_a_lost_link() => NetworkNamespace.Run(() =>
    {
        using var link = TapLink.Open("tapl");
        NetworkNamespace.Ip("link del tapl");
        AssertRefused(LinkError.NotFound, "tapl was deleted", () => TestFrames.ReceiveAll(link));
        Assert.True(link.TrySend(new OutboundFrame(new byte[60])));
    });

    private static void AssertRefused(LinkError error, string words, Func<object> open)
    {
        var refusal = Assert.Throws<LinkException>(open);
        Assert.Equal(error, refusal.Error);
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
    }

    private static TapLink OpenTap(TapOptions options)
    {
        var link = TapLink.Open("tapt", options);
        NetworkNamespace.Ip("addr add 10.96.0.1/24 dev tapt");
        NetworkNamespace.Ip($"neigh replace 10.96.0.2 lladdr {OurAddress} dev tapt nud permanent");
        return link;
    }

    private static Socket BindUdp()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(Kernel);
        return socket;
    }

    // Answers the kernel's SYN with the least that lets data flow, and gives the sequence number that its data begins with.
    private static uint Shake(TapLink link)
    {
        var (syn, _) = Receive(link, IsTcp);
        var start = BinaryPrimitives.ReadUInt32BigEndian(syn.AsSpan(38)) + 1;
        var (answer, meta) = TestFrames.TcpSuperFrame(LinkMedium.Ethernet, false, 0, 0, 0x12, 5000);
        new byte[] { 2, 4, 0x05, 0xB4, 1, 3, 3, 10, 1, 1, 1, 1 }.CopyTo(answer, 54); // MSS 1460, window scale 10
        link.KernelAddress.Write(answer);
        Send(link, Acknowledge(answer, start), meta);
        Receive(link, f => IsTcp(f) && f[47] == TestFrames.Ack);
        return start;
    }

    private static byte[] Acknowledge(byte[] frame, uint number)
    {
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(42), number);
        return frame;
    }

    private static bool IsTcp(byte[] frame) => frame.Length >= 54 && frame[12] == 8 && frame[13] == 0 && frame[23] == 6;

    private static void Send(ILink link, byte[] frame, in FrameMeta meta)
    {
        if (link is TapLink tap)
            tap.KernelAddress.Write(frame);
        Assert.True(link.TrySend(TestFrames.Outbound(frame, meta)));
    }

    private static (byte[] Frame, FrameMeta Meta) Receive(ILink link, Predicate<byte[]> wanted)
    {
        var watch = Stopwatch.StartNew();
        PollEntry[] entries = [new(link.PollDescriptor!.Value)];
        var seen = new List<int>();
        while (watch.Elapsed < TimeSpan.FromSeconds(10))
        {
            foreach (var (frame, meta) in TestFrames.ReceiveAll(link))
            {
                if (wanted(frame))
                    return (frame, meta);
                seen.Add(frame.Length);
            }
            Poller.Wait(entries, TimeSpan.FromSeconds(1));
        }
        throw new Xunit.Sdk.XunitException($"The frame did not come; others of these lengths did: {string.Join(", ", seen.Take(20))}.");
    }

    private static string Show(string device)
    {
        using var process = Process.Start(new ProcessStartInfo("ip", $"link show {device}") { RedirectStandardOutput = true })!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return text;
    }
}
