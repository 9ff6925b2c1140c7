using System;
using System.Buffers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

namespace SharpTcp.Cli;

/// <summary>What the services do with a connection. The pooled builders keep steady traffic free of allocation.</summary>
internal static class Connections
{
    /// <summary>Bytes of a buffer while a connection has something to read.</summary>
    public const int BufferSize = 256 * 1024;

    // A read of so much says that more is on its way: the buffer is kept, and what arrives goes straight into it.
    private const int Bulk = 32 * 1024;

    /// <summary>Reads to the end of the stream and throws it away.</summary>
    public static async Task DrainAsync(Socket connection)
    {
        while (await ReceiveSomeAsync(connection, static (_, _) => ValueTask.CompletedTask))
        {
        }
    }

    /// <summary>
    /// Waits until there is something to read, then reads it, piece by piece, into a buffer that is held only for that time: an idle connection holds none.
    /// </summary>
    /// <param name="connection">The connection.</param>
    /// <param name="use">What to do with each piece.</param>
    /// <returns>False at the end of the stream.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public static async ValueTask<bool> ReceiveSomeAsync(Socket connection, Func<Socket, ReadOnlyMemory<byte>, ValueTask> use)
    {
        // A receive of no bytes ends when there are some, or none will come.
        await connection.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int count;
            do
            {
                count = await connection.ReceiveAsync(buffer.AsMemory(), SocketFlags.None);
                if (count == 0)
                    return false;
                await use(connection, buffer.AsMemory(0, count));
            }
            while (count >= Bulk || connection.Available > 0);
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Sends all of it.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public static async ValueTask SendAllAsync(Socket connection, ReadOnlyMemory<byte> data)
    {
        while (!data.IsEmpty)
            data = data[await connection.SendAsync(data, SocketFlags.None)..];
    }
}
