using System;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Socket = SharpTcp.Sockets.Socket;

namespace SharpTcp.AspNetCore;

/// <summary>An accepted connection: a socket of the stack at one end of two pipes, Kestrel at the other.</summary>
internal sealed partial class StackConnection : ConnectionContext
{
    /// <summary>Less room than this is not worth a receive.</summary>
    private const int SmallestReceive = 2048;

    private readonly Socket _socket;
    private readonly ILogger _logger;
    private readonly IDuplexPipe _application;
    private readonly IDuplexPipe _transport;
    private readonly CancellationTokenSource _closed = new();
    private readonly TaskCompletionSource _closedTold = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? _endReason;
    private Task _processing = Task.CompletedTask;

    public StackConnection(Socket socket, ConnectionPipes pipes, ILogger logger)
    {
        _socket = socket;
        _logger = logger;
        MemoryPool = pipes.Pool;
        var input = new Pipe(pipes.Input);
        var output = new Pipe(pipes.Output);
        _transport = Transport = new DuplexPipe(input.Reader, output.Writer);
        _application = new DuplexPipe(output.Reader, input.Writer);
        LocalEndPoint = socket.LocalEndPoint;
        RemoteEndPoint = socket.RemoteEndPoint;
        ConnectionClosed = _closed.Token;
        SetFeatures();
    }

    /// <summary>Begins to receive and send.</summary>
    public void Start()
    {
        Log.Accepted(_logger, ConnectionId, RemoteEndPoint);
        _processing = Task.WhenAll(ReceiveUntilEndAsync(), SendUntilEndAsync());
    }

    /// <inheritdoc/>
    public override void Abort(ConnectionAbortedException? abortReason)
    {
        // Kestrel gives no reason for a connection whose peer has ended it: then there is nothing to say to the peer but FIN.
        if (abortReason is not null && Interlocked.CompareExchange(ref _endReason, abortReason, null) is null)
        {
            Log.Aborted(_logger, ConnectionId, abortReason.Message);
            // The peer must not take what it got so far for the whole: it gets a reset.
            _socket.Close(0);
        }

        _application.Input.CancelPendingRead();
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await _transport.Input.CompleteAsync().ConfigureAwait(false);
        await _transport.Output.CompleteAsync().ConfigureAwait(false);
        await _processing.ConfigureAwait(false);
        _socket.Dispose();
        await _closedTold.Task.ConfigureAwait(false);
        _closed.Dispose();
    }

    private async Task ReceiveUntilEndAsync()
    {
        Exception? error = null;
        try
        {
            await ReceiveAsync(_application.Output).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            error = Explain(exception);
        }
        finally
        {
            await _application.Output.CompleteAsync(_endReason ?? error).ConfigureAwait(false);
            // What is told of the end may take its time, and must not hold this up.
            ThreadPool.UnsafeQueueUserWorkItem(static connection => connection.TellClosed(), this, preferLocal: false);
        }
    }

    private async Task ReceiveAsync(PipeWriter output)
    {
        while (true)
        {
            // An idle connection holds no memory of the pool.
            await _socket.ReceiveAsync(Memory<byte>.Empty).ConfigureAwait(false);
            var count = await _socket.ReceiveAsync(output.GetMemory(SmallestReceive)).ConfigureAwait(false);
            if (count == 0)
            {
                Log.PeerEnded(_logger, ConnectionId);
                return;
            }

            output.Advance(count);
            // If the application is behind, this waits, the receive buffer fills and the window tells the peer to wait too.
            var flushed = await output.FlushAsync().ConfigureAwait(false);
            if (flushed.IsCompleted || flushed.IsCanceled)
            {
                return;
            }
        }
    }

    private async Task SendUntilEndAsync()
    {
        try
        {
            await SendAsync(_application.Input).ConfigureAwait(false);
            // FIN after all that is queued, and the end of receiving.
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception exception)
        {
            Interlocked.CompareExchange(ref _endReason, Explain(exception), null);
            _socket.Close(0);
        }
        finally
        {
            // Writes to a peer that is gone are no errors; what the application reads tells it of the end.
            await _application.Input.CompleteAsync().ConfigureAwait(false);
            _application.Output.CancelPendingFlush();
        }
    }

    private async Task SendAsync(PipeReader input)
    {
        while (true)
        {
            var result = await input.ReadAsync().ConfigureAwait(false);
            if (result.IsCanceled)
            {
                return;
            }

            var buffer = result.Buffer;
            if (buffer.IsSingleSegment)
            {
                if (!buffer.IsEmpty)
                {
                    await _socket.SendAsync(buffer.First).ConfigureAwait(false);
                }
            }
            else
            {
                await SendGatheredAsync(buffer).ConfigureAwait(false);
            }

            input.AdvanceTo(buffer.End);
            if (result.IsCompleted)
            {
                return;
            }
        }
    }

    /// <summary>Tells the application what kind of end this is, in the exceptions that Kestrel knows.</summary>
    private Exception? Explain(Exception exception)
    {
        switch (exception)
        {
            case SocketException { SocketErrorCode: SocketError.ConnectionReset }:
                Log.Reset(_logger, ConnectionId);
                return new ConnectionResetException("The peer has reset the connection.", exception);
            case ObjectDisposedException:
            case SocketException { SocketErrorCode: SocketError.OperationAborted or SocketError.NotConnected or SocketError.Shutdown }:
                // Our own end of it.
                return new ConnectionAbortedException("The connection was closed.", exception);
            default:
                Log.Failed(_logger, ConnectionId, exception);
                return exception;
        }
    }

    private void TellClosed()
    {
        try
        {
            _closed.Cancel();
        }
        catch (AggregateException exception)
        {
            Log.Failed(_logger, ConnectionId, exception);
        }
        finally
        {
            _closedTold.SetResult();
        }
    }
}
