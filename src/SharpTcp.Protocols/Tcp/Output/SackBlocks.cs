using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>Which SACK blocks to report: a duplicate first (RFC 2883), then the most recent (RFC 2018 §4).</summary>
internal static class SackBlocks
{
    public static void Report(TcpConnection connection, ReceiveState receive, ref TcpOptionSet options)
    {
        // With timestamps three blocks fit the 40 bytes of options.
        var room = connection.Has(TcpConnectionFlags.Timestamps) ? 3 : 4;
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
}
