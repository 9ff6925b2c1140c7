using System;
using System.IO;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace SharpTcp.Sockets;

/// <summary>A connected TCP socket as a <see cref="Stream"/>. One reader and one writer may use it at the same time.</summary>
public sealed class NetworkStream : Stream
{
    private readonly bool _ownsSocket;

    /// <summary>Makes a stream of a connected socket.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="ownsSocket">Whether disposing the stream closes the socket.</param>
    /// <exception cref="IOException">The socket is not connected, or not TCP.</exception>
    public NetworkStream(Socket socket, bool ownsSocket = false)
    {
        ArgumentNullException.ThrowIfNull(socket);
        if (socket.SocketType != SocketType.Stream || !socket.Connected)
        {
            throw new IOException("A stream needs a connected TCP socket.");
        }

        Socket = socket;
        _ownsSocket = ownsSocket;
    }

    /// <summary>The socket.</summary>
    public Socket Socket { get; }

    /// <summary>Whether bytes can be read at once.</summary>
    public bool DataAvailable => Socket.Available > 0;

    /// <inheritdoc/>
    public override bool CanRead => !Socket.IsDisposed;

    /// <inheritdoc/>
    public override bool CanWrite => !Socket.IsDisposed;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanTimeout => true;

    /// <inheritdoc/>
    public override int ReadTimeout
    {
        get => Socket.ReceiveTimeout == 0 ? Timeout.Infinite : Socket.ReceiveTimeout;
        set => Socket.ReceiveTimeout = value;
    }

    /// <inheritdoc/>
    public override int WriteTimeout
    {
        get => Socket.SendTimeout == 0 ? Timeout.Infinite : Socket.SendTimeout;
        set => Socket.SendTimeout = value;
    }

    /// <summary>Not supported.</summary>
    public override long Length => throw new NotSupportedException("A network stream has no length.");

    /// <summary>Not supported.</summary>
    public override long Position
    {
        get => throw new NotSupportedException("A network stream has no position.");
        set => throw new NotSupportedException("A network stream has no position.");
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        try
        {
            return Socket.Receive(buffer);
        }
        catch (SocketException exception)
        {
            throw Wrap("read", exception);
        }
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        return Read(buffer.AsSpan(offset, count));
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            Socket.Send(buffer);
        }
        catch (SocketException exception)
        {
            throw Wrap("written", exception);
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        Write(buffer.AsSpan(offset, count));
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await Socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException exception)
        {
            throw Wrap("read", exception);
        }
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await Socket.SendAsync(buffer, SocketFlags.None, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException exception)
        {
            throw Wrap("written", exception);
        }
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    /// <summary>Does nothing: what was written is on its way.</summary>
    public override void Flush()
    {
    }

    /// <inheritdoc cref="Flush"/>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Closes the stream and its socket.</summary>
    /// <param name="timeout">Milliseconds after which what is not delivered is cut off; -1 sets no limit.</param>
    public void Close(int timeout)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(timeout, -1);
        Socket.Close(timeout == -1 ? -1 : (timeout + 999) / 1000);
        Dispose();
    }

    /// <summary>Not supported.</summary>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("A network stream cannot seek.");

    /// <summary>Not supported.</summary>
    public override void SetLength(long value) => throw new NotSupportedException("A network stream has no length.");

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && _ownsSocket)
        {
            Socket.Dispose();
        }

        base.Dispose(disposing);
    }

    private static IOException Wrap(string done, SocketException exception) =>
        new($"Bytes could not be {done}: {exception.Message}", exception);
}
