using System;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using NetworkStream = SharpTcp.Sockets.NetworkStream;

namespace SharpTcp.Cli;

/// <summary>A second SharpTCP as the peer, where the machine gives no network namespace.</summary>
internal sealed class StackPeer(NetworkStack stack, IPAddress ipv4, IPAddress ipv6) : IDemoPeer
{
    /// <inheritdoc/>
    public string Name => "memory";

    /// <inheritdoc/>
    public IReadOnlyList<IPAddress> Addresses => [ipv4, ipv6];

    /// <inheritdoc/>
    public Task WaitReadyAsync(CancellationToken cancellation) => stack.WaitReadyAsync(cancellation);

    /// <inheritdoc/>
    public Task<TimeSpan> PingAsync(IPAddress address, int size, CancellationToken cancellation) =>
        stack.PingAsync(address, RandomNumberGenerator.GetBytes(size), cancellation).AsTask();

    /// <inheritdoc/>
    public async Task<byte[]> ExchangeAsync(IPEndPoint service, byte[] datagram, CancellationToken cancellation)
    {
        using var socket = new Socket(stack, service.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(service, cancellation);
        await socket.SendAsync(datagram, cancellation);
        var answer = new byte[ushort.MaxValue];
        var length = await socket.ReceiveAsync(answer.AsMemory(), cancellation);
        return answer[..length];
    }

    /// <inheritdoc/>
    public async Task<Stream> ConnectAsync(IPEndPoint service, CancellationToken cancellation) =>
        await stack.ConnectAsync(service.Address.ToString(), service.Port, cancellation);

    /// <inheritdoc/>
    public void EndSending(Stream connection) => ((NetworkStream)connection).Socket.Shutdown(SocketShutdown.Send);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => stack.DisposeAsync();
}
