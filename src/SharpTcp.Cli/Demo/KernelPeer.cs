using System;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using KernelSocket = System.Net.Sockets.Socket;
using KernelStream = System.Net.Sockets.NetworkStream;

namespace SharpTcp.Cli;

/// <summary>The Linux kernel as the peer: this process's own sockets, in a network namespace that holds nothing but the TAP.</summary>
internal sealed class KernelPeer(IPAddress ipv4, IPAddress ipv6) : IDemoPeer
{
    /// <inheritdoc/>
    public string Name => "Linux kernel";

    /// <inheritdoc/>
    public IReadOnlyList<IPAddress> Addresses => [ipv4, ipv6];

    /// <inheritdoc/>
    public async Task WaitReadyAsync(CancellationToken cancellation)
    {
        foreach (var address in Addresses)
        {
            while (!IsUsable(address))
                await Task.Delay(TimeSpan.FromMilliseconds(20), cancellation);
        }
    }

    /// <inheritdoc/>
    public async Task<TimeSpan> PingAsync(IPAddress address, int size, CancellationToken cancellation)
    {
        using var ping = new Ping();
        var data = new byte[size];
        Random.Shared.NextBytes(data);
        var reply = await ping.SendPingAsync(address, TimeSpan.FromSeconds(3), data, new PingOptions { DontFragment = false }, cancellation);
        if (reply.Status != IPStatus.Success)
            throw new IOException($"ping of {address} with {size} bytes: {reply.Status}");
        return reply.Buffer.AsSpan().SequenceEqual(data)
            ? TimeSpan.FromMilliseconds(reply.RoundtripTime)
            : throw new IOException($"ping of {address} with {size} bytes: the answer has other bytes");
    }

    /// <inheritdoc/>
    public async Task<byte[]> ExchangeAsync(IPEndPoint service, byte[] datagram, CancellationToken cancellation)
    {
        using var socket = new KernelSocket(service.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(service, cancellation);
        await socket.SendAsync(datagram, cancellation);
        var answer = new byte[ushort.MaxValue];
        var length = await socket.ReceiveAsync(answer, cancellation);
        return answer[..length];
    }

    /// <inheritdoc/>
    public async Task<Stream> ConnectAsync(IPEndPoint service, CancellationToken cancellation)
    {
        var socket = new KernelSocket(service.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(service, cancellation);
            return new KernelStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void EndSending(Stream connection) => ((KernelStream)connection).Socket.Shutdown(SocketShutdown.Send);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // An address that the kernel still asks for cannot be bound.
    private static bool IsUsable(IPAddress address)
    {
        using var socket = new KernelSocket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Bind(new IPEndPoint(address, 0));
            return true;
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressNotAvailable)
        {
            return false;
        }
    }
}
