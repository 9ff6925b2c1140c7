using System;
using System.Net.Sockets;
using System.Threading.Tasks;

namespace SharpTcp.Cli;

/// <summary>Discard, RFC 863.</summary>
internal sealed class DiscardService : IConnectionService, IDatagramService
{
    /// <inheritdoc/>
    public async Task ServeAsync(Socket connection)
    {
        await Connections.DrainAsync(connection);
        connection.Shutdown(SocketShutdown.Send);
    }

    /// <inheritdoc/>
    public bool TryAnswer(ReadOnlyMemory<byte> datagram, out ReadOnlyMemory<byte> answer)
    {
        answer = default;
        return false;
    }
}
