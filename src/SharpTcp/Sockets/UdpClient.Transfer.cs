using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace SharpTcp.Sockets;

/// <summary>Sending and receiving.</summary>
public sealed partial class UdpClient
{
    /// <summary>Sends a datagram to a peer and blocks meanwhile.</summary>
    /// <param name="dgram">Its payload.</param>
    /// <param name="endPoint">To whom; null sends to the peer of <see cref="Connect(IPEndPoint)"/>.</param>
    /// <returns>The number of bytes: all of them.</returns>
    /// <exception cref="InvalidOperationException">There are two peers, or none.</exception>
    /// <exception cref="SocketException">It could not be sent, or an earlier datagram's error.</exception>
    public int Send(ReadOnlySpan<byte> dgram, IPEndPoint? endPoint) =>
        Destination(endPoint) is { } peer ? Open.SendTo(dgram, SocketFlags.None, peer) : Open.Send(dgram, SocketFlags.None);

    /// <inheritdoc cref="Send(ReadOnlySpan{byte}, IPEndPoint?)"/>
    public int Send(ReadOnlySpan<byte> dgram) => Send(dgram, null);

    /// <inheritdoc cref="Send(ReadOnlySpan{byte}, IPEndPoint?)"/>
    /// <param name="bytes">How many bytes of it.</param>
    public int Send(byte[] dgram, int bytes, IPEndPoint? endPoint) => Send(ToMemory(dgram, bytes).Span, endPoint);

    /// <inheritdoc cref="Send(byte[], int, IPEndPoint?)"/>
    public int Send(byte[] dgram, int bytes) => Send(dgram, bytes, null);

    /// <summary>Sends a datagram.</summary>
    /// <inheritdoc cref="Send(ReadOnlySpan{byte}, IPEndPoint?)"/>
    /// <param name="datagram">Its payload.</param>
    /// <param name="cancellationToken">Gives up waiting for room on the link.</param>
    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> datagram, IPEndPoint? endPoint, CancellationToken cancellationToken = default) =>
        Destination(endPoint) is { } peer
            ? Open.SendToAsync(datagram, SocketFlags.None, peer, cancellationToken)
            : Open.SendAsync(datagram, SocketFlags.None, cancellationToken);

    /// <inheritdoc cref="SendAsync(ReadOnlyMemory{byte}, IPEndPoint?, CancellationToken)"/>
    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> datagram, CancellationToken cancellationToken = default) =>
        SendAsync(datagram, null, cancellationToken);

    /// <inheritdoc cref="SendAsync(ReadOnlyMemory{byte}, IPEndPoint?, CancellationToken)"/>
    /// <param name="bytes">How many bytes of it.</param>
    public Task<int> SendAsync(byte[] datagram, int bytes, IPEndPoint? endPoint) =>
        SendAsync(ToMemory(datagram, bytes), endPoint, CancellationToken.None).AsTask();

    /// <inheritdoc cref="SendAsync(byte[], int, IPEndPoint?)"/>
    public Task<int> SendAsync(byte[] datagram, int bytes) => SendAsync(datagram, bytes, null);

    /// <summary>Receives a datagram and blocks meanwhile.</summary>
    /// <param name="remoteEP">Becomes the sender.</param>
    /// <returns>A copy of it.</returns>
    public byte[] Receive(ref IPEndPoint? remoteEP)
    {
        EndPoint from = Any;
        var count = Open.ReceiveFrom(_buffer, SocketFlags.None, ref from);
        remoteEP = (IPEndPoint)from;
        return _buffer.AsSpan(0, count).ToArray();
    }

    /// <inheritdoc cref="ReceiveAsync(CancellationToken)"/>
    public Task<UdpReceiveResult> ReceiveAsync() => ReceiveAsync(CancellationToken.None).AsTask();

    /// <summary>Receives a datagram. One call at a time.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>A copy of the datagram, and the sender.</returns>
    public ValueTask<UdpReceiveResult> ReceiveAsync(CancellationToken cancellationToken)
    {
        return Copy(Open.ReceiveFromAsync(_buffer.AsMemory(), SocketFlags.None, Any, cancellationToken));

        async ValueTask<UdpReceiveResult> Copy(ValueTask<SocketReceiveFromResult> receive)
        {
            var result = await receive.ConfigureAwait(false);
            return new UdpReceiveResult(_buffer.AsSpan(0, result.ReceivedBytes).ToArray(), (IPEndPoint)result.RemoteEndPoint);
        }
    }

    /// <summary>Begins <see cref="SendAsync(byte[], int)"/>.</summary>
    /// <inheritdoc cref="BeginSend(byte[], int, IPEndPoint?, AsyncCallback?, object?)"/>
    public IAsyncResult BeginSend(byte[] datagram, int bytes, AsyncCallback? requestCallback, object? state) =>
        BeginSend(datagram, bytes, null, requestCallback, state);

    /// <summary>Begins <see cref="SendAsync(byte[], int, IPEndPoint?)"/>.</summary>
    /// <param name="datagram">The payload.</param>
    /// <param name="bytes">How many bytes of it.</param>
    /// <param name="endPoint">To whom; null sends to the peer of <see cref="Connect(IPEndPoint)"/>.</param>
    /// <param name="requestCallback">Called when it is over.</param>
    /// <param name="state">What <see cref="IAsyncResult.AsyncState"/> gives.</param>
    public IAsyncResult BeginSend(byte[] datagram, int bytes, IPEndPoint? endPoint, AsyncCallback? requestCallback, object? state) =>
        TaskToAsyncResult.Begin(SendAsync(datagram, bytes, endPoint), requestCallback, state);

    /// <summary>Waits for the end of a <c>BeginSend</c>.</summary>
    /// <param name="asyncResult">What it gave.</param>
    public int EndSend(IAsyncResult asyncResult) => TaskToAsyncResult.End<int>(asyncResult);

    /// <summary>Begins <see cref="ReceiveAsync()"/>.</summary>
    /// <param name="requestCallback">Called when it is over.</param>
    /// <param name="state">What <see cref="IAsyncResult.AsyncState"/> gives.</param>
    public IAsyncResult BeginReceive(AsyncCallback? requestCallback, object? state) => TaskToAsyncResult.Begin(ReceiveAsync(), requestCallback, state);

    /// <summary>Waits for the end of a <see cref="BeginReceive"/>.</summary>
    /// <param name="asyncResult">What it gave.</param>
    /// <param name="remoteEP">Becomes the sender.</param>
    public byte[] EndReceive(IAsyncResult asyncResult, ref IPEndPoint? remoteEP)
    {
        var result = TaskToAsyncResult.End<UdpReceiveResult>(asyncResult);
        remoteEP = result.RemoteEndPoint;
        return result.Buffer;
    }

    private IPEndPoint Any => new(Open.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);

    private IPEndPoint? Destination(IPEndPoint? given)
    {
        if (given is null)
        {
            return Open.RemoteEndPoint is not null ? null : throw new InvalidOperationException("There is nobody to send to: connect the client, or name a peer.");
        }

        if (Open.Connected)
        {
            throw new InvalidOperationException("The client is connected: it sends to its peer only.");
        }

        AllowBroadcast(given.Address);
        return given;
    }

    private static ReadOnlyMemory<byte> ToMemory(byte[] datagram, int bytes)
    {
        ArgumentNullException.ThrowIfNull(datagram);
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, datagram.Length);
        return datagram.AsMemory(0, bytes);
    }
}
