using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace SharpTcp.Sockets;

/// <summary>The calls in pairs of Begin and End, for programs that have them: each is the call that is awaited, in another dress.</summary>
public sealed partial class Socket
{
    /// <summary>Begins <see cref="AcceptAsync()"/>.</summary>
    /// <param name="callback">Called when it is over.</param>
    /// <param name="state">What <see cref="IAsyncResult.AsyncState"/> gives.</param>
    public IAsyncResult BeginAccept(AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(AcceptAsync(), callback, state);

    /// <summary>Begins <see cref="AcceptAsync()"/>.</summary>
    /// <param name="callback">Called when it is over.</param>
    /// <param name="state">What <see cref="IAsyncResult.AsyncState"/> gives.</param>
    public IAsyncResult BeginAccept(int receiveSize, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(AcceptAndReceive(null, receiveSize), callback, state);

    /// <summary>Begins <see cref="AcceptAsync(Socket?)"/>.</summary>
    /// <param name="callback">Called when it is over.</param>
    /// <param name="state">What <see cref="IAsyncResult.AsyncState"/> gives.</param>
    public IAsyncResult BeginAccept(Socket? acceptSocket, int receiveSize, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(AcceptAndReceive(acceptSocket, receiveSize), callback, state);

    /// <summary>Waits for the end of a <c>BeginAccept</c>.</summary>
    /// <param name="asyncResult">What it gave.</param>
    public Socket EndAccept(IAsyncResult asyncResult)
    {
        ArgumentNullException.ThrowIfNull(asyncResult);
        return asyncResult is Task<Socket> || TaskToAsyncResult.Unwrap(asyncResult) is Task<Socket>
            ? TaskToAsyncResult.End<Socket>(asyncResult)
            : TaskToAsyncResult.End<(Socket Socket, byte[] Buffer, int Count)>(asyncResult).Socket;
    }

    /// <inheritdoc cref="EndAccept(out byte[], out int, IAsyncResult)"/>
    public Socket EndAccept(out byte[] buffer, IAsyncResult asyncResult)
    {
        var socket = EndAccept(out buffer, out var count, asyncResult);
        buffer = buffer[..count];
        return socket;
    }

    /// <summary>Waits for the end of a <c>BeginAccept</c> that also receives.</summary>
    /// <param name="buffer">What was received.</param>
    /// <param name="bytesTransferred">How many bytes of it.</param>
    /// <param name="asyncResult">What it gave.</param>
    public Socket EndAccept(out byte[] buffer, out int bytesTransferred, IAsyncResult asyncResult)
    {
        ArgumentNullException.ThrowIfNull(asyncResult);
        (var socket, buffer, bytesTransferred) = TaskToAsyncResult.Unwrap(asyncResult) is Task<Socket>
            ? (TaskToAsyncResult.End<Socket>(asyncResult), [], 0)
            : TaskToAsyncResult.End<(Socket Socket, byte[] Buffer, int Count)>(asyncResult);
        return socket;
    }

    /// <summary>Begins <see cref="ConnectAsync(EndPoint)"/>.</summary>
    /// <param name="callback">Called when it is over.</param>
    /// <param name="state">What <see cref="IAsyncResult.AsyncState"/> gives.</param>
    public IAsyncResult BeginConnect(EndPoint remoteEP, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(ConnectAsync(remoteEP), callback, state);

    /// <summary>Begins <see cref="ConnectAsync(IPAddress, int)"/>.</summary>
    /// <param name="callback">Called when it is over.</param>
    /// <param name="state">What <see cref="IAsyncResult.AsyncState"/> gives.</param>
    public IAsyncResult BeginConnect(IPAddress address, int port, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(ConnectAsync(address, port), callback, state);

    /// <summary>Begins <see cref="ConnectAsync(IPAddress[], int)"/>.</summary>
    /// <param name="callback">Called when it is over.</param>
    /// <param name="state">What <see cref="IAsyncResult.AsyncState"/> gives.</param>
    public IAsyncResult BeginConnect(IPAddress[] addresses, int port, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(ConnectAsync(addresses, port), callback, state);

    /// <summary>Waits for the end of a <c>BeginConnect</c>.</summary>
    /// <param name="asyncResult">What it gave.</param>
    public void EndConnect(IAsyncResult asyncResult) => TaskToAsyncResult.End(asyncResult);

    /// <summary>Begins <see cref="DisconnectAsync(bool, CancellationToken)"/>.</summary>
    /// <param name="callback">Called when it is over.</param>
    /// <param name="state">What <see cref="IAsyncResult.AsyncState"/> gives.</param>
    public IAsyncResult BeginDisconnect(bool reuseSocket, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(DisconnectAsync(reuseSocket, CancellationToken.None).AsTask(), callback, state);

    /// <summary>Waits for the end of a <c>BeginDisconnect</c>.</summary>
    /// <param name="asyncResult">What it gave.</param>
    public void EndDisconnect(IAsyncResult asyncResult) => TaskToAsyncResult.End(asyncResult);

    /// <summary>Begins <see cref="SendAsync(ReadOnlyMemory{byte}, SocketFlags, CancellationToken)"/>.</summary>
    /// <param name="callback">Called when it is over.</param>
    /// <param name="state">What <see cref="IAsyncResult.AsyncState"/> gives.</param>
    public IAsyncResult BeginSend(byte[] buffer, int offset, int size, SocketFlags socketFlags, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(SendAsync(ToMemory(buffer, offset, size), socketFlags, CancellationToken.None).AsTask(), callback, state);

    /// <inheritdoc cref="BeginSend(byte[], int, int, SocketFlags, AsyncCallback, object)"/>
    /// <param name="errorCode">What the socket said at once, instead of an exception; then nothing began.</param>
    public IAsyncResult? BeginSend(byte[] buffer, int offset, int size, SocketFlags socketFlags, out SocketError errorCode, AsyncCallback? callback, object? state) =>
        BeginUnlessFailed(SendAsync(ToMemory(buffer, offset, size), socketFlags, CancellationToken.None).AsTask(), out errorCode, callback, state);

    /// <summary>Begins <see cref="SendAsync(IList{ArraySegment{byte}}, SocketFlags)"/>.</summary>
    /// <param name="callback">Called when it is over.</param>
    /// <param name="state">What <see cref="IAsyncResult.AsyncState"/> gives.</param>
    public IAsyncResult BeginSend(IList<ArraySegment<byte>> buffers, SocketFlags socketFlags, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(SendAsync(buffers, socketFlags), callback, state);

    /// <inheritdoc cref="BeginSend(IList{ArraySegment{byte}}, SocketFlags, AsyncCallback, object)"/>
    /// <param name="errorCode">What the socket said at once, instead of an exception; then nothing began.</param>
    public IAsyncResult? BeginSend(IList<ArraySegment<byte>> buffers, SocketFlags socketFlags, out SocketError errorCode, AsyncCallback? callback, object? state) =>
        BeginUnlessFailed(SendAsync(buffers, socketFlags), out errorCode, callback, state);

    /// <summary>Waits for the end of a <c>BeginSend</c>.</summary>
    /// <param name="asyncResult">What it gave.</param>
    public int EndSend(IAsyncResult asyncResult) => TaskToAsyncResult.End<int>(asyncResult);

    /// <inheritdoc cref="EndSend(IAsyncResult)"/>
    /// <param name="errorCode">How it went, instead of an exception.</param>
    public int EndSend(IAsyncResult asyncResult, out SocketError errorCode) => End(asyncResult, out errorCode);

    /// <summary>Begins <see cref="ReceiveAsync(Memory{byte}, SocketFlags, CancellationToken)"/>.</summary>
    /// <param name="callback">Called when it is over.</param>
    /// <param name="state">What <see cref="IAsyncResult.AsyncState"/> gives.</param>
    public IAsyncResult BeginReceive(byte[] buffer, int offset, int size, SocketFlags socketFlags, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(ReceiveAsync(ToMemory(buffer, offset, size), socketFlags, CancellationToken.None).AsTask(), callback, state);

    /// <inheritdoc cref="BeginReceive(byte[], int, int, SocketFlags, AsyncCallback, object)"/>
    /// <param name="errorCode">What the socket said at once, instead of an exception; then nothing began.</param>
    public IAsyncResult? BeginReceive(byte[] buffer, int offset, int size, SocketFlags socketFlags, out SocketError errorCode, AsyncCallback? callback, object? state) =>
        BeginUnlessFailed(ReceiveAsync(ToMemory(buffer, offset, size), socketFlags, CancellationToken.None).AsTask(), out errorCode, callback, state);

    /// <summary>Begins <see cref="ReceiveAsync(IList{ArraySegment{byte}}, SocketFlags)"/>.</summary>
    /// <param name="callback">Called when it is over.</param>
    /// <param name="state">What <see cref="IAsyncResult.AsyncState"/> gives.</param>
    public IAsyncResult BeginReceive(IList<ArraySegment<byte>> buffers, SocketFlags socketFlags, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(ReceiveAsync(buffers, socketFlags), callback, state);

    /// <inheritdoc cref="BeginReceive(IList{ArraySegment{byte}}, SocketFlags, AsyncCallback, object)"/>
    /// <param name="errorCode">What the socket said at once, instead of an exception; then nothing began.</param>
    public IAsyncResult? BeginReceive(IList<ArraySegment<byte>> buffers, SocketFlags socketFlags, out SocketError errorCode, AsyncCallback? callback, object? state) =>
        BeginUnlessFailed(ReceiveAsync(buffers, socketFlags), out errorCode, callback, state);

    /// <summary>Waits for the end of a <c>BeginReceive</c>.</summary>
    /// <param name="asyncResult">What it gave.</param>
    public int EndReceive(IAsyncResult asyncResult) => TaskToAsyncResult.End<int>(asyncResult);

    /// <inheritdoc cref="EndReceive(IAsyncResult)"/>
    /// <param name="errorCode">How it went, instead of an exception.</param>
    public int EndReceive(IAsyncResult asyncResult, out SocketError errorCode) => End(asyncResult, out errorCode);

    /// <summary>Begins <see cref="SendToAsync(ReadOnlyMemory{byte}, SocketFlags, EndPoint, CancellationToken)"/>.</summary>
    /// <param name="callback">Called when it is over.</param>
    /// <param name="state">What <see cref="IAsyncResult.AsyncState"/> gives.</param>
    public IAsyncResult BeginSendTo(byte[] buffer, int offset, int size, SocketFlags socketFlags, EndPoint remoteEP, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(SendToAsync(ToMemory(buffer, offset, size), socketFlags, remoteEP, CancellationToken.None).AsTask(), callback, state);

    /// <summary>Waits for the end of a <c>BeginSendTo</c>.</summary>
    /// <param name="asyncResult">What it gave.</param>
    public int EndSendTo(IAsyncResult asyncResult) => TaskToAsyncResult.End<int>(asyncResult);

    /// <summary>Begins <see cref="ReceiveFromAsync(Memory{byte}, SocketFlags, EndPoint, CancellationToken)"/>.</summary>
    /// <param name="callback">Called when it is over.</param>
    /// <param name="state">What <see cref="IAsyncResult.AsyncState"/> gives.</param>
    public IAsyncResult BeginReceiveFrom(byte[] buffer, int offset, int size, SocketFlags socketFlags, ref EndPoint remoteEP, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(ReceiveFromAsync(ToMemory(buffer, offset, size), socketFlags, remoteEP, CancellationToken.None).AsTask(), callback, state);

    /// <summary>Waits for the end of a <c>BeginReceiveFrom</c>.</summary>
    /// <param name="asyncResult">What it gave.</param>
    /// <param name="endPoint">Becomes the sender.</param>
    public int EndReceiveFrom(IAsyncResult asyncResult, ref EndPoint endPoint)
    {
        var result = TaskToAsyncResult.End<SocketReceiveFromResult>(asyncResult);
        endPoint = result.RemoteEndPoint;
        return result.ReceivedBytes;
    }

    /// <summary>Begins <see cref="ReceiveMessageFromAsync(Memory{byte}, SocketFlags, EndPoint, CancellationToken)"/>.</summary>
    /// <param name="callback">Called when it is over.</param>
    /// <param name="state">What <see cref="IAsyncResult.AsyncState"/> gives.</param>
    public IAsyncResult BeginReceiveMessageFrom(byte[] buffer, int offset, int size, SocketFlags socketFlags, ref EndPoint remoteEP, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(ReceiveMessageFromAsync(ToMemory(buffer, offset, size), socketFlags, remoteEP, CancellationToken.None).AsTask(), callback, state);

    /// <summary>Waits for the end of a <c>BeginReceiveMessageFrom</c>.</summary>
    /// <param name="asyncResult">What it gave.</param>
    /// <param name="socketFlags">Becomes <see cref="SocketFlags.Truncated"/> if some of the datagram was lost.</param>
    /// <param name="endPoint">Becomes the sender.</param>
    /// <param name="ipPacketInformation">The address that it was sent to and the index of the interface.</param>
    public int EndReceiveMessageFrom(IAsyncResult asyncResult, ref SocketFlags socketFlags, ref EndPoint endPoint, out IPPacketInformation ipPacketInformation)
    {
        var result = TaskToAsyncResult.End<SocketReceiveMessageFromResult>(asyncResult);
        socketFlags = result.SocketFlags;
        endPoint = result.RemoteEndPoint;
        ipPacketInformation = result.PacketInformation;
        return result.ReceivedBytes;
    }

    /// <summary>Begins <see cref="SendFileAsync(string?, CancellationToken)"/>.</summary>
    /// <param name="callback">Called when it is over.</param>
    /// <param name="state">What <see cref="IAsyncResult.AsyncState"/> gives.</param>
    public IAsyncResult BeginSendFile(string? fileName, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(SendFileAsync(fileName, CancellationToken.None).AsTask(), callback, state);

    /// <summary>Begins <see cref="SendFileAsync(string?, CancellationToken)"/>.</summary>
    /// <param name="callback">Called when it is over.</param>
    /// <param name="state">What <see cref="IAsyncResult.AsyncState"/> gives.</param>
    public IAsyncResult BeginSendFile(string? fileName, byte[]? preBuffer, byte[]? postBuffer, TransmitFileOptions flags, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(SendFileAsync(fileName, preBuffer, postBuffer, flags, CancellationToken.None).AsTask(), callback, state);

    /// <summary>Waits for the end of a <c>BeginSendFile</c>.</summary>
    /// <param name="asyncResult">What it gave.</param>
    public void EndSendFile(IAsyncResult asyncResult) => TaskToAsyncResult.End(asyncResult);

    private static IAsyncResult? BeginUnlessFailed(Task<int> task, out SocketError errorCode, AsyncCallback? callback, object? state)
    {
        errorCode = task.Exception?.InnerException is SocketException failed ? failed.SocketErrorCode : SocketError.Success;
        return errorCode == SocketError.Success ? TaskToAsyncResult.Begin(task, callback, state) : null;
    }

    private static int End(IAsyncResult asyncResult, out SocketError errorCode)
    {
        errorCode = SocketError.Success;
        try
        {
            return TaskToAsyncResult.End<int>(asyncResult);
        }
        catch (SocketException failed)
        {
            errorCode = failed.SocketErrorCode;
            return 0;
        }
    }

    private Memory<byte> ToMemory(byte[] buffer, int offset, int size)
    {
        CheckBuffer(buffer, offset, size);
        return buffer.AsMemory(offset, size);
    }

    private async Task<(Socket Socket, byte[] Buffer, int Count)> AcceptAndReceive(Socket? acceptSocket, int receiveSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(receiveSize);
        var socket = await AcceptAsync(acceptSocket, CancellationToken.None).ConfigureAwait(false);
        var buffer = receiveSize == 0 ? [] : new byte[receiveSize];
        var count = receiveSize == 0 ? 0 : await socket.ReceiveAsync(buffer.AsMemory(), SocketFlags.None, CancellationToken.None).ConfigureAwait(false);
        return (socket, buffer, count);
    }
}
