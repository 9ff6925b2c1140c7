using System;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;

namespace SharpTcp.Cli;

/// <summary>Daytime, RFC 867: one line with date and time, then close.</summary>
internal sealed class DaytimeService(TimeProvider time) : IConnectionService, IDatagramService
{
    /// <inheritdoc/>
    public async Task ServeAsync(Socket connection)
    {
        await Connections.SendAllAsync(connection, Line());
        connection.Shutdown(SocketShutdown.Send);
        // A close with unread bytes would be a reset, which could overtake the line in the peer's buffers.
        await Connections.DrainAsync(connection);
    }

    /// <inheritdoc/>
    public bool TryAnswer(ReadOnlyMemory<byte> datagram, out ReadOnlyMemory<byte> answer)
    {
        answer = Line();
        return true;
    }

    // The first form that RFC 867 shows: Weekday, Month Day, Year Time-Zone.
    private byte[] Line() => Encoding.ASCII.GetBytes(time.GetUtcNow().ToString("dddd, MMMM d, yyyy HH:mm:ss'-UTC\r\n'", CultureInfo.InvariantCulture));
}
