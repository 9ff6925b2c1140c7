using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>Which SACK blocks to report: a duplicate first (RFC 2883), then the most recent (RFC 2018 §4).</summary>
internal static class SackBlocks
{
    /// <summary>The most that the blocks take of a segment now.</summary>
    public static int OptionLength(TcpConnection connection)
    {
        if (connection.Receive is not { } receive || !connection.Has(TcpConnectionFlags.Sack))
        {
            return 0;
        }

        var count = receive.Recent.Count + (receive.DuplicateBlock is null ? 0 : 1);
        return count == 0 ? 0 : 4 + 8 * Math.Min(count, Room(connection));
    }

    public static void Report(TcpConnection connection, ReceiveState receive, ref TcpOptionSet options)
    {
        var room = Room(connection);
        if (receive.DuplicateBlock is { } duplicate)
        {
            options.AddSackBlock(duplicate.Left, duplicate.Right);
            room--;
        }

        for (var i = 0; i < receive.Recent.Count && room > 0; i++)
        {
            if (receive.OutOfOrder.Containing(receive.Recent[i]) is { } range)
            {
                options.AddSackBlock(range.Start, range.End);
                room--;
            }
        }
    }

    /// <summary>With timestamps three blocks fit the 40 bytes of options.</summary>
    private static int Room(TcpConnection connection) => connection.Has(TcpConnectionFlags.Timestamps) ? 3 : 4;
}
