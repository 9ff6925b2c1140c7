using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace SharpTcp.Sockets;

/// <summary>Datagrams from anybody.</summary>
public sealed partial class Socket
{
    /// <summary>Receives a datagram, and from whom it came, and blocks meanwhile, at most <see cref="ReceiveTimeout"/>.</summary>
    /// <param name="buffer">Where to. What does not fit is lost.</param>
    /// <param name="socketFlags"><inheritdoc cref="Receive(Span{byte}, SocketFlags, out SocketError)" path="/param[@name='socketFlags']"/></param>
    /// <param name="remoteEP">An endpoint of the socket's family; becomes the sender.</param>
    /// <returns>The number of bytes.</returns>
    /// <exception cref="ArgumentException"><paramref name="remoteEP"/> is of another family.</exception>
    /// <exception cref="InvalidOperationException">The socket is not bound.</exception>
    /// <exception cref="SocketException">An earlier datagram's error, or the time is up.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public int ReceiveFrom(Span<byte> buffer, SocketFlags socketFlags, ref EndPoint remoteEP)
    {
        var core = Core;
        EndPoints.CheckSender(remoteEP, core);
        ThrowUnlessBound();
        SocketErrors.ThrowIfFailed(core.ReceiveMessage(buffer, socketFlags, ReceiveLimit, out var done, out var message));
        remoteEP = ToSender(message, remoteEP);
        return done;
    }

    /// <inheritdoc cref="ReceiveFrom(Span{byte}, SocketFlags, ref EndPoint)"/>
    /// <param name="receivedAddress">Takes the sender; of the socket's family. Allocates nothing.</param>
    public int ReceiveFrom(Span<byte> buffer, SocketFlags socketFlags, SocketAddress receivedAddress)
    {
        var core = Core;
        EndPoints.CheckBuffer(receivedAddress, AddressFamily);
        ThrowUnlessBound();
        SocketErrors.ThrowIfFailed(core.ReceiveMessage(buffer, socketFlags, ReceiveLimit, out var done, out var message));
        EndPoints.Write(message.Peer, receivedAddress);
        return done;
    }

    /// <inheritdoc cref="ReceiveFrom(Span{byte}, SocketFlags, ref EndPoint)"/>
    public int ReceiveFrom(Span<byte> buffer, ref EndPoint remoteEP) => ReceiveFrom(buffer, SocketFlags.None, ref remoteEP);

    /// <inheritdoc cref="ReceiveFrom(Span{byte}, SocketFlags, ref EndPoint)"/>
    public int ReceiveFrom(byte[] buffer, ref EndPoint remoteEP) => ReceiveFrom(buffer, SocketFlags.None, ref remoteEP);

    /// <inheritdoc cref="ReceiveFrom(Span{byte}, SocketFlags, ref EndPoint)"/>
    public int ReceiveFrom(byte[] buffer, SocketFlags socketFlags, ref EndPoint remoteEP) =>
        ReceiveFrom(buffer, 0, buffer?.Length ?? 0, socketFlags, ref remoteEP);

    /// <inheritdoc cref="ReceiveFrom(byte[], int, int, SocketFlags, ref EndPoint)"/>
    public int ReceiveFrom(byte[] buffer, int size, SocketFlags socketFlags, ref EndPoint remoteEP) => ReceiveFrom(buffer, 0, size, socketFlags, ref remoteEP);

    /// <inheritdoc cref="ReceiveFrom(Span{byte}, SocketFlags, ref EndPoint)"/>
    /// <param name="offset">Where in <paramref name="buffer"/> to begin.</param>
    /// <param name="size">How many bytes of it.</param>
    public int ReceiveFrom(byte[] buffer, int offset, int size, SocketFlags socketFlags, ref EndPoint remoteEP)
    {
        CheckBuffer(buffer, offset, size);
        return ReceiveFrom(buffer.AsSpan(offset, size), socketFlags, ref remoteEP);
    }

