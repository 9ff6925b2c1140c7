using System;
using System.Buffers;
using System.Buffers.Binary;
using System.IO;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using SharpTcp.Protocols;
using SharpTcp.Sockets;
using Socket = SharpTcp.Sockets.Socket;

namespace SharpTcp.Names;

/// <summary>Carries the messages of a question: each query from a socket of its own, connected to the server.</summary>
internal sealed partial class DnsClient
{
    private const int QueryLength = 512;
    private const int LengthPrefix = 2;

    private async Task<DnsAnswer> RunAsync(DnsExchange exchange)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(LengthPrefix + ushort.MaxValue);
        try
        {
            while (exchange.Step != DnsStep.Done)
            {
                await TryServerAsync(exchange, buffer).ConfigureAwait(false);
            }

            return exchange.Answer!;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task TryServerAsync(DnsExchange exchange, byte[] buffer)
    {
        var now = Shard.Enter();
        var isStream = exchange.Step == DnsStep.SendOnStream;
        var length = exchange.Write(buffer.AsSpan(LengthPrefix, QueryLength), now);
        Shard.ExitUnchanged();
        using var alarm = new ShardAlarm(Shard, exchange.Deadline, CancellationToken.None);
        try
        {
            var server = exchange.Server;
            var family = server.Address.IsIPv4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
            using var socket = new Socket(_stack, family, isStream ? SocketType.Stream : SocketType.Dgram, ProtocolType.Unspecified);
            await socket.ConnectAsync(EndPoints.ToIPEndPoint(server, family), alarm.Token).ConfigureAwait(false);
            if (isStream)
            {
                await AskOnStreamAsync(exchange, socket, buffer, length, alarm.Token).ConfigureAwait(false);
            }
            else
            {
                await AskByDatagramAsync(exchange, socket, buffer, length, alarm.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            exchange.OnDeadline(Instant.Max(Shard.Now, exchange.Deadline));
        }
        catch (Exception exception) when (exception is SocketException or IOException or ObjectDisposedException)
        {
            exchange.OnError();
        }
    }

    private static async Task AskByDatagramAsync(DnsExchange exchange, Socket socket, byte[] buffer, int length, CancellationToken cancellation)
    {
        await socket.SendAsync(buffer.AsMemory(LengthPrefix, length), cancellation).ConfigureAwait(false);
        int count;
        do
        {
            count = await socket.ReceiveAsync(buffer.AsMemory(), cancellation).ConfigureAwait(false);
        }
        while (!exchange.OnMessage(buffer.AsSpan(0, count)));
    }

    private static async Task AskOnStreamAsync(DnsExchange exchange, Socket socket, byte[] buffer, int length, CancellationToken cancellation)
    {
        // RFC 7766 §8: the length and the message go in one segment.
        BinaryPrimitives.WriteUInt16BigEndian(buffer, (ushort)length);
        await socket.SendAsync(buffer.AsMemory(0, LengthPrefix + length), cancellation).ConfigureAwait(false);
        await using var stream = new Sockets.NetworkStream(socket);
        int count;
        do
        {
            await stream.ReadExactlyAsync(buffer.AsMemory(0, LengthPrefix), cancellation).ConfigureAwait(false);
            count = BinaryPrimitives.ReadUInt16BigEndian(buffer);
            await stream.ReadExactlyAsync(buffer.AsMemory(0, count), cancellation).ConfigureAwait(false);
        }
        while (!exchange.OnMessage(buffer.AsSpan(0, count)));
    }
}
