using System;
using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Socket = SharpTcp.Sockets.Socket;

namespace SharpTcp.AspNetCore;

/// <summary>One listening socket, and the memory of its connections.</summary>
internal sealed class StackConnectionListener : IConnectionListener
{
    private readonly Socket _socket;
    private readonly SharpTcpTransportOptions _options;
    private readonly MemoryPool<byte>? _ownPool;
    private readonly ConnectionPipes _pipes;
    private readonly ILogger _logger;

    public StackConnectionListener(Socket socket, SharpTcpTransportOptions options, MemoryPool<byte>? pool, ILogger logger)
    {
        _socket = socket;
        _options = options;
        _ownPool = pool;
        _pipes = new ConnectionPipes(pool ?? MemoryPool<byte>.Shared, options);
        _logger = logger;
        var local = (IPEndPoint)socket.LocalEndPoint!;
        EndPoint = new SharpTcpEndPoint(local.Address, local.Port);
    }

    /// <inheritdoc/>
    public EndPoint EndPoint { get; }

    /// <inheritdoc/>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                var socket = await _socket.AcceptAsync(cancellationToken).ConfigureAwait(false);
                if (Start(socket) is { } connection)
                {
                    return connection;
                }
            }
            catch (ObjectDisposedException)
            {
                return null;
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.OperationAborted)
            {
                return null;
            }
            catch (SocketException exception)
            {
                Log.NotAccepted(_logger, exception);
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _socket.Dispose();
        return default;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _ownPool?.Dispose();
        return default;
    }

    /// <summary>Makes a connection of a socket; null if the peer has reset it already.</summary>
    private StackConnection? Start(Socket socket)
    {
        try
        {
            socket.NoDelay = _options.NoDelay;
            var connection = new StackConnection(socket, _pipes, _logger);
            connection.Start();
            return connection;
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            Log.NotAccepted(_logger, exception);
            return null;
        }
    }
}
