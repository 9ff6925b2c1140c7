using System;
using System.Collections.Generic;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace SharpTcp.Sockets;

/// <summary>Sending to the peer.</summary>
public sealed partial class Socket
{
    /// <summary>Sends to the peer and blocks meanwhile, at most <see cref="SendTimeout"/>.</summary>
    /// <param name="buffer">What to send.</param>
    /// <param name="socketFlags">
    /// <see cref="SocketFlags.None"/>, or <see cref="SocketFlags.DontRoute"/>, which changes nothing. For TCP also <see cref="SocketFlags.OutOfBand"/>, which makes everything up to the
    /// last byte urgent (RFC 9293 §3.8.5), and <see cref="SocketFlags.Partial"/>: more follows at once, so what is no full segment waits for it (<c>MSG_MORE</c>), until the next
    /// acknowledgment or about 200 ms at most.
    /// </param>
    /// <param name="errorCode">How it went, instead of an exception.</param>
    /// <returns>The number of bytes: all of them, when the last was accepted into the send buffer; a socket that does not block may take fewer.</returns>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public int Send(ReadOnlySpan<byte> buffer, SocketFlags socketFlags, out SocketError errorCode)
    {
        errorCode = Core.Send(buffer, socketFlags, SendLimit, out var done);
        return errorCode == SocketError.Success ? done : 0;
    }

    /// <inheritdoc cref="Send(ReadOnlySpan{byte}, SocketFlags, out SocketError)"/>
    /// <exception cref="SocketException">The connection ended, or there is none.</exception>
    public int Send(ReadOnlySpan<byte> buffer, SocketFlags socketFlags)
    {
        var count = Send(buffer, socketFlags, out var error);
        SocketErrors.ThrowIfFailed(error);
        return count;
    }

    /// <inheritdoc cref="Send(ReadOnlySpan{byte}, SocketFlags)"/>
    public int Send(ReadOnlySpan<byte> buffer) => Send(buffer, SocketFlags.None);

    /// <inheritdoc cref="Send(ReadOnlySpan{byte}, SocketFlags)"/>
    public int Send(byte[] buffer) => Send(buffer, SocketFlags.None);

    /// <inheritdoc cref="Send(ReadOnlySpan{byte}, SocketFlags)"/>
    public int Send(byte[] buffer, SocketFlags socketFlags) => Send(buffer, 0, buffer?.Length ?? 0, socketFlags);

    /// <inheritdoc cref="Send(byte[], int, int, SocketFlags)"/>
    public int Send(byte[] buffer, int size, SocketFlags socketFlags) => Send(buffer, 0, size, socketFlags);

    /// <inheritdoc cref="Send(ReadOnlySpan{byte}, SocketFlags)"/>
    /// <param name="offset">Where in <paramref name="buffer"/> to begin.</param>
    /// <param name="size">How many bytes of it.</param>
    public int Send(byte[] buffer, int offset, int size, SocketFlags socketFlags)
    {
        var count = Send(buffer, offset, size, socketFlags, out var error);
        SocketErrors.ThrowIfFailed(error);
        return count;
    }

    /// <inheritdoc cref="Send(ReadOnlySpan{byte}, SocketFlags, out SocketError)"/>
    /// <param name="offset">Where in <paramref name="buffer"/> to begin.</param>
    /// <param name="size">How many bytes of it.</param>
    public int Send(byte[] buffer, int offset, int size, SocketFlags socketFlags, out SocketError errorCode)
    {
        CheckBuffer(buffer, offset, size);
        return Send(buffer.AsSpan(offset, size), socketFlags, out errorCode);
    }

    /// <inheritdoc cref="Send(IList{ArraySegment{byte}}, SocketFlags, out SocketError)"/>
    /// <exception cref="SocketException">The connection ended, or there is none.</exception>
    public int Send(IList<ArraySegment<byte>> buffers) => Send(buffers, SocketFlags.None);

    /// <inheritdoc cref="Send(IList{ArraySegment{byte}})"/>
    public int Send(IList<ArraySegment<byte>> buffers, SocketFlags socketFlags)
    {
        var count = Send(buffers, socketFlags, out var error);
        SocketErrors.ThrowIfFailed(error);
        return count;
    }

    /// <summary>Sends what lies in several pieces, one after the other; on a datagram socket all are one datagram.</summary>
    /// <inheritdoc cref="Send(ReadOnlySpan{byte}, SocketFlags, out SocketError)"/>
    /// <param name="buffers">The pieces.</param>
    public int Send(IList<ArraySegment<byte>> buffers, SocketFlags socketFlags, out SocketError errorCode)
    {
        _ = Core;
        using var gathered = BufferList.Gather(buffers);
        return Send(gathered.Data.Span, socketFlags, out errorCode);
    }

    /// <inheritdoc cref="SendAsync(ReadOnlyMemory{byte}, SocketFlags, CancellationToken)"/>
    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        SendAsync(buffer, SocketFlags.None, cancellationToken);

    /// <summary>Sends to the peer.</summary>
    /// <param name="buffer">What to send; not to be changed before the call is over.</param>
    /// <param name="socketFlags"><see cref="SocketFlags.None"/>, or <see cref="SocketFlags.DontRoute"/>, which changes nothing.</param>
    /// <param name="cancellationToken">Gives up waiting for room; what was accepted before is sent.</param>
    /// <returns>The number of bytes, all of them, when the last was accepted into the send buffer.</returns>
    /// <exception cref="SocketException">The connection ended, or there is none.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> buffer, SocketFlags socketFlags, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<int>(cancellationToken)
            : Core.SendAsync(buffer, socketFlags, cancellationToken);

    /// <inheritdoc cref="SendAsync(ReadOnlyMemory{byte}, SocketFlags, CancellationToken)"/>
    public Task<int> SendAsync(ArraySegment<byte> buffer) => SendAsync(buffer, SocketFlags.None);

    /// <inheritdoc cref="SendAsync(ReadOnlyMemory{byte}, SocketFlags, CancellationToken)"/>
    public Task<int> SendAsync(ArraySegment<byte> buffer, SocketFlags socketFlags)
    {
        CheckSegment(buffer);
        return SendAsync(buffer.AsMemory(), socketFlags, CancellationToken.None).AsTask();
    }

    /// <inheritdoc cref="SendAsync(IList{ArraySegment{byte}}, SocketFlags)"/>
    public Task<int> SendAsync(IList<ArraySegment<byte>> buffers) => SendAsync(buffers, SocketFlags.None);

    /// <summary>Sends what lies in several pieces, one after the other; on a datagram socket all are one datagram.</summary>
    /// <inheritdoc cref="SendAsync(ReadOnlyMemory{byte}, SocketFlags, CancellationToken)"/>
    /// <param name="buffers">The pieces.</param>
    public Task<int> SendAsync(IList<ArraySegment<byte>> buffers, SocketFlags socketFlags)
    {
        _ = Core;
        return SendGathered(BufferList.Gather(buffers), socketFlags);
    }

    private async Task<int> SendGathered(BufferList gathered, SocketFlags flags)
    {
        using (gathered)
        {
            return await SendAsync(gathered.Data, flags, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private void CheckBuffer(byte[] buffer, int offset, int size)
    {
        _ = Core;
        ArgumentNullException.ThrowIfNull(buffer);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)offset, (uint)buffer.Length, nameof(offset));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)size, (uint)(buffer.Length - offset), nameof(size));
    }

    private void CheckSegment(ArraySegment<byte> buffer)
    {
        _ = Core;
        ArgumentNullException.ThrowIfNull(buffer.Array, nameof(buffer));
    }
}
