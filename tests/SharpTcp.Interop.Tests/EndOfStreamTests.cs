using System;
using System.Linq;
using System.Net.Sockets;
using System.Threading.Tasks;
using SharpTcp.Cli;
using SharpTcp.Links;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Interop.Tests;

/// <summary>The end of a stream comes after its last byte.</summary>
public sealed class EndOfStreamTests
{
    private const int Port = 4020;

    public static TheoryData<AddressFamily> BothFamilies => Families.Both;

    [Theory]
    [MemberData(nameof(BothFamilies))]
    [Rfc("defect", "5")]
    public Task A_close_right_after_the_data_cuts_off_nothing(AddressFamily family) => RunAsync(null, async lab =>
    {
        const long Size = 10_000_000;
        using var listener = lab.Stack.Listen(Port);
        for (var round = 0; round < 3; round++)
        {
            // Towards us: the kernel sends all and closes at once; we begin to read when the FIN may be there already.
            using (var server = await SendAndCloseAsync(lab, family, listener, Size))
            {
                using var stream = new StackStream(server, ownsSocket: false);
                Assert.Equal((Size, Pattern.Digest(1, Size)), await Flow.ReceiveAsync(stream, lab.Cancellation));
            }

            // From us: the socket is closed while most of the data is still in its buffer.
            using var client = await lab.ConnectFromPeerAsync(family, Port);
            using var clientStream = new KernelStream(client);
            var received = Flow.ReceiveAsync(clientStream, lab.Cancellation);
            using (var server = await listener.AcceptSocketAsync(lab.Cancellation))
            {
                using var stream = new StackStream(server, ownsSocket: false);
                await Flow.SendAsync(stream, 2, Size, lab.Cancellation);
            }
            Assert.Equal((Size, Pattern.Digest(2, Size)), await received);
        }
    });

    [Theory]
    [MemberData(nameof(BothFamilies))]
    [Rfc("defect", "14")]
    public async Task A_FIN_ahead_of_missing_data_is_kept(AddressFamily family)
    {
        const int Size = 5000;
        var lost = 0;
        // Of each connection the last segment with data before the FIN is lost once, so that the FIN comes first.
        bool Watch(ReadOnlySpan<byte> frame, bool leaves)
        {
            if (leaves || lost > 0 || !TcpFrame.TryParse(frame, out var segment) || segment.Payload.IsEmpty || segment.Has(TcpFlags.Fin))
                return true;
            lost++;
            return false;
        }

        await RunAsync(link => new WatchedLink(link, Watch), async lab =>
        {
            using var listener = lab.Stack.Listen(Port);
            using var server = await SendAndCloseAsync(lab, family, listener, Size);
            using var stream = new StackStream(server, ownsSocket: false);
            Assert.Equal((Size, Pattern.Digest(1, Size)), await Flow.ReceiveAsync(stream, lab.Cancellation));
            Assert.Equal(1, lost);
            Assert.NotEqual(0, lab.Read(static host => host.Tcp.Counters.OutOfOrderQueued));
        });
    }

    [Theory]
    [MemberData(nameof(BothFamilies))]
    [Rfc("defect", "14")]
    public async Task Data_on_the_ACK_of_the_handshake_is_taken(AddressFamily family)
    {
        const int QuickAck = 12; // TCP_QUICKACK
        var segments = 0;
        var onFirst = 0;
        bool Watch(ReadOnlySpan<byte> frame, bool leaves)
        {
            if (!leaves && TcpFrame.TryParse(frame, out var segment) && !segment.Has(TcpFlags.Syn) && segments++ == 0)
                onFirst = segment.Payload.Length;
            return true;
        }

        await RunAsync(link => new WatchedLink(link, Watch), async lab =>
        {
            using var listener = lab.Stack.Listen(Port);
            using var client = await lab.PeerSocketAsync(family, SocketType.Stream);
            client.SetRawSocketOption((int)ProtocolType.Tcp, QuickAck, BitConverter.GetBytes(0)); // the kernel waits for data to send its ACK with
            await client.ConnectAsync(new System.Net.IPEndPoint(NetLab.StackAddress(family), Port), lab.Cancellation);
            await client.SendAsync("first words"u8.ToArray(), lab.Cancellation);
            using var server = await listener.AcceptSocketAsync(lab.Cancellation);
            var received = new byte[100];
            Assert.Equal(11, await server.ReceiveAsync(received, lab.Cancellation));
            Assert.True(received.AsSpan(0, 11).SequenceEqual("first words"u8));
            Assert.Equal(11, onFirst);
            Assert.Equal(0, lab.Read(static host => host.Tcp.Counters.SegmentsRetransmitted));
        });
    }

    private static Task RunAsync(Func<ILink, ILink>? around, Func<NetLab, Task> test) =>
        NetLab.RunAsync(new LabOptions { Services = Services.None, Around = around }, async lab =>
        {
            await test(lab);
            await lab.NothingIsLeftAsync();
        });

    // Gives the stack's end when the kernel's is closed, as far as the kernel's buffers take the data without a reader.
    private static async Task<StackSocket> SendAndCloseAsync(NetLab lab, AddressFamily family, Sockets.TcpListener listener, long size)
    {
        var client = await lab.ConnectFromPeerAsync(family, Port);
        client.SendBufferSize = 4 << 20;
        var server = await listener.AcceptSocketAsync(lab.Cancellation);
        var sent = Task.Run(async () =>
        {
            using var stream = new KernelStream(client, ownsSocket: true);
            await Flow.SendAsync(stream, 1, size, lab.Cancellation);
        });
        await Task.WhenAny(sent, Task.Delay(200, lab.Cancellation));
        return server;
    }
}
