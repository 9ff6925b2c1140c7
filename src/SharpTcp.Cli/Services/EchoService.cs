using System;
using System.Net.Sockets;
using System.Threading.Tasks;

namespace SharpTcp.Cli;

/// <summary>Echo, RFC 862: returns bytes as they come, without banner or line buffering; but see <see cref="Monkeys"/>.</summary>
internal sealed class EchoService : IConnectionService, IDatagramService
{
    private static readonly Func<Socket, ReadOnlyMemory<byte>, ValueTask> Return = static (connection, received) => Connections.SendAllAsync(connection, AnswerTo(received));

    /// <inheritdoc/>
    public async Task ServeAsync(Socket connection)
    {
        connection.NoDelay = true;
        while (await Connections.ReceiveSomeAsync(connection, Return))
        {
        }
        connection.Shutdown(SocketShutdown.Send);
    }

    /// <inheritdoc/>
    public bool TryAnswer(ReadOnlyMemory<byte> datagram, out ReadOnlyMemory<byte> answer)
    {
        answer = AnswerTo(datagram);
        return true;
    }

    private static ReadOnlyMemory<byte> AnswerTo(ReadOnlyMemory<byte> received) => Monkeys.Answer(received.Span) is { IsEmpty: false } drawing ? drawing : received;
}
