using System;
using System.Buffers;
using System.IO;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace SharpTcp.Sockets;

/// <summary>Sending files. They pass through memory: there is no kernel between the stack and the disk that could spare it.</summary>
public sealed partial class Socket
{
    private const int FilePiece = 64 * 1024;

    /// <inheritdoc cref="SendFile(string?, ReadOnlySpan{byte}, ReadOnlySpan{byte}, TransmitFileOptions)"/>
    public void SendFile(string? fileName) => SendFile(fileName, default(ReadOnlySpan<byte>), default, TransmitFileOptions.UseDefaultWorkerThread);

    /// <inheritdoc cref="SendFile(string?, ReadOnlySpan{byte}, ReadOnlySpan{byte}, TransmitFileOptions)"/>
    public void SendFile(string? fileName, byte[]? preBuffer, byte[]? postBuffer, TransmitFileOptions flags) =>
        SendFile(fileName, preBuffer.AsSpan(), postBuffer.AsSpan(), flags);

    /// <summary>Sends a file to the peer, with bytes before and after it, and blocks meanwhile.</summary>
    /// <param name="fileName">The file; null for none.</param>
    /// <param name="preBuffer">What goes before it.</param>
    /// <param name="postBuffer">What goes after it.</param>
    /// <param name="flags"><see cref="TransmitFileOptions.Disconnect"/> disconnects afterwards; the others change nothing.</param>
    /// <exception cref="NotSupportedException">The socket is not connected.</exception>
    /// <exception cref="SocketException">The connection ended.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public void SendFile(string? fileName, ReadOnlySpan<byte> preBuffer, ReadOnlySpan<byte> postBuffer, TransmitFileOptions flags)
    {
        ThrowUnlessConnected();
        using var file = fileName is null ? null : File.OpenRead(fileName);
        if (!preBuffer.IsEmpty)
        {
            Send(preBuffer);
        }

        if (file is not null)
        {
            var buffer = ArrayPool<byte>.Shared.Rent(FilePiece);
            try
            {
                int count;
                while ((count = file.Read(buffer)) > 0)
                {
                    Send(buffer.AsSpan(0, count));
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }

        if (!postBuffer.IsEmpty)
        {
            Send(postBuffer);
        }

        DisconnectIfAsked(flags);
    }

    /// <inheritdoc cref="SendFileAsync(string?, ReadOnlyMemory{byte}, ReadOnlyMemory{byte}, TransmitFileOptions, CancellationToken)"/>
    public ValueTask SendFileAsync(string? fileName, CancellationToken cancellationToken = default) =>
        SendFileAsync(fileName, default, default, TransmitFileOptions.UseDefaultWorkerThread, cancellationToken);

    /// <summary>Sends a file to the peer, with bytes before and after it.</summary>
    /// <inheritdoc cref="SendFile(string?, ReadOnlySpan{byte}, ReadOnlySpan{byte}, TransmitFileOptions)"/>
    /// <param name="cancellationToken">Gives up; what was accepted before is sent.</param>
    public ValueTask SendFileAsync(
        string? fileName, ReadOnlyMemory<byte> preBuffer, ReadOnlyMemory<byte> postBuffer, TransmitFileOptions flags, CancellationToken cancellationToken = default)
    {
        ThrowUnlessConnected();
        return SendFileInPieces(fileName, preBuffer, postBuffer, flags, cancellationToken);
    }

    private async ValueTask SendFileInPieces(
        string? fileName, ReadOnlyMemory<byte> preBuffer, ReadOnlyMemory<byte> postBuffer, TransmitFileOptions flags, CancellationToken cancellationToken)
    {
        var file = fileName is null ? Stream.Null : File.OpenRead(fileName);
        await using (file.ConfigureAwait(false))
        {
            if (!preBuffer.IsEmpty)
            {
                await SendAsync(preBuffer, cancellationToken).ConfigureAwait(false);
            }

            var buffer = ArrayPool<byte>.Shared.Rent(FilePiece);
            int count;
            while ((count = await file.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                await SendAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            }

            // Not after a cancelled send, which may still look at it.
            ArrayPool<byte>.Shared.Return(buffer);
            if (!postBuffer.IsEmpty)
            {
                await SendAsync(postBuffer, cancellationToken).ConfigureAwait(false);
            }
        }

        DisconnectIfAsked(flags);
    }

    private void DisconnectIfAsked(TransmitFileOptions flags)
    {
        if ((flags & (TransmitFileOptions.Disconnect | TransmitFileOptions.ReuseSocket)) != 0)
        {
            Disconnect((flags & TransmitFileOptions.ReuseSocket) != 0);
        }
    }

    private void ThrowUnlessConnected()
    {
        _ = Core;
        if (!Connected)
        {
            throw new NotSupportedException("A file is sent to a peer: connect the socket before.");
        }
    }
}
