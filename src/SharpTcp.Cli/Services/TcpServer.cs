using System;
using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Threading.Tasks;

namespace SharpTcp.Cli;

/// <summary>Accepts the connections of one port and has each served.</summary>
internal sealed class TcpServer(Socket listener, IConnectionService service, Action<string> log)
{
    private const int MostFailuresInARow = 100;

    private readonly ConcurrentDictionary<Socket, Task> _connections = new();
    private Task _accepting = Task.CompletedTask;
    private volatile bool _stopping;

    /// <summary>Begins to accept.</summary>
    public void Start() => _accepting = AcceptAsync();

    /// <summary>
    /// Accepts no more and says to every peer that nothing more will come (FIN); those that have not closed too when <paramref name="grace"/> is over are reset.
    /// </summary>
    public async Task StopAsync(TimeSpan grace)
    {
        _stopping = true;
        listener.Dispose();
        await _accepting;
        foreach (var (connection, _) in _connections)
            Quietly(connection, static connection => connection.Shutdown(SocketShutdown.Send));
        await Task.WhenAny(Task.WhenAll(_connections.Values), Task.Delay(grace));
        foreach (var (connection, _) in _connections)
            Quietly(connection, static connection => connection.Close(0));
    }

    private static void Quietly(Socket connection, Action<Socket> action)
    {
        try
        {
            action(connection);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It ended by itself in the meantime.
        }
    }

    private async Task AcceptAsync()
    {
        var failures = 0;
        while (!_stopping && failures < MostFailuresInARow)
        {
            try
            {
                var connection = await listener.AcceptAsync();
                failures = 0;
                _connections[connection] = Task.CompletedTask;
                var served = ServeAsync(connection);
                // Only if it has not ended already: what has ended has taken itself out.
                _connections.TryUpdate(connection, served, Task.CompletedTask);
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                failures++;
                if (failures == MostFailuresInARow && !_stopping)
                    log($"gave up accepting connections: {exception.Message}");
            }
        }
    }

    private async Task ServeAsync(Socket connection)
    {
        try
        {
            await service.ServeAsync(connection);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The peer reset the connection, or we are stopping.
        }
        catch (Exception exception)
        {
            log($"a connection was closed because of {exception}");
        }
        finally
        {
            connection.Dispose();
            _connections.TryRemove(connection, out _);
        }
    }
}
