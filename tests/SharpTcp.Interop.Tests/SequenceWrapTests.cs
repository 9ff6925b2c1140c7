using System;
using System.Net.Sockets;
using System.Threading.Tasks;
using SharpTcp.Cli;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Interop.Tests;

/// <summary>Initial sequence numbers just below 2³².</summary>
public sealed class SequenceWrapTests
{
    private const int Port = 4030;
    private const long Size = 24 << 20;
    private const uint Near = 16 << 20;
    private const int MostTries = 5000; // one try in 256 is right: none in so many means that something else is wrong

    public static TheoryData<AddressFamily> BothFamilies => Families.Both;

    [Theory]
    [MemberData(nameof(BothFamilies))]
    [Rfc("defect", "3")]
    public async Task Our_data_crosses_the_wrap(AddressFamily family)
    {
        var initial = default(SequenceNumber);
        bool Watch(ReadOnlySpan<byte> frame, bool leaves)
        {
            if (leaves && TcpFrame.TryParse(frame, out var segment) && segment.Has(TcpFlags.Syn))
                initial = segment.Sequence;
            return true;
        }

        await NetLab.RunAsync(new LabOptions { Services = Services.None, Around = link => new WatchedLink(link, Watch) }, async lab =>
        {
            using var listener = lab.Stack.Listen(Port);
            for (var tries = 0; ; tries++)
            {
                Assert.True(tries < MostTries, $"Of {tries} initial sequence numbers none was near the wrap.");
                using var client = await lab.ConnectFromPeerAsync(family, Port);
                using var server = await listener.AcceptSocketAsync(lab.Cancellation);
                if (initial.Value < uint.MaxValue - Near)
                {
                    client.Close(0);
                    continue;
                }
                await ExchangeAsync(lab, client, server, Size);
                break;
            }
            await lab.NothingIsLeftAsync();
        });
    }

    [Theory]
    [MemberData(nameof(BothFamilies))]
    [Rfc("defect", "1")]
    [Rfc("defect", "3")]
    public Task The_kernels_data_crosses_the_wrap(AddressFamily family) => NetLab.RunAsync(new LabOptions { Services = Services.None }, async lab =>
    {
        using var listener = lab.Stack.Listen(Port);
        foreach (var (initial, size) in ((uint, long)[])[(uint.MaxValue, 100_000), (0, 100_000), (uint.MaxValue - 1, 100_000), (0x7FFF_FFFF, 100_000), (uint.MaxValue - (10 << 20), Size)])
        {
            using var client = await lab.PeerSocketAsync(family, SocketType.Stream);
            SetInitialSequence(client, initial);
            await client.ConnectAsync(new System.Net.IPEndPoint(NetLab.StackAddress(family), Port), lab.Cancellation);
            using var server = await listener.AcceptSocketAsync(lab.Cancellation);
            await ExchangeAsync(lab, client, server, size);
        }
        await lab.NothingIsLeftAsync();
    });

    private static async Task ExchangeAsync(NetLab lab, KernelSocket client, StackSocket server, long size)
    {
        using var clientStream = new KernelStream(client);
        using var serverStream = new StackStream(server, ownsSocket: false);
        var up = Flow.ReceiveAsync(serverStream, lab.Cancellation);
        var down = Flow.ReceiveAsync(clientStream, lab.Cancellation);
        await Task.WhenAll(Flow.SendAsync(clientStream, 1, size, lab.Cancellation), Flow.SendAsync(serverStream, 2, size, lab.Cancellation));
        client.Shutdown(SocketShutdown.Send);
        server.Shutdown(SocketShutdown.Send);
        Assert.Equal((size, Pattern.Digest(1, size)), await up);
        Assert.Equal((size, Pattern.Digest(2, size)), await down);
    }

    // In repair mode a closed socket takes the number that its SYN will have.
    private static void SetInitialSequence(KernelSocket socket, uint number)
    {
        const int Repair = 19;
        const int RepairQueue = 20;
        const int QueueSequence = 21;
        const int SendQueue = 2;
        Set(Repair, 1);
        Set(RepairQueue, SendQueue);
        Set(QueueSequence, number);
        Set(Repair, 0);

        void Set(int option, uint value) => socket.SetRawSocketOption((int)ProtocolType.Tcp, option, BitConverter.GetBytes(value));
    }
}
