using System;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using SharpTcp.Protocols;
using SharpTcp.Protocols.Tcp;
using SharpTcp.Testing;
using Xunit;

namespace SharpTcp.Interop.Tests;

/// <summary>
/// The kernel as the peer behind a router that loses or marks packets of our choice. What was negotiated and used is read from the wire by <c>tshark</c>, and the kernel's own view
/// by <c>ss</c>.
/// </summary>
public sealed class ChosenLossTests
{
    private const long Size = 2 << 20;
    private const int Port = 4009;
    private const string Data = "tcp.len > 0";

    // More than a segment's headers: what carries data.
    private static readonly string[] DataPackets = ["-m", "length", "--length", "1000:65535"];
    private static readonly LabOptions Options = new() { Router = true, Limit = TimeSpan.FromSeconds(60) };

    public static TheoryData<AddressFamily> Both => Families.Both;

    [Theory]
    [MemberData(nameof(Both))]
    [Rfc("7323", "2.2")]
    [Rfc("2018", "2")]
    public Task What_the_kernel_offers_is_taken_and_the_other_way_round(AddressFamily family) => RunAsync(Options, async (lab, router) =>
    {
        using var tap = await WireTap.StartAsync(lab.Peer, "far1");
        await UploadAsync(lab, family);
        await DownloadAsync(lab, family);
        var handshakes = await tap.ReadAsync("tcp.flags.syn == 1", "tcp.flags.ack", "tcp.options.wscale.shift", "tcp.options.sack_perm", "tcp.options.timestamp.tsval", "tcp.options.mss_val");
        Assert.Equal(4, handshakes.Count);
        Assert.All(handshakes, options => Assert.All(options[1..], value => Assert.NotEqual("", value)));
        Assert.All(handshakes, options => Assert.Equal(family == AddressFamily.InterNetwork ? "1460" : "1440", options[4]));

        // Used: windows beyond 64 KiB, and every later segment has a time stamp that echoes one.
        Assert.True(await tap.CountAsync($"{FromStack(family)} && tcp.window_size > 65535") > 0, "The stack told no window beyond 64 KiB.");
        Assert.True(await tap.CountAsync($"{FromPeer(lab, family)} && tcp.window_size > 65535") > 0, "The kernel told no window beyond 64 KiB.");
        Assert.Equal(0, await tap.CountAsync("tcp.flags.syn == 0 && tcp.flags.reset == 0 && !(tcp.options.timestamp.tsecr > 0)"));
    }, family);

    [Theory]
    [MemberData(nameof(Both))]
    [Rfc("2018", "3")]
    public Task A_lost_packet_of_the_kernel_is_told_by_SACK_and_sent_once_more(AddressFamily family) => RunAsync(Options, async (lab, router) =>
    {
        using var tap = await WireTap.StartAsync(lab.Peer, "far1");
        await router.LoseFromPeerAsync(100, DataPackets);
        await router.LoseFromPeerAsync(300, DataPackets);
        var again = 0;
        await DownloadAsync(lab, family, async kernels => again = (await SocketView.SettledAsync(lab, kernels, Size + 1)).Retransmitted);
        Assert.Equal(2, await router.SelectedAsync());
        var sent = await tap.ReadAsync($"{FromPeer(lab, family)} && {Data}", "tcp.seq");
        Assert.Equal(again, sent.Count - sent.Select(packet => packet[0]).Distinct().Count());

        // On a machine that stands still for a moment the kernel probes once more than it had to.
        Assert.InRange(again, 2, 4);
        // Blocks behind what is acknowledged tell of holes; those before it (RFC 2883) of packets that came twice.
        var blocks = await tap.ReadAsync($"{FromStack(family)} && tcp.options.sack_le", "tcp.ack", "tcp.options.sack_le");
        Assert.Equal(2, blocks.Where(block => Number(block[1].Split(',')[0]) > Number(block[0])).Select(block => block[0]).Distinct().Count());
    }, family);

    [Theory]
    [MemberData(nameof(Both))]
    [Rfc("8985", "6.2")]
    public Task A_lost_packet_of_ours_is_told_by_SACK_and_sent_once_more(AddressFamily family) => RunAsync(Options, async (lab, router) =>
    {
        using var tap = await WireTap.StartAsync(lab.Peer, "far1");
        await router.LoseFromStackAsync(100, DataPackets);
        await router.LoseFromStackAsync(300, DataPackets);
        await UploadAsync(lab, family);
        Assert.Equal(2, await router.SelectedAsync());
        var counters = lab.Read(static host => host.Tcp.Counters.Snapshot());
        Assert.InRange(counters.SegmentsRetransmitted, 2, 2 + counters.TailProbes);
        Assert.Equal(0, counters.Timeouts);
        Assert.True(await tap.CountAsync($"{FromPeer(lab, family)} && tcp.options.sack_le") > 0, "The kernel sent no SACK.");
    }, family);

