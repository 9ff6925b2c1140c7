using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>Which window to advertise: it does not shrink (SHLD-14) and opens in steps worth a segment (MUST-39, RFC 9293 §3.8.6.2.2).</summary>
internal static class ReceiveWindow
{
    /// <summary>The window field of the next segment; remembers the right edge that it promises.</summary>
    public static ushort Advertise(TcpConnection connection)
    {
        var edge = ChooseEdge(connection);
        var shift = connection.RcvWindShift;
        var window = (uint)Math.Max(0, edge - connection.RcvNxt);

        // Rounded up, so that scaling never takes back what was promised.
        var field = Math.Min((window + (1u << shift) - 1) >> shift, ushort.MaxValue);
        connection.RcvAdv = SequenceNumber.Max(connection.RcvAdv, connection.RcvNxt + (field << shift));
        return (ushort)field;
    }

    /// <summary>Whether what the user has read would open the window by enough to tell the peer at once.</summary>
    public static bool WantsUpdate(TcpConnection connection)
    {
        var edge = ChooseEdge(connection);
        var opening = edge - connection.RcvAdv;
        if (opening <= 0)
        {
            return false;
        }

        // A peer that has at least two segments of room left hears of more with the next acknowledgment.
        var room = connection.RcvAdv - connection.RcvNxt;
        return room < 2 * connection.RcvMss || opening >= Capacity(connection) / 2;
    }

    /// <summary>Bytes from RCV.NXT to the right edge that was promised.</summary>
    public static uint Promised(TcpConnection connection) => (uint)Math.Max(0, connection.RcvAdv - connection.RcvNxt);

    public static int Capacity(TcpConnection connection)
    {
        // Beyond what it holds a connection is given no more than what is free; a small chunk it always gets.
        var held = connection.Receive?.Data.Charged ?? 0;
        var room = Math.Max(BufferPool.SmallChunk, held + connection.Layer.Memory.Free(MemoryUse.Growth));
        var limit = (int)Math.Min(connection.ReceiveBufferLimit, room);
        return connection.Has(TcpConnectionFlags.WindowScaling) ? limit : Math.Min(limit, ushort.MaxValue);
    }

    private static SequenceNumber ChooseEdge(TcpConnection connection)
    {
        var capacity = Capacity(connection);
        var free = Math.Max(0, capacity - connection.Available);
        var edge = connection.RcvNxt + (uint)free;
        var opening = edge - connection.RcvAdv;
        return opening >= Math.Min(capacity / 2, connection.RcvMss) ? edge : SequenceNumber.Max(connection.RcvAdv, connection.RcvNxt);
    }
}
