using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using SharpTcp.Protocols.Tcp;

namespace SharpTcp.Sockets;

/// <summary>Connecting.</summary>
public sealed partial class Socket
{
    /// <summary>Connects to a peer and blocks meanwhile; a socket that does not block begins only, and <see cref="Poll(int, SelectMode)"/> for writing tells of the end.</summary>
    /// <param name="remoteEP">An <see cref="IPEndPoint"/> or <see cref="DnsEndPoint"/>.</param>
    /// <exception cref="SocketException"><see cref="SocketError.ConnectionRefused"/>, <see cref="SocketError.TimedOut"/>, <see cref="SocketError.HostUnreachable"/>, <see cref="SocketError.NetworkUnreachable"/> …</exception>
    /// <exception cref="InvalidOperationException">It listens, or had a peer.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public void Connect(EndPoint remoteEP)
    {
        var core = Core;
        ArgumentNullException.ThrowIfNull(remoteEP);
        if (core.IsDisconnected)
        {
            throw new InvalidOperationException("The socket had a peer and cannot connect again: make a new one.");
        }

        ThrowIfListening();
        if (remoteEP is DnsEndPoint name)
        {
            Connect(name.Host, name.Port);
            return;
        }

        SocketErrors.ThrowIfFailed(core.Connect(EndPoints.Parse(remoteEP, core), Blocking));
    }

    /// <inheritdoc cref="Connect(EndPoint)"/>
    /// <param name="address">The peer's address.</param>
    /// <param name="port">The peer's port.</param>
    /// <exception cref="NotSupportedException">The socket does not speak the address's family.</exception>
    public void Connect(IPAddress address, int port) => Connect(ToPeer(address, port));

    /// <summary>Connects to the first of several addresses that answers, one after the other.</summary>
    /// <inheritdoc cref="Connect(IPAddress, int)"/>
    /// <param name="addresses">The peer's addresses.</param>
    public void Connect(IPAddress[] addresses, int port)
    {
        CheckAddresses(addresses, port);
        ThrowIfListening();
        Exception? last = null;
        foreach (var address in addresses)
        {
            if (!Speaks(address.AddressFamily))
            {
                continue;
            }

            try
            {
                Connect(address, port);
                return;
            }
            catch (SocketException exception)
            {
                last = exception;
            }
        }

        throw last ?? new ArgumentException("None of the addresses is of a family that the socket speaks.", nameof(addresses));
    }

    /// <summary>Connects to a peer.</summary>
    /// <inheritdoc cref="Connect(EndPoint)"/>
    public Task ConnectAsync(EndPoint remoteEP) => ConnectAsync(remoteEP, CancellationToken.None).AsTask();

    /// <inheritdoc cref="ConnectAsync(EndPoint)"/>
    /// <param name="cancellationToken">Gives up; the attempt is aborted.</param>
    public ValueTask ConnectAsync(EndPoint remoteEP, CancellationToken cancellationToken)
    {
        var core = Core;
        ArgumentNullException.ThrowIfNull(remoteEP);
        ThrowIfListening();
        if (remoteEP is DnsEndPoint name)
        {
            return ConnectAsync(name.Host, name.Port, cancellationToken);
        }

        return core.ConnectAsync(EndPoints.Parse(remoteEP, core), cancellationToken);
    }

    /// <summary>
    /// Connects to a peer and sends it the first bytes: with the SYN, if Fast Open (RFC 7413) is on in the stack's settings and the server has given a cookie before, which saves a round trip;
    /// else after the handshake. A server may get these bytes twice, in two connections: only for requests that bear it (RFC 7413 §6.2).
    /// </summary>
    /// <inheritdoc cref="Connect(EndPoint)"/>
    /// <param name="firstBytes">What is sent first, all of it.</param>
    /// <param name="cancellationToken">Gives up; the attempt is aborted.</param>
    /// <exception cref="NotSupportedException">It is no stream socket.</exception>
    public ValueTask ConnectAsync(EndPoint remoteEP, ReadOnlyMemory<byte> firstBytes, CancellationToken cancellationToken = default)
    {
        var core = TcpCore;
        ArgumentNullException.ThrowIfNull(remoteEP);
        ThrowIfListening();
        var connecting = core.ConnectAsync(EndPoints.Parse(remoteEP, core), firstBytes.Span, out var taken, cancellationToken);
        return taken == firstBytes.Length ? connecting : SendRest(connecting, firstBytes[taken..], cancellationToken);
    }

