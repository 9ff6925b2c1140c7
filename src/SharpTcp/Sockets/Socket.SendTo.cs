using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace SharpTcp.Sockets;

/// <summary>Datagrams to anybody.</summary>
public sealed partial class Socket
{
    /// <summary>Sends a datagram and blocks meanwhile, at most <see cref="SendTimeout"/>. On a stream it sends to the peer, whatever the address.</summary>
    /// <param name="buffer">Its payload.</param>
    /// <param name="socketFlags"><see cref="SocketFlags.None"/>, or <see cref="SocketFlags.DontRoute"/>, which changes nothing.</param>
    /// <param name="remoteEP">To whom.</param>
    /// <returns>The number of bytes: all of them.</returns>
    /// <exception cref="ArgumentException"><paramref name="remoteEP"/> is no <see cref="IPEndPoint"/>.</exception>
    /// <exception cref="SocketException"><see cref="SocketError.MessageSize"/>, <see cref="SocketError.NetworkUnreachable"/>, <see cref="SocketError.AccessDenied"/> (broadcast without <see cref="EnableBroadcast"/>), an earlier datagram's error …</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public int SendTo(ReadOnlySpan<byte> buffer, SocketFlags socketFlags, EndPoint remoteEP)
    {
        var core = Core;
        SocketErrors.ThrowIfFailed(core.SendTo(buffer, socketFlags, EndPoints.ParseDestination(remoteEP, core), SendLimit, out var done));
        return done;
    }

    /// <inheritdoc cref="SendTo(ReadOnlySpan{byte}, SocketFlags, EndPoint)"/>
    /// <param name="socketAddress">To whom. Allocates nothing.</param>
    public int SendTo(ReadOnlySpan<byte> buffer, SocketFlags socketFlags, SocketAddress socketAddress)
    {
        var core = Core;
        SocketErrors.ThrowIfFailed(core.SendTo(buffer, socketFlags, EndPoints.Parse(socketAddress, core), SendLimit, out var done));
        return done;
    }

    /// <inheritdoc cref="SendTo(ReadOnlySpan{byte}, SocketFlags, EndPoint)"/>
    public int SendTo(ReadOnlySpan<byte> buffer, EndPoint remoteEP) => SendTo(buffer, SocketFlags.None, remoteEP);

    /// <inheritdoc cref="SendTo(ReadOnlySpan{byte}, SocketFlags, EndPoint)"/>
    public int SendTo(byte[] buffer, EndPoint remoteEP) => SendTo(buffer, SocketFlags.None, remoteEP);

    /// <inheritdoc cref="SendTo(ReadOnlySpan{byte}, SocketFlags, EndPoint)"/>
    public int SendTo(byte[] buffer, SocketFlags socketFlags, EndPoint remoteEP) => SendTo(buffer, 0, buffer?.Length ?? 0, socketFlags, remoteEP);

    /// <inheritdoc cref="SendTo(byte[], int, int, SocketFlags, EndPoint)"/>
    public int SendTo(byte[] buffer, int size, SocketFlags socketFlags, EndPoint remoteEP) => SendTo(buffer, 0, size, socketFlags, remoteEP);

    /// <inheritdoc cref="SendTo(ReadOnlySpan{byte}, SocketFlags, EndPoint)"/>
    /// <param name="offset">Where in <paramref name="buffer"/> to begin.</param>
    /// <param name="size">How many bytes of it.</param>
    public int SendTo(byte[] buffer, int offset, int size, SocketFlags socketFlags, EndPoint remoteEP)
    {
        CheckBuffer(buffer, offset, size);
        return SendTo(buffer.AsSpan(offset, size), socketFlags, remoteEP);
    }

    /// <summary>Sends a datagram. On a stream it sends to the peer, whatever the address.</summary>
    /// <inheritdoc cref="SendTo(ReadOnlySpan{byte}, SocketFlags, EndPoint)"/>
    /// <param name="cancellationToken">Gives up waiting for room on the link.</param>
    public ValueTask<int> SendToAsync(ReadOnlyMemory<byte> buffer, SocketFlags socketFlags, EndPoint remoteEP, CancellationToken cancellationToken = default)
    {
        var core = Core;
        return core.SendToAsync(buffer, socketFlags, EndPoints.ParseDestination(remoteEP, core), cancellationToken);
    }

    /// <inheritdoc cref="SendToAsync(ReadOnlyMemory{byte}, SocketFlags, EndPoint, CancellationToken)"/>
    public ValueTask<int> SendToAsync(ReadOnlyMemory<byte> buffer, EndPoint remoteEP, CancellationToken cancellationToken = default) =>
        SendToAsync(buffer, SocketFlags.None, remoteEP, cancellationToken);

    /// <inheritdoc cref="SendToAsync(ReadOnlyMemory{byte}, SocketFlags, EndPoint, CancellationToken)"/>
    /// <param name="socketAddress">To whom. Allocates nothing.</param>
    public ValueTask<int> SendToAsync(
        ReadOnlyMemory<byte> buffer, SocketFlags socketFlags, SocketAddress socketAddress, CancellationToken cancellationToken = default)
    {
        var core = Core;
        return core.SendToAsync(buffer, socketFlags, EndPoints.Parse(socketAddress, core), cancellationToken);
    }

    /// <inheritdoc cref="SendToAsync(ReadOnlyMemory{byte}, SocketFlags, EndPoint, CancellationToken)"/>
    public Task<int> SendToAsync(ArraySegment<byte> buffer, EndPoint remoteEP) => SendToAsync(buffer, SocketFlags.None, remoteEP);

    /// <inheritdoc cref="SendToAsync(ReadOnlyMemory{byte}, SocketFlags, EndPoint, CancellationToken)"/>
    public Task<int> SendToAsync(ArraySegment<byte> buffer, SocketFlags socketFlags, EndPoint remoteEP)
    {
        CheckSegment(buffer);
        return SendToAsync(buffer.AsMemory(), socketFlags, remoteEP, CancellationToken.None).AsTask();
    }
}
