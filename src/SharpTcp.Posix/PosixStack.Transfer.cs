using System;

namespace SharpTcp.Posix;

/// <content>Moving bytes.</content>
public sealed partial class PosixStack
{
    /// <summary>read(2) and readv(2).</summary>
    public nint Read(int descriptor, ReadOnlySpan<IoVector> buffers)
    {
        using var call = new Call(this);
        var now = call.Now;
        if (call.Find(descriptor) is not { } file)
        {
            return -Errno.BadDescriptor;
        }

        // A read of nothing is nothing, whatever the socket thinks.
        var cursor = new IoCursor(buffers);
        return file is not PosixSocket socket ? -Errno.Invalid
            : cursor.Total == 0 ? 0
            : socket.Receive(ref cursor, MessageFlags.None, default, out _, out _, ref now);
    }

    /// <summary>recv(2), recvfrom(2) and recvmsg(2) without ancillary data.</summary>
    /// <param name="descriptor">The socket.</param>
    /// <param name="buffers">Where the bytes go.</param>
    /// <param name="flags">MSG_ flags.</param>
    /// <param name="source">Where the source's address goes.</param>
    /// <param name="sourceLength">Its whole length, or 0 if there is none (a stream).</param>
    /// <param name="found">The flags of the message: MSG_TRUNC.</param>
    public nint Receive(
        int descriptor, ReadOnlySpan<IoVector> buffers, MessageFlags flags, Span<byte> source, out int sourceLength, out MessageFlags found)
    {
        sourceLength = 0;
        found = MessageFlags.None;
        using var call = new Call(this);
        var now = call.Now;
        if (call.Socket(descriptor, out var error) is not { } socket)
        {
            return error;
        }

        var cursor = new IoCursor(buffers);
        return socket.Receive(ref cursor, flags, source, out sourceLength, out found, ref now);
    }

    /// <summary>write(2) and writev(2).</summary>
    public nint Write(int descriptor, ReadOnlySpan<IoVector> buffers)
    {
        using var call = new Call(this);
        var now = call.Now;
        if (call.Find(descriptor) is not { } file)
        {
            return -Errno.BadDescriptor;
        }

        var cursor = new IoCursor(buffers);
        return file is PosixSocket socket ? socket.Send(ref cursor, MessageFlags.None, default, ref now) : -Errno.Invalid;
    }

    /// <summary>send(2), sendto(2) and sendmsg(2) without ancillary data; <paramref name="destination"/> may be empty.</summary>
    public nint Send(int descriptor, ReadOnlySpan<IoVector> buffers, MessageFlags flags, ReadOnlySpan<byte> destination)
    {
        using var call = new Call(this);
        var now = call.Now;
        if (call.Socket(descriptor, out var error) is not { } socket)
        {
            return error;
        }

        var cursor = new IoCursor(buffers);
        return socket.Send(ref cursor, flags, destination, ref now);
    }
}
