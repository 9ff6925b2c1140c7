using System;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Socket = SharpTcp.Sockets.Socket;

namespace SharpTcp.Simulation.Tests;

/// <summary>One side of a connection of the soak: sends its stream, closes half, and checks what it receives until the end.</summary>
internal sealed class SoakSide(VirtualTime time, string name, SidePlan plan, SidePlan peer, ulong seed, ulong peerSeed)
{
    public static readonly TimeSpan LongestWritePause = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan LongestReadPause = TimeSpan.FromSeconds(10);

    private readonly SeededEntropy _random = new(seed);

    public StreamChecker Received { get; } = new(name, new StreamPattern(peerSeed));

    public async Task RunAsync(Socket socket, CancellationToken cancellation)
    {
        var sending = SendAsync(socket, cancellation);
        var receiving = ReceiveAsync(socket, sending, cancellation);
        try
        {
            await sending;
        }
        finally
        {
            await receiving;
        }
    }

    private async Task SendAsync(Socket socket, CancellationToken cancellation)
    {
        var pattern = new StreamPattern(seed);
        var buffer = new byte[plan.LargestWrite];
        for (var sent = 0; sent < plan.Bytes;)
        {
            if (plan.ResetsAfter <= sent)
            {
                break;
            }

            var length = Math.Min(_random.Between(1, plan.LargestWrite), plan.Bytes - sent);
            pattern.Fill(sent, buffer.AsSpan(0, length));
            for (var done = 0; done < length;)
            {
                done += await socket.SendAsync(buffer.AsMemory(done, length - done), cancellation);
            }

            sent += length;
            if (_random.Chance(plan.WritePause))
            {
                await time.Delay(_random.NextShare() * LongestWritePause, cancellation);
            }
        }

        if (plan.ResetsAfter is not null)
        {
            socket.LingerState = new LingerOption(true, 0);
            socket.Close();
            return;
        }

        socket.Shutdown(SocketShutdown.Send);
    }

    private async Task ReceiveAsync(Socket socket, Task sending, CancellationToken cancellation)
    {
        var buffer = new byte[plan.LargestRead];
        while (true)
        {
            var length = await socket.ReceiveAsync(buffer.AsMemory(0, _random.Between(1, plan.LargestRead)), cancellation);
            if (length == 0)
            {
                break;
            }

            Received.Take(buffer.AsSpan(0, length));
            if (_random.Chance(plan.ReadPause))
            {
                await time.Delay(_random.NextShare() * LongestReadPause, cancellation);
            }
        }

        // The error that ended a connection is told once, as on Linux: where the sender is told of the peer's reset, the reader finds the end of a stream that has none.
        var mayBeCut = peer.ResetsAfter is not null && !sending.IsCompletedSuccessfully;
        if (!mayBeCut)
        {
            Received.End(peer.Bytes);
        }
    }
}
