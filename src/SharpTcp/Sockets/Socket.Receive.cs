using System;
using System.Collections.Generic;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace SharpTcp.Sockets;

/// <summary>Receiving from the peer.</summary>
public sealed partial class Socket
{
    /// <summary>Receives from the peer and blocks meanwhile, at most <see cref="ReceiveTimeout"/>.</summary>
    /// <param name="buffer">Where to. An empty one waits until there is something to receive.</param>
    /// <param name="socketFlags">
    /// <see cref="SocketFlags.None"/>; <see cref="SocketFlags.Peek"/> leaves the bytes; <see cref="SocketFlags.Truncated"/> takes bytes off a stream without copying them, and answers with the whole
    /// length of a datagram of which some did not fit. For TCP <see cref="SocketFlags.OutOfBand"/> receives the last urgent byte, where it is not <see cref="OutOfBandInline"/>; such a call
    /// never waits.
    /// </param>
    /// <param name="errorCode">How it went, instead of an exception.</param>
    /// <returns>The number of bytes, as many as are there; 0 when the peer has ended its stream. Reading stops once before the last byte of urgent data.</returns>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public int Receive(Span<byte> buffer, SocketFlags socketFlags, out SocketError errorCode)
    {
        errorCode = Core.Receive(buffer, socketFlags, ReceiveLimit, out var done);
        return errorCode == SocketError.Success ? done : 0;
    }

    /// <inheritdoc cref="Receive(Span{byte}, SocketFlags, out SocketError)"/>
    /// <exception cref="SocketException">The connection ended by an error, or there is none.</exception>
    public int Receive(Span<byte> buffer, SocketFlags socketFlags)
    {
        var count = Receive(buffer, socketFlags, out var error);
        SocketErrors.ThrowIfFailed(error);
        return count;
    }

    /// <inheritdoc cref="Receive(Span{byte}, SocketFlags)"/>
    public int Receive(Span<byte> buffer) => Receive(buffer, SocketFlags.None);

    /// <inheritdoc cref="Receive(Span{byte}, SocketFlags)"/>
    public int Receive(byte[] buffer) => Receive(buffer, SocketFlags.None);

    /// <inheritdoc cref="Receive(Span{byte}, SocketFlags)"/>
    public int Receive(byte[] buffer, SocketFlags socketFlags) => Receive(buffer, 0, buffer?.Length ?? 0, socketFlags);

    /// <inheritdoc cref="Receive(byte[], int, int, SocketFlags)"/>
    public int Receive(byte[] buffer, int size, SocketFlags socketFlags) => Receive(buffer, 0, size, socketFlags);

    /// <inheritdoc cref="Receive(Span{byte}, SocketFlags)"/>
    /// <param name="offset">Where in <paramref name="buffer"/> to begin.</param>
    /// <param name="size">How many bytes of it.</param>
    public int Receive(byte[] buffer, int offset, int size, SocketFlags socketFlags)
    {
        var count = Receive(buffer, offset, size, socketFlags, out var error);
        SocketErrors.ThrowIfFailed(error);
        return count;
    }

    /// <inheritdoc cref="Receive(Span{byte}, SocketFlags, out SocketError)"/>
    /// <param name="offset">Where in <paramref name="buffer"/> to begin.</param>
    /// <param name="size">How many bytes of it.</param>
    public int Receive(byte[] buffer, int offset, int size, SocketFlags socketFlags, out SocketError errorCode)
    {
        CheckBuffer(buffer, offset, size);
        return Receive(buffer.AsSpan(offset, size), socketFlags, out errorCode);
    }

    /// <inheritdoc cref="Receive(IList{ArraySegment{byte}}, SocketFlags, out SocketError)"/>
    /// <exception cref="SocketException">The connection ended by an error, or there is none.</exception>
    public int Receive(IList<ArraySegment<byte>> buffers) => Receive(buffers, SocketFlags.None);

    /// <inheritdoc cref="Receive(IList{ArraySegment{byte}})"/>
    public int Receive(IList<ArraySegment<byte>> buffers, SocketFlags socketFlags)
    {
        var count = Receive(buffers, socketFlags, out var error);
        SocketErrors.ThrowIfFailed(error);
        return count;
    }

    /// <summary>Receives into several pieces, one after the other.</summary>
    /// <inheritdoc cref="Receive(Span{byte}, SocketFlags, out SocketError)"/>
    /// <param name="buffers">The pieces.</param>
    public int Receive(IList<ArraySegment<byte>> buffers, SocketFlags socketFlags, out SocketError errorCode)
    {
        _ = Core;
        using var staging = BufferList.Stage(buffers);
        var count = Receive(staging.Buffer.Span, socketFlags, out errorCode);
        staging.Scatter(count);
        return count;
    }

    /// <inheritdoc cref="ReceiveAsync(Memory{byte}, SocketFlags, CancellationToken)"/>
    public ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        ReceiveAsync(buffer, SocketFlags.None, cancellationToken);

    /// <summary>Receives from the peer.</summary>
    /// <inheritdoc cref="Receive(Span{byte}, SocketFlags)"/>
    /// <param name="buffer">Where to; not to be touched before the call is over. An empty one waits until there is something to receive.</param>
    /// <param name="cancellationToken">Gives up waiting; nothing is lost.</param>
    public ValueTask<int> ReceiveAsync(Memory<byte> buffer, SocketFlags socketFlags, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<int>(cancellationToken)
            : Core.ReceiveAsync(buffer, socketFlags, cancellationToken);

    /// <inheritdoc cref="ReceiveAsync(Memory{byte}, SocketFlags, CancellationToken)"/>
    public Task<int> ReceiveAsync(ArraySegment<byte> buffer) => ReceiveAsync(buffer, SocketFlags.None);

    /// <inheritdoc cref="ReceiveAsync(Memory{byte}, SocketFlags, CancellationToken)"/>
    public Task<int> ReceiveAsync(ArraySegment<byte> buffer, SocketFlags socketFlags)
    {
        CheckSegment(buffer);
        return ReceiveAsync(buffer.AsMemory(), socketFlags, CancellationToken.None).AsTask();
    }

    /// <inheritdoc cref="ReceiveAsync(IList{ArraySegment{byte}}, SocketFlags)"/>
    public Task<int> ReceiveAsync(IList<ArraySegment<byte>> buffers) => ReceiveAsync(buffers, SocketFlags.None);

    /// <summary>Receives into several pieces, one after the other.</summary>
    /// <inheritdoc cref="ReceiveAsync(Memory{byte}, SocketFlags, CancellationToken)"/>
    /// <param name="buffers">The pieces.</param>
    public Task<int> ReceiveAsync(IList<ArraySegment<byte>> buffers, SocketFlags socketFlags)
    {
        _ = Core;
        return ReceiveStaged(BufferList.Stage(buffers), socketFlags);
    }

    private async Task<int> ReceiveStaged(BufferList staging, SocketFlags flags)
    {
        using (staging)
        {
            var count = await ReceiveAsync(staging.Buffer, flags, CancellationToken.None).ConfigureAwait(false);
            staging.Scatter(count);
            return count;
        }
    }
}