    /// <summary>Receives a datagram, and from whom it came. What does not fit the buffer is lost.</summary>
    /// <param name="buffer">Where to.</param>
    /// <param name="socketFlags"><inheritdoc cref="Receive(Span{byte}, SocketFlags, out SocketError)" path="/param[@name='socketFlags']"/></param>
    /// <param name="remoteEndPoint">An endpoint of the socket's family; only that is looked at.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The number of bytes, and the sender.</returns>
    public ValueTask<SocketReceiveFromResult> ReceiveFromAsync(
        Memory<byte> buffer, SocketFlags socketFlags, EndPoint remoteEndPoint, CancellationToken cancellationToken = default)
    {
        var core = Core;
        EndPoints.CheckSender(remoteEndPoint, core);
        ThrowUnlessBound();
        return ReceiveFromAny(core, buffer, socketFlags, remoteEndPoint, cancellationToken);
    }

    /// <inheritdoc cref="ReceiveFromAsync(Memory{byte}, SocketFlags, EndPoint, CancellationToken)"/>
    public ValueTask<SocketReceiveFromResult> ReceiveFromAsync(
        Memory<byte> buffer, EndPoint remoteEndPoint, CancellationToken cancellationToken = default) =>
        ReceiveFromAsync(buffer, SocketFlags.None, remoteEndPoint, cancellationToken);

    /// <summary>Receives a datagram, and from whom it came, without allocation. What does not fit the buffer is lost.</summary>
    /// <inheritdoc cref="ReceiveFromAsync(Memory{byte}, SocketFlags, EndPoint, CancellationToken)"/>
    /// <param name="receivedAddress">Takes the sender; of the socket's family.</param>
    /// <returns>The number of bytes.</returns>
    /// <exception cref="ArgumentException"><paramref name="receivedAddress"/> is of another family or too small.</exception>
    public ValueTask<int> ReceiveFromAsync(
        Memory<byte> buffer, SocketFlags socketFlags, SocketAddress receivedAddress, CancellationToken cancellationToken = default)
    {
        var core = Core;
        EndPoints.CheckBuffer(receivedAddress, AddressFamily);
        ThrowUnlessBound();
        return core.ReceiveMessageAsync(buffer, socketFlags, receivedAddress, null, cancellationToken);
    }

    /// <inheritdoc cref="ReceiveFromAsync(Memory{byte}, SocketFlags, EndPoint, CancellationToken)"/>
    public Task<SocketReceiveFromResult> ReceiveFromAsync(ArraySegment<byte> buffer, EndPoint remoteEndPoint) =>
        ReceiveFromAsync(buffer, SocketFlags.None, remoteEndPoint);

    /// <inheritdoc cref="ReceiveFromAsync(Memory{byte}, SocketFlags, EndPoint, CancellationToken)"/>
    public Task<SocketReceiveFromResult> ReceiveFromAsync(ArraySegment<byte> buffer, SocketFlags socketFlags, EndPoint remoteEndPoint)
    {
        CheckSegment(buffer);
        return ReceiveFromAsync(buffer.AsMemory(), socketFlags, remoteEndPoint, CancellationToken.None).AsTask();
    }

    private async ValueTask<SocketReceiveFromResult> ReceiveFromAny(
        SocketCore core, Memory<byte> buffer, SocketFlags flags, EndPoint given, CancellationToken cancellationToken)
    {
        var holder = new MessageHolder();
        var count = await core.ReceiveMessageAsync(buffer, flags, null, holder, cancellationToken).ConfigureAwait(false);
        return new SocketReceiveFromResult { ReceivedBytes = count, RemoteEndPoint = ToSender(holder.Message, given) };
    }

    /// <summary>A stream has no senders: what was given stays.</summary>
    private EndPoint ToSender(in ReceivedMessage message, EndPoint given) =>
        SocketType == SocketType.Stream ? given : EndPoints.ToIPEndPoint(message.Peer, AddressFamily);
}
