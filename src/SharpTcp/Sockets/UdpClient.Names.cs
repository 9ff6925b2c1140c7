using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace SharpTcp.Sockets;

/// <summary>Peers by their names, which <see cref="NetworkStack.Dns"/> resolves.</summary>
public sealed partial class UdpClient
{
    /// <summary>Makes a client whose only peer is named; it is of the family of the peer's first address.</summary>
    /// <param name="stack">The stack.</param>
    /// <param name="hostname">The peer's name, or its address.</param>
    /// <param name="port">The peer's port.</param>
    /// <exception cref="SocketException">The name could not be resolved, or there is no way to the peer.</exception>
    public UdpClient(NetworkStack stack, string hostname, int port)
        : this(stack, Resolve(stack, hostname, port, AddressFamily.Unspecified), default(Connects))
    {
    }

    private UdpClient(NetworkStack stack, IPEndPoint peer, Connects _)
        : this(stack, peer.AddressFamily) => Connect(peer);

    /// <summary>Sets the only peer by its name and blocks until that is resolved.</summary>
    /// <param name="hostname">The peer's name, or its address.</param>
    /// <param name="port">The peer's port.</param>
    /// <exception cref="SocketException">The name could not be resolved, or there is no way to the peer.</exception>
    public void Connect(string hostname, int port) => Connect(Resolve(Open.Stack, hostname, port, Open.AddressFamily));

    /// <inheritdoc cref="Send(ReadOnlySpan{byte}, IPEndPoint?)"/>
    /// <param name="hostname">The peer's name, or its address.</param>
    /// <param name="port">The peer's port.</param>
    public int Send(ReadOnlySpan<byte> datagram, string? hostname, int port) =>
        Send(datagram, hostname is null ? null : Resolve(Open.Stack, hostname, port, Open.AddressFamily));

    /// <inheritdoc cref="Send(ReadOnlySpan{byte}, string?, int)"/>
    /// <param name="bytes">How many bytes of it.</param>
    public int Send(byte[] dgram, int bytes, string? hostname, int port) => Send(ToMemory(dgram, bytes).Span, hostname, port);

    /// <summary>Sends a datagram to a peer by its name.</summary>
    /// <param name="datagram">Its payload.</param>
    /// <param name="hostname">The peer's name, or its address.</param>
    /// <param name="port">The peer's port.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The number of bytes: all of them.</returns>
    public async ValueTask<int> SendAsync(ReadOnlyMemory<byte> datagram, string? hostname, int port, CancellationToken cancellationToken = default)
    {
        var peer = hostname is null ? null : await ResolveAsync(Open.Stack, hostname, port, Open.AddressFamily, cancellationToken).ConfigureAwait(false);
        return await SendAsync(datagram, peer, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc cref="SendAsync(ReadOnlyMemory{byte}, string?, int, CancellationToken)"/>
    /// <param name="bytes">How many bytes of it.</param>
    public Task<int> SendAsync(byte[] datagram, int bytes, string? hostname, int port) =>
        SendAsync(ToMemory(datagram, bytes), hostname, port, CancellationToken.None).AsTask();

    /// <summary>Begins <see cref="SendAsync(byte[], int, string, int)"/>.</summary>
    /// <inheritdoc cref="BeginSend(byte[], int, IPEndPoint?, AsyncCallback?, object?)"/>
    /// <param name="hostname">The peer's name, or its address.</param>
    /// <param name="port">The peer's port.</param>
    public IAsyncResult BeginSend(byte[] datagram, int bytes, string? hostname, int port, AsyncCallback? requestCallback, object? state) =>
        TaskToAsyncResult.Begin(SendAsync(datagram, bytes, hostname, port), requestCallback, state);

    private static IPEndPoint Resolve(NetworkStack stack, string hostname, int port, AddressFamily family) =>
        ResolveAsync(stack, hostname, port, family, CancellationToken.None).GetAwaiter().GetResult();

    private static async Task<IPEndPoint> ResolveAsync(NetworkStack stack, string hostname, int port, AddressFamily family, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stack);
        ArgumentNullException.ThrowIfNull(hostname);
        if (IPAddress.TryParse(hostname, out var address))
        {
            return new IPEndPoint(address, port);
        }

        var addresses = await stack.Dns.GetHostAddressesAsync(hostname, family, cancellationToken).ConfigureAwait(false);
        return addresses.Length > 0 ? new IPEndPoint(addresses[0], port) : throw SocketErrors.Create(SocketError.HostNotFound);
    }

    /// <summary>Tells the constructor for a peer from that for an own endpoint.</summary>
    private readonly struct Connects;
}