    [Theory]
    [MemberData(nameof(Both))]
    [Rfc("8985", "7")]
    public Task The_last_packet_of_ours_is_lost_and_comes_again_without_a_timeout(AddressFamily family) => RunAsync(Options, async (lab, router) =>
    {
        // 20 segments: the last of them is lost.
        var mss = family == AddressFamily.InterNetwork ? 1448 : 1428;
        await router.LoseFromStackAsync(19, DataPackets);
        await UploadAsync(lab, family, 20 * mss);
        Assert.Equal(1, await router.SelectedAsync());
        var counters = lab.Read(static host => host.Tcp.Counters.Snapshot());
        Assert.True(counters is { SegmentsRetransmitted: > 0, Timeouts: 0 }, $"{counters.SegmentsRetransmitted} segments sent again, {counters.Timeouts} timeouts");
    }, family);

    [Theory]
    [InlineData("SYN", true)]
    [InlineData("SYN,ACK", false)]
    [InlineData("FIN,ACK", true)]
    [InlineData("FIN,ACK", false)]
    [Rfc("9293", "MUST-23")]
    public Task A_lost_segment_of_the_handshake_or_of_the_end_comes_again(string flags, bool ofStack) => RunAsync(Options, async (lab, router) =>
    {
        string[] match = ["--tcp-flags", "SYN,ACK,FIN,RST", flags];
        await (ofStack ? router.LoseFromStackAsync(0, match) : router.LoseFromPeerAsync(0, match));
        await UploadAsync(lab, AddressFamily.InterNetwork, 1000);
        Assert.Equal(1, await router.SelectedAsync());
    }, AddressFamily.InterNetwork);

    [Theory]
    [MemberData(nameof(Both))]
    [Rfc("3168", "6.1.2")]
    [Rfc("3168", "6.1.3")]
    public Task Congestion_marks_are_echoed_and_the_window_is_reduced_both_ways(AddressFamily family) => RunAsync(
        Options with { Host = new HostOptions { Tcp = new TcpSettings { Ecn = EcnMode.On } } },
        async (lab, router) =>
    {
        await lab.Peer.SysctlAsync("net.ipv4.tcp_ecn", 1);
        using var tap = await WireTap.StartAsync(lab.Peer, "far1");
        await router.MarkAsync(ofStack: true, 50, DataPackets);
        await router.MarkAsync(ofStack: false, 50, DataPackets);
        await UploadAsync(lab, family);
        await DownloadAsync(lab, family);
        Assert.Equal(2, await router.SelectedAsync());

        // RFC 3168 §6.1.1: the SYN asks with ECE and CWR, the SYN-ACK agrees with ECE alone.
        Assert.Equal(2, await tap.CountAsync("tcp.flags.syn == 1 && tcp.flags.ack == 0 && tcp.flags.ece == 1 && tcp.flags.cwr == 1"));
        Assert.Equal(2, await tap.CountAsync("tcp.flags.syn == 1 && tcp.flags.ack == 1 && tcp.flags.ece == 1 && tcp.flags.cwr == 0"));
        foreach (var (sender, receiver) in new[] { (FromStack(family), FromPeer(lab, family)), (FromPeer(lab, family), FromStack(family)) })
        {
            Assert.True(await tap.CountAsync($"{sender} && {Data} && {Ecn(family)} == 2") > 100, $"{sender} sends no packets that are capable of ECN.");
            Assert.True(await tap.CountAsync($"{receiver} && tcp.flags.syn == 0 && tcp.flags.ece == 1") > 0, $"{receiver} echoes no mark.");
            Assert.Equal(1, await tap.CountAsync($"{sender} && tcp.flags.syn == 0 && tcp.flags.cwr == 1"));
        }
        Assert.Equal((1, 1, 0), lab.Read(static host => (host.Tcp.Counters.CongestionMarksReceived, host.Tcp.Counters.CongestionEchoes, host.Tcp.Counters.SegmentsRetransmitted)));
    }, family);

