using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace SharpTcp.Sockets;

/// <summary>Connecting to names, which <see cref="NetworkStack.Dns"/> resolves. One address is tried after the other; <see cref="NetworkStack.ConnectAsync(string, int, CancellationToken)"/> tries them as RFC 8305 says.</summary>
public sealed partial class Socket
{
    /// <summary>Connects to a peer by its name and blocks meanwhile.</summary>
    /// <inheritdoc cref="Connect(IPAddress, int)"/>
    /// <param name="host">The peer's name, or its address.</param>
    /// <exception cref="SocketException"><see cref="SocketError.HostNotFound"/> and others of the resolver, or as for <see cref="Connect(EndPoint)"/>.</exception>
    public void Connect(string host, int port)
    {
        CheckName(host, port);
        if (IPAddress.TryParse(host, out var address))
        {
            Connect(address, port);
            return;
        }

        Connect(Stack.Dns.GetHostAddressesAsync(host, NamesFamily).GetAwaiter().GetResult(), port);
    }

    /// <summary>Connects to a peer by its name.</summary>
    /// <inheritdoc cref="Connect(string, int)"/>
    public Task ConnectAsync(string host, int port) => ConnectAsync(host, port, CancellationToken.None).AsTask();

    /// <inheritdoc cref="ConnectAsync(string, int)"/>
    /// <param name="cancellationToken">Gives up; the attempt is aborted.</param>
    public ValueTask ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        CheckName(host, port);
        return IPAddress.TryParse(host, out var address) ? ConnectAsync(address, port, cancellationToken) : ConnectToName(host, port, cancellationToken);
    }

    /// <summary>Begins <see cref="ConnectAsync(string, int)"/>.</summary>
    /// <param name="host">The peer's name, or its address.</param>
    /// <param name="port">The peer's port.</param>
    /// <param name="requestCallback">Called when it is over.</param>
    /// <param name="state">What <see cref="IAsyncResult.AsyncState"/> gives.</param>
    public IAsyncResult BeginConnect(string host, int port, AsyncCallback? requestCallback, object? state) =>
        TaskToAsyncResult.Begin(ConnectAsync(host, port), requestCallback, state);

    private AddressFamily NamesFamily => AddressFamily == AddressFamily.InterNetworkV6 && DualMode ? AddressFamily.Unspecified : AddressFamily;

    private void CheckName(string host, int port)
    {
        _ = Core;
        ArgumentNullException.ThrowIfNull(host);
        CheckPort(port);
        ThrowIfListening();
    }

    private async ValueTask ConnectToName(string host, int port, CancellationToken cancellationToken)
    {
        var addresses = await Stack.Dns.GetHostAddressesAsync(host, NamesFamily, cancellationToken).ConfigureAwait(false);
        await ConnectAsync(addresses, port, cancellationToken).ConfigureAwait(false);
    }
}
