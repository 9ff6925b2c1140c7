using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace SharpTcp.Sockets;

/// <summary>Datagrams to and from anybody.</summary>
public sealed partial class Socket
{
    /// <summary>Sends a datagram.</summary>
    /// <param name="buffer">Its payload.</param>
    /// <param name="socketFlags"><see cref="SocketFlags.None"/>.</param>
    /// <param name="remoteEP">To whom.</param>
    /// <param name="cancellationToken">Gives up waiting for room on the link.</param>
    /// <returns>The number of bytes: all of them.</returns>
    /// <exception cref="SocketException"><see cref="SocketError.MessageSize"/>, <see cref="SocketError.NetworkUnreachable"/>, <see cref="SocketError.AccessDenied"/> (broadcast without <see cref="EnableBroadcast"/>), an earlier datagram's error …</exception>
    public ValueTask<int> SendToAsync(
        ReadOnlyMemory<byte> buffer, SocketFlags socketFlags, EndPoint remoteEP, CancellationToken cancellationToken = default) =>
        Core.SendToAsync(buffer, socketFlags, EndPoints.Parse(remoteEP, AddressFamily), cancellationToken);

    /// <inheritdoc cref="SendToAsync(ReadOnlyMemory{byte}, SocketFlags, EndPoint, CancellationToken)"/>
    public ValueTask<int> SendToAsync(ReadOnlyMemory<byte> buffer, EndPoint remoteEP, CancellationToken cancellationToken = default) =>
        SendToAsync(buffer, SocketFlags.None, remoteEP, cancellationToken);

    /// <inheritdoc cref="SendToAsync(ReadOnlyMemory{byte}, SocketFlags, EndPoint, CancellationToken)"/>
    /// <param name="buffer">Its payload.</param>
    /// <param name="socketFlags"><see cref="SocketFlags.None"/>.</param>
    /// <param name="socketAddress">To whom. Allocates nothing.</param>
    /// <param name="cancellationToken">Gives up waiting for room on the link.</param>
    public ValueTask<int> SendToAsync(
        ReadOnlyMemory<byte> buffer, SocketFlags socketFlags, SocketAddress socketAddress, CancellationToken cancellationToken = default) =>
        Core.SendToAsync(buffer, socketFlags, EndPoints.Parse(socketAddress, AddressFamily), cancellationToken);

    /// <summary>Receives a datagram, and from whom it came. What does not fit the buffer is lost.</summary>
    /// <param name="buffer">Where to.</param>
    /// <param name="socketFlags"><see cref="SocketFlags.None"/> or <see cref="SocketFlags.Peek"/>.</param>
    /// <param name="remoteEndPoint">An endpoint of the socket's family; only that is looked at.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The number of bytes, and the sender.</returns>
    public async ValueTask<SocketReceiveFromResult> ReceiveFromAsync(
        Memory<byte> buffer, SocketFlags socketFlags, EndPoint remoteEndPoint, CancellationToken cancellationToken = default)
    {
        EndPoints.Parse(remoteEndPoint, AddressFamily);
        var address = new SocketAddress(AddressFamily);
        var count = await ReceiveFromAsync(buffer, socketFlags, address, cancellationToken).ConfigureAwait(false);
        return new SocketReceiveFromResult
        {
            ReceivedBytes = count,
            RemoteEndPoint = EndPoints.ToIPEndPoint(EndPoints.Parse(address, AddressFamily), AddressFamily),
        };
    }

    /// <inheritdoc cref="ReceiveFromAsync(Memory{byte}, SocketFlags, EndPoint, CancellationToken)"/>
    public ValueTask<SocketReceiveFromResult> ReceiveFromAsync(
        Memory<byte> buffer, EndPoint remoteEndPoint, CancellationToken cancellationToken = default) =>
        ReceiveFromAsync(buffer, SocketFlags.None, remoteEndPoint, cancellationToken);

    /// <summary>Receives a datagram, and from whom it came, without allocation. What does not fit the buffer is lost.</summary>
    /// <param name="buffer">Where to.</param>
    /// <param name="socketFlags"><see cref="SocketFlags.None"/> or <see cref="SocketFlags.Peek"/>.</param>
    /// <param name="receivedAddress">Takes the sender; of the socket's family.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The number of bytes.</returns>
    /// <exception cref="ArgumentException"><paramref name="receivedAddress"/> is of another family or too small.</exception>
    public ValueTask<int> ReceiveFromAsync(
        Memory<byte> buffer, SocketFlags socketFlags, SocketAddress receivedAddress, CancellationToken cancellationToken = default)
    {
        EndPoints.CheckBuffer(receivedAddress, AddressFamily);
        return Core.ReceiveFromAsync(buffer, socketFlags, receivedAddress, cancellationToken);
    }

    /// <summary>Sends a datagram and blocks meanwhile, at most <see cref="SendTimeout"/>.</summary>
    /// <inheritdoc cref="SendToAsync(ReadOnlyMemory{byte}, SocketFlags, EndPoint, CancellationToken)"/>
    public int SendTo(ReadOnlySpan<byte> buffer, SocketFlags socketFlags, EndPoint remoteEP) =>
        Core.SendTo(buffer, socketFlags, EndPoints.Parse(remoteEP, AddressFamily), SendLimit);

    /// <inheritdoc cref="SendTo(ReadOnlySpan{byte}, SocketFlags, EndPoint)"/>
    public int SendTo(ReadOnlySpan<byte> buffer, EndPoint remoteEP) => SendTo(buffer, SocketFlags.None, remoteEP);

    /// <summary>Receives a datagram and blocks meanwhile, at most <see cref="ReceiveTimeout"/>.</summary>
    /// <param name="buffer">Where to. What does not fit is lost.</param>
    /// <param name="socketFlags"><see cref="SocketFlags.None"/> or <see cref="SocketFlags.Peek"/>.</param>
    /// <param name="remoteEP">An endpoint of the socket's family; becomes the sender.</param>
    /// <returns>The number of bytes.</returns>
    public int ReceiveFrom(Span<byte> buffer, SocketFlags socketFlags, ref EndPoint remoteEP)
    {
        EndPoints.Parse(remoteEP, AddressFamily);
        var count = Core.ReceiveFrom(buffer, socketFlags, ReceiveLimit, out var peer);
        remoteEP = EndPoints.ToIPEndPoint(peer, AddressFamily);
        return count;
    }

    /// <inheritdoc cref="ReceiveFrom(Span{byte}, SocketFlags, ref EndPoint)"/>
    public int ReceiveFrom(Span<byte> buffer, ref EndPoint remoteEP) => ReceiveFrom(buffer, SocketFlags.None, ref remoteEP);
}