    [Theory]
    [MemberData(nameof(Both))]
    public Task Both_ends_say_the_same_of_a_connection(AddressFamily family) => RunAsync(Options, async (lab, router) =>
    {
        await router.LoseFromStackAsync(50, DataPackets);
        await router.LoseFromPeerAsync(50, DataPackets);
        using var listener = await lab.ListenAtPeerAsync(family);
        using var ours = await lab.ConnectFromStackAsync(listener.LocalEndPoint!);
        using var kernels = await listener.AcceptAsync(lab.Cancellation);
        using var ourStream = new StackStream(ours, ownsSocket: false);
        using var kernelStream = new KernelStream(kernels);
        var up = Flow.ReceiveAsync(kernelStream, lab.Cancellation, Size);
        await Flow.SendAsync(ourStream, 1, Size, lab.Cancellation);
        await up;
        var down = Flow.ReceiveAsync(ourStream, lab.Cancellation, Size / 2);
        await Flow.SendAsync(kernelStream, 2, Size / 2, lab.Cancellation);
        await down;
        await lab.EventuallyAsync(() => ours.GetTcpInfo().Unacknowledged == 0, "all is acknowledged");
        var view = await SocketView.SettledAsync(lab, kernels, Size / 2);
        var info = ours.GetTcpInfo();
        Assert.Equal(2, await router.SelectedAsync());
        Assert.True(view is { Sack: true, Timestamps: true } && info is { SelectiveAcks: true, Timestamps: true, WindowScaling: true }, $"{view}");
        Assert.Equal($"{info.ReceiveWindowScale},{info.SendWindowScale}", view.WindowScale);
        Assert.Equal(view.Mss, info.SendMss);
        Assert.Equal((Size, Size), (view.Received, info.BytesAcknowledged));
        Assert.Equal((Size / 2, Size / 2), (view.Acknowledged, info.BytesReceived));

        // One of each was lost: the kernel received one segment less than we sent, and the other way round.
        Assert.True(view.Retransmitted >= 1 && info.SegmentsRetransmitted >= 1, $"{view}; {info}");
        Assert.Equal((info.DataSegmentsSent - 1, info.DataSegmentsReceived), (view.DataSegmentsReceived, view.DataSegmentsSent - 1));

        // The kernel leaves out its SYN-ACK, which it sent before there was a connection: as many as were lost.
        Assert.Equal((info.SegmentsSent - 1, info.SegmentsReceived), (view.SegmentsReceived, view.SegmentsSent));
        Assert.Equal("cubic", info.CongestionControl);
        Assert.InRange(info.MinimumRtt, TimeSpan.FromTicks(1), TimeSpan.FromMilliseconds(50));
        Assert.InRange(view.MinimumRoundTrip, TimeSpan.FromTicks(1), TimeSpan.FromMilliseconds(50));
    }, family);

    private static async Task RunAsync(LabOptions options, Func<NetLab, LossyRouter, Task> test, AddressFamily family) => await NetLab.RunAsync(options, async lab =>
    {
        await LossyRouter.UseSinglePacketsAsync(lab);
        await test(lab, new LossyRouter(lab, family));
    });

    private static string FromStack(AddressFamily family) => From(NetLab.StackAddress(family));

    private static string FromPeer(NetLab lab, AddressFamily family) => From(lab.PeerAddress(family));

    private static string From(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? $"ip.src == {address}" : $"ipv6.src == {address}";

    private static string Ecn(AddressFamily family) => family == AddressFamily.InterNetwork ? "ip.dsfield.ecn" : "ipv6.tclass.ecn";

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    // From the stack, which opens the connection, to the kernel, which closes it last.
    private static async Task UploadAsync(NetLab lab, AddressFamily family, long size = Size)
    {
        using var listener = await lab.ListenAtPeerAsync(family);
        using var ours = await lab.ConnectFromStackAsync(listener.LocalEndPoint!);
        using var kernels = await listener.AcceptAsync(lab.Cancellation);
        using var ourStream = new StackStream(ours, ownsSocket: false);
        using var kernelStream = new KernelStream(kernels);
        var received = Flow.ReceiveAsync(kernelStream, lab.Cancellation);
        await Flow.SendAsync(ourStream, 1, size, lab.Cancellation);
        ours.Shutdown(SocketShutdown.Send);
        Assert.Equal((size, Pattern.Digest(1, size)), await received);
        kernels.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await ourStream.ReadAsync(new byte[1], lab.Cancellation));
    }

    // From the kernel, which opens the connection, to the stack.
    private static async Task DownloadAsync(NetLab lab, AddressFamily family, Func<KernelSocket, Task>? look = null)
    {
        using var listener = lab.Stack.Listen(Port);
        using var kernels = await lab.ConnectFromPeerAsync(family, Port);
        using var ours = await listener.AcceptSocketAsync(lab.Cancellation);
        using var ourStream = new StackStream(ours, ownsSocket: false);
        using var kernelStream = new KernelStream(kernels);
        var received = Flow.ReceiveAsync(ourStream, lab.Cancellation, Size);
        await Flow.SendAsync(kernelStream, 2, Size, lab.Cancellation);
        Assert.Equal((Size, Pattern.Digest(2, Size)), await received);
        if (look is not null)
            await look(kernels);
        kernels.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await ourStream.ReadAsync(new byte[1], lab.Cancellation));
    }
}
