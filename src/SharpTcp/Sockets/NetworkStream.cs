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
    private readonly bool _readable;
    private readonly bool _writable;
    private int _closeTimeout = -1;
    private int _disposed;

    /// <summary>Makes a stream of a connected socket, which stays open when the stream is disposed.</summary>
    /// <param name="socket">The socket.</param>
    /// <exception cref="IOException">The socket is not connected, does not block, or is not TCP.</exception>
    public NetworkStream(Socket socket)
        : this(socket, FileAccess.ReadWrite, ownsSocket: false)
    {
    }

    /// <summary>Makes a stream of a connected socket.</summary>
    /// <inheritdoc cref="NetworkStream(Socket, FileAccess, bool)"/>
    public NetworkStream(Socket socket, bool ownsSocket)
        : this(socket, FileAccess.ReadWrite, ownsSocket)
    {
    }

    /// <summary>Makes a stream of a connected socket, which stays open when the stream is disposed.</summary>
    /// <inheritdoc cref="NetworkStream(Socket, FileAccess, bool)"/>
    public NetworkStream(Socket socket, FileAccess access)
        : this(socket, access, ownsSocket: false)
    {
    }

    /// <summary>Makes a stream of a connected socket.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="access">Whether it can be read, written or both.</param>
    /// <param name="ownsSocket">Whether disposing the stream closes the socket.</param>
    /// <exception cref="IOException">The socket is not connected, does not block, or is not TCP.</exception>
    public NetworkStream(Socket socket, FileAccess access, bool ownsSocket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        if (!socket.Blocking || socket.SocketType != SocketType.Stream || !socket.Connected)
        {
            throw new IOException("A stream needs a connected TCP socket that blocks.");
        }

        Socket = socket;
        _ownsSocket = ownsSocket;
        _readable = (access & FileAccess.Read) != 0 || access is not FileAccess.Write;
        _writable = (access & FileAccess.Write) != 0 || access is not FileAccess.Read;
    }

    /// <summary>The socket.</summary>
    public Socket Socket { get; }

    /// <summary>Whether bytes can be read at once.</summary>
    /// <exception cref="ObjectDisposedException">The stream is disposed.</exception>
    public bool DataAvailable
    {
        get
        {
            ThrowIfDisposed();
            return Socket.Available > 0;
        }
    }

    /// <inheritdoc/>
    public override bool CanRead => _readable && _disposed == 0 && !Socket.IsDisposed;

    /// <inheritdoc/>
    public override bool CanWrite => _writable && _disposed == 0 && !Socket.IsDisposed;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanTimeout => true;

    /// <summary>The longest that a read blocks, in milliseconds; -1: without limit. Default -1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is 0, or below -1.</exception>
    public override int ReadTimeout
    {
        get => Socket.ReceiveTimeout is var limit && limit == 0 ? Timeout.Infinite : limit;
        set => Socket.ReceiveTimeout = CheckTimeout(value);
    }

    /// <summary>The longest that a write blocks, in milliseconds; -1: without limit. Default -1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is 0, or below -1.</exception>
    public override int WriteTimeout
    {
        get => Socket.SendTimeout is var limit && limit == 0 ? Timeout.Infinite : limit;
        set => Socket.SendTimeout = CheckTimeout(value);
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
        ThrowUnlessReadable();
        try
        {
            return Socket.Receive(buffer, SocketFlags.None);
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
    public override int ReadByte()
    {
        var one = default(byte);
        return Read(new Span<byte>(ref one)) == 0 ? -1 : one;
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        ThrowUnlessWritable();
        try
        {
            Socket.Send(buffer, SocketFlags.None);
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
    public override void WriteByte(byte value) => Write(new ReadOnlySpan<byte>(in value));

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ThrowUnlessReadable();
        return ReadWrapped(buffer, cancellationToken);
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ThrowUnlessWritable();
        return WriteWrapped(buffer, cancellationToken);
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    /// <inheritdoc/>
    public override IAsyncResult BeginRead(byte[] buffer, int offset, int count, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(ReadAsync(buffer, offset, count, CancellationToken.None), callback, state);

    /// <inheritdoc/>
    public override int EndRead(IAsyncResult asyncResult) => TaskToAsyncResult.End<int>(asyncResult);

    /// <inheritdoc/>
    public override IAsyncResult BeginWrite(byte[] buffer, int offset, int count, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(WriteAsync(buffer, offset, count, CancellationToken.None), callback, state);

    /// <inheritdoc/>
    public override void EndWrite(IAsyncResult asyncResult) => TaskToAsyncResult.End(asyncResult);

    /// <summary>Does nothing: what was written is on its way.</summary>
    public override void Flush()
    {
    }

    /// <inheritdoc cref="Flush"/>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Closes the stream and, if it owns it, its socket.</summary>
    /// <param name="timeout">Milliseconds after which what is not delivered is cut off; -1 sets no limit.</param>
    public void Close(int timeout)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(timeout, -1);
        _closeTimeout = timeout;
        Dispose();
    }

    /// <inheritdoc cref="Close(int)"/>
    /// <param name="timeout">Time after which what is not delivered is cut off; <see cref="Timeout.InfiniteTimeSpan"/> sets no limit.</param>
    public void Close(TimeSpan timeout) => Close(checked((int)timeout.TotalMilliseconds));

    /// <summary>Not supported.</summary>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("A network stream cannot seek.");

    /// <summary>Not supported.</summary>
    public override void SetLength(long value) => throw new NotSupportedException("A network stream has no length.");

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0 && disposing && _ownsSocket)
        {
            // Calls that wait find the end of the stream; only then is the socket closed, under nobody.
            Socket.EndBothDirections();
            Socket.Close(_closeTimeout == -1 ? -1 : (_closeTimeout + 999) / 1000);
        }

        base.Dispose(disposing);
    }

    private static int CheckTimeout(int value) =>
        value is > 0 or Timeout.Infinite ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The time must be above 0, or -1 for no limit.");

    private static IOException Wrap(string done, SocketException exception) =>
        new($"Bytes could not be {done}: {exception.Message}", exception);

    private async ValueTask<int> ReadWrapped(Memory<byte> buffer, CancellationToken cancellationToken)
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

    private async ValueTask WriteWrapped(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
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

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_disposed != 0, this);

    private void ThrowUnlessReadable()
    {
        ThrowIfDisposed();
        if (!_readable)
        {
            throw new InvalidOperationException("The stream is for writing only.");
        }
    }

    private void ThrowUnlessWritable()
    {
        ThrowIfDisposed();
        if (!_writable)
        {
            throw new InvalidOperationException("The stream is for reading only.");
        }
    }
}
