using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Socket = SharpTcp.Sockets.Socket;

namespace SharpTcp.AspNetCore;

/// <summary>Makes Kestrel's listeners on the stack.</summary>
internal sealed class StackTransportFactory(
    StackHost host, IOptions<SharpTcpOptions> options, ILoggerFactory loggers, IMemoryPoolFactory<byte>? pools = null)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private readonly SharpTcpTransportOptions _options = options.Value.Transport;
    private readonly ILogger _logger = loggers.CreateLogger("SharpTcp.AspNetCore.Transport");

    /// <inheritdoc/>
    public bool CanBind(EndPoint endpoint) => endpoint is SharpTcpEndPoint || (endpoint is IPEndPoint && !_options.KernelEndPoints);

    /// <inheritdoc/>
    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        if (endpoint is not IPEndPoint local)
        {
            throw new NotSupportedException($"The stack cannot listen on {endpoint}: give an IP address and a port.");
        }

        await host.EnsureStartedAsync(cancellationToken).ConfigureAwait(false);
        var socket = Listen(local);
        var listener = new StackConnectionListener(socket, _options, pools?.Create(), _logger);
        Log.Listening(_logger, listener.EndPoint);
        return listener;
    }

    private Socket Listen(IPEndPoint local)
    {
        var socket = new Socket(host.Stack, local.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // Kestrel's ListenAnyIP is this address and means both families.
            if (local.Address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            socket.Bind(local);
            socket.Listen(_options.Backlog);
            return socket;
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            if (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                throw new AddressInUseException($"{local} is taken on the stack.", exception);
            }

            throw;
        }
    }
}