    /// <inheritdoc cref="Connect(IPAddress, int)"/>
    public Task ConnectAsync(IPAddress address, int port) => ConnectAsync(ToPeer(address, port));

    /// <inheritdoc cref="ConnectAsync(IPAddress, int)"/>
    /// <param name="cancellationToken">Gives up; the attempt is aborted.</param>
    public ValueTask ConnectAsync(IPAddress address, int port, CancellationToken cancellationToken) =>
        ConnectAsync(ToPeer(address, port), cancellationToken);

    /// <inheritdoc cref="Connect(IPAddress[], int)"/>
    public Task ConnectAsync(IPAddress[] addresses, int port) => ConnectAsync(addresses, port, CancellationToken.None).AsTask();

    /// <inheritdoc cref="ConnectAsync(IPAddress[], int)"/>
    /// <param name="cancellationToken">Gives up; the attempt is aborted.</param>
    public ValueTask ConnectAsync(IPAddress[] addresses, int port, CancellationToken cancellationToken)
    {
        CheckAddresses(addresses, port);
        ThrowIfListening();
        return ConnectToAny(addresses, port, cancellationToken);
    }

    /// <summary>TCP: what congestion control, loss recovery and the counters of the connection say at this moment.</summary>
    /// <exception cref="SocketException"><see cref="SocketError.NotConnected"/>: there is no connection.</exception>
    public TcpInfo GetTcpInfo() => TcpCore.GetInfo();

    private async ValueTask SendRest(ValueTask connecting, ReadOnlyMemory<byte> rest, CancellationToken cancellationToken)
    {
        await connecting.ConfigureAwait(false);
        while (!rest.IsEmpty)
        {
            rest = rest[await SendAsync(rest, SocketFlags.None, cancellationToken).ConfigureAwait(false)..];
        }
    }

    private async ValueTask ConnectToAny(IPAddress[] addresses, int port, CancellationToken cancellationToken)
    {
        Exception? last = null;
        foreach (var address in addresses)
        {
            if (!Speaks(address.AddressFamily))
            {
                continue;
            }

            try
            {
                await ConnectAsync(address, port, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (SocketException exception)
            {
                last = exception;
            }
        }

        throw last ?? new ArgumentException("None of the addresses is of a family that the socket speaks.", nameof(addresses));
    }

    private void CheckAddresses(IPAddress[] addresses, int port)
    {
        _ = Core;
        ArgumentNullException.ThrowIfNull(addresses);
        if (addresses.Length == 0)
        {
            throw new ArgumentException("There must be at least one address.", nameof(addresses));
        }

        CheckPort(port);
    }

    private IPEndPoint ToPeer(IPAddress address, int port)
    {
        _ = Core;
        ArgumentNullException.ThrowIfNull(address);
        CheckPort(port);
        return Speaks(address.AddressFamily)
            ? new IPEndPoint(address, port)
            : throw new NotSupportedException($"The socket is of the family {AddressFamily}: it does not speak {address.AddressFamily}.");
    }

    private static void CheckPort(int port)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(port, IPEndPoint.MinPort);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, IPEndPoint.MaxPort);
    }

    private bool Speaks(AddressFamily family) => family == AddressFamily || (family == AddressFamily.InterNetwork && _core.DualMode);

    private void ThrowIfListening()
    {
        if (_core is TcpSocketCore { WasListening: true })
        {
            throw new InvalidOperationException("The socket listens: it accepts connections and does not make one.");
        }
    }
}
