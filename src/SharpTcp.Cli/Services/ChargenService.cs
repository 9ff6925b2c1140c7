using System.Net.Sockets;
using System.Threading.Tasks;

namespace SharpTcp.Cli;

/// <summary>Chargen over TCP, RFC 864: lines of characters without end, as fast as the peer takes them.</summary>
internal sealed class ChargenService : IConnectionService
{
    /// <summary>Characters of a line, without its end.</summary>
    public const int LineLength = 72;

    private const char FirstCharacter = ' ';
    private const int Characters = 95;
    private const int Repeats = 36;

    // All connections send the same bytes again and again, so none needs a buffer of its own. About 256 KiB.
    private static readonly byte[] Text = MakeText();

    /// <inheritdoc/>
    public async Task ServeAsync(Socket connection)
    {
        // RFC 864: data received is thrown away. Reading also keeps the peer from standing still with a full window.
        var drained = Connections.DrainAsync(connection);
        try
        {
            while (true)
                await Connections.SendAllAsync(connection, Text);
        }
        catch (SocketException)
        {
            // The peer has enough: there is no other end to this service.
        }
        await drained;
    }

    /// <summary>The whole pattern: each line begins one character later, until it comes round.</summary>
    private static byte[] MakeText()
    {
        const int Pattern = Characters * (LineLength + 2);
        var text = new byte[Pattern * Repeats];
        var at = 0;
        while (at < text.Length)
        {
            var line = at / (LineLength + 2);
            for (var column = 0; column < LineLength; column++)
                text[at++] = (byte)(FirstCharacter + ((line + column) % Characters));
            text[at++] = (byte)'\r';
            text[at++] = (byte)'\n';
        }
        return text;
    }
}
