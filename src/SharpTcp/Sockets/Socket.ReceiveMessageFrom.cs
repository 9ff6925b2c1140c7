using System;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;

namespace SharpTcp.Sockets;

/// <summary>Datagrams with all that is known of them.</summary>
public sealed partial class Socket
{
    /// <summary>Receives a datagram, from whom it came, to which address and on which interface, and blocks meanwhile, at most <see cref="ReceiveTimeout"/>.</summary>
    /// <param name="buffer">Where to. What does not fit is lost.</param>
    /// <param name="socketFlags">As for <see cref="Receive(Span{byte}, SocketFlags)"/>; becomes <see cref="SocketFlags.Truncated"/> if some of it was lost.</param>
    /// <param name="remoteEP">An endpoint of the socket's family; becomes the sender.</param>
    /// <param name="ipPacketInformation">The address that it was sent to and the index of the interface.</param>
    /// <returns>The number of bytes.</returns>
    /// <inheritdoc cref="ReceiveFrom(Span{byte}, SocketFlags, ref EndPoint)"/>
    public int ReceiveMessageFrom(Span<byte> buffer, ref SocketFlags socketFlags, ref EndPoint remoteEP, out IPPacketInformation ipPacketInformation)
    {
        var core = Core;
        EndPoints.CheckSender(remoteEP, core);
        ThrowUnlessBound();
        SocketErrors.ThrowIfFailed(core.ReceiveMessage(buffer, socketFlags, ReceiveLimit, out var done, out var message));
        remoteEP = ToSender(message, remoteEP);
        ipPacketInformation = ToPacketInformation(message);
        socketFlags = message.Flags;
        return done;
    }

    /// <inheritdoc cref="ReceiveMessageFrom(Span{byte}, ref SocketFlags, ref EndPoint, out IPPacketInformation)"/>
    /// <param name="offset">Where in <paramref name="buffer"/> to begin.</param>
    /// <param name="size">How many bytes of it.</param>
    public int ReceiveMessageFrom(
        byte[] buffer, int offset, int size, ref SocketFlags socketFlags, ref EndPoint remoteEP, out IPPacketInformation ipPacketInformation)
    {
        CheckBuffer(buffer, offset, size);
        return ReceiveMessageFrom(buffer.AsSpan(offset, size), ref socketFlags, ref remoteEP, out ipPacketInformation);
    }

    /// <summary>Receives a datagram, from whom it came, to which address and on which interface. What does not fit the buffer is lost.</summary>
    /// <param name="buffer">Where to.</param>
    /// <param name="socketFlags">As for <see cref="Receive(Span{byte}, SocketFlags)"/>.</param>
    /// <param name="remoteEndPoint">An endpoint of the socket's family; only that is looked at.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The number of bytes, the sender, the address and the interface, and <see cref="SocketFlags.Truncated"/> if some was lost.</returns>
    public ValueTask<SocketReceiveMessageFromResult> ReceiveMessageFromAsync(
        Memory<byte> buffer, SocketFlags socketFlags, EndPoint remoteEndPoint, CancellationToken cancellationToken = default)
    {
        var core = Core;
        EndPoints.CheckSender(remoteEndPoint, core);
        ThrowUnlessBound();
        return ReceiveMessageFromAny(core, buffer, socketFlags, remoteEndPoint, cancellationToken);
    }

    /// <inheritdoc cref="ReceiveMessageFromAsync(Memory{byte}, SocketFlags, EndPoint, CancellationToken)"/>
    public ValueTask<SocketReceiveMessageFromResult> ReceiveMessageFromAsync(
        Memory<byte> buffer, EndPoint remoteEndPoint, CancellationToken cancellationToken = default) =>
        ReceiveMessageFromAsync(buffer, SocketFlags.None, remoteEndPoint, cancellationToken);

    /// <inheritdoc cref="ReceiveMessageFromAsync(Memory{byte}, SocketFlags, EndPoint, CancellationToken)"/>
    public Task<SocketReceiveMessageFromResult> ReceiveMessageFromAsync(ArraySegment<byte> buffer, EndPoint remoteEndPoint) =>
        ReceiveMessageFromAsync(buffer, SocketFlags.None, remoteEndPoint);

    /// <inheritdoc cref="ReceiveMessageFromAsync(Memory{byte}, SocketFlags, EndPoint, CancellationToken)"/>
    public Task<SocketReceiveMessageFromResult> ReceiveMessageFromAsync(ArraySegment<byte> buffer, SocketFlags socketFlags, EndPoint remoteEndPoint)
    {
        CheckSegment(buffer);
        return ReceiveMessageFromAsync(buffer.AsMemory(), socketFlags, remoteEndPoint, CancellationToken.None).AsTask();
    }

    private async ValueTask<SocketReceiveMessageFromResult> ReceiveMessageFromAny(
        SocketCore core, Memory<byte> buffer, SocketFlags flags, EndPoint given, CancellationToken cancellationToken)
    {
        var holder = new MessageHolder();
        var count = await core.ReceiveMessageAsync(buffer, flags, null, holder, cancellationToken).ConfigureAwait(false);
        return new SocketReceiveMessageFromResult
        {
            ReceivedBytes = count,
            SocketFlags = holder.Message.Flags,
            RemoteEndPoint = ToSender(holder.Message, given),
            PacketInformation = ToPacketInformation(holder.Message),
        };
    }

    private static IPPacketInformation ToPacketInformation(in ReceivedMessage message) =>
        message.Interface == 0 ? default : Make(message.Destination.ToIPAddress(), message.Interface);

    // The type is a plain pair that everybody may read and nobody else may make; programs written for its namesake expect this one.
    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern IPPacketInformation Make(IPAddress address, int networkInterface);
}
