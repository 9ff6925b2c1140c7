using System;
using System.Net.Sockets;
using SharpTcp.Protocols;
using SharpTcp.Protocols.Tcp;

namespace SharpTcp.Sockets;

/// <summary>Urgent data, and what the user says of the ends of its writes.</summary>
internal sealed partial class TcpSocketCore
{
    public bool Cork
    {
        get => Options.Cork;
        set => Change(static (options, value) => options.Cork = value != 0, value ? 1 : 0);
    }

    public bool OutOfBandInline
    {
        get => Options.UrgentInline;
        set => Change(static (options, value) => options.UrgentInline = value != 0, value ? 1 : 0);
    }

    public TimeSpan UserTimeout
    {
        get => Options.UserTimeout;
        set => Change(static (options, value) => options.UserTimeout = TimeSpan.FromMilliseconds(value), (int)value.TotalMilliseconds);
    }

    public bool IsAtUrgentMark
    {
        get
        {
            var now = Shard.Enter();
            Collect(now);
            var isThere = _connection is { IsAtUrgentMark: true };
            Shard.Exit(now);
            return isThere;
        }
    }

    /// <summary>How the last piece of a call that sends ends.</summary>
    private static SendMarks Marks(SocketFlags flags)
    {
        var end = (flags & SocketFlags.Partial) != 0 ? SendMarks.More : SendMarks.Push;
        return (flags & SocketFlags.OutOfBand) != 0 ? end | SendMarks.Urgent : end;
    }

    /// <summary>The urgent byte that is not part of the stream. It is there or it is not: such a call does not wait.</summary>
    private SocketError ReadUrgent(Span<byte> buffer, SocketFlags flags, out int done)
    {
        done = 0;
        var now = Shard.Enter();
        Collect(now);
        var error = IsClosed ? SocketError.OperationAborted
            : _connection is null || _isConnecting ? SocketError.NotConnected
            : SocketError.Success;
        if (error == SocketError.Success && !buffer.IsEmpty)
        {
            error = _connection!.ReadUrgent((flags & SocketFlags.Peek) != 0, out buffer[0]);
            done = error == SocketError.Success ? 1 : 0;
        }

        Shard.Exit(now);
        return error;
    }

    /// <summary>A read that begins at the last urgent byte leaves that behind, if it is not part of the stream.</summary>
    private void PassUrgentMark(Span<byte> buffer, Instant now)
    {
        if (!buffer.IsEmpty)
        {
            _connection!.PassUrgentMark(now);
        }
    }

    /// <summary>There is room and there are bytes; but no read goes across the last urgent byte.</summary>
    private bool MayReadOn(Span<byte> buffer, int done) =>
        done < buffer.Length && _connection!.Readable > 0 && !(done > 0 && _connection.IsAtUrgentMark);
}
