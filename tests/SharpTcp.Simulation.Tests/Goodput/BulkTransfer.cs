using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using SharpTcp.Protocols;
using Socket = SharpTcp.Sockets.Socket;
using TcpListener = SharpTcp.Sockets.TcpListener;

namespace SharpTcp.Simulation.Tests;

/// <summary>One stream from one host to another over one bottleneck, for a time: how many bytes the reader gets.</summary>
internal sealed class BulkTransfer
{
    private const int Port = 5001;
    private const int WriteSize = 64 * 1024;
    private const int ReadSize = 256 * 1024;

    private readonly SimulatedNetwork _network;
    private readonly SimulatedHost _client;
    private readonly SimulatedHost _server;
    private readonly Instant _from;
    private readonly Instant _until;
    private long _bytes;

    private BulkTransfer(SimulatedNetwork network, LinkConditions there, LinkConditions back, HostOptions options, TimeSpan from, TimeSpan until)
    {
        _network = network;
        _client = network.AddHost("client", options);
        _server = network.AddHost("server", options);

        // The device cuts super-segments: what crosses the bottleneck, and is lost there, are packets.
        var link = network.Connect(_client, _server, there, new LinkSetup { Offloads = LinkOffloads.All });
        link.Backward.Conditions = back;
        _from = Instant.Zero + from;
        _until = Instant.Zero + until;
    }

    /// <summary>Runs a transfer and returns the bits a second that were read between two times.</summary>
    public static double Run(ulong seed, LinkConditions there, LinkConditions back, HostOptions options, TimeSpan from, TimeSpan until)
    {
        using var network = new SimulatedNetwork(seed);
        var transfer = new BulkTransfer(network, there, back, options, from, until);
        network.Run(transfer.RunAsync);
        return transfer._bytes * 8 / (until - from).TotalSeconds;
    }

    private async Task RunAsync()
    {
        using var end = new CancellationTokenSource();
        _network.Time.Schedule(_until - _network.Time.Now, end.Cancel);
        var listener = new TcpListener(_server.Stack, new IPEndPoint(_server.Address(useIPv6: false), Port));
        listener.Start();
        var receiving = ReceiveAsync(listener, end.Token);
        var sending = SendAsync(end.Token);
        await Task.WhenAll(receiving, sending);
        listener.Stop();
    }

    private async Task SendAsync(CancellationToken end)
    {
        using var socket = new Socket(_client.Stack, AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(_server.Address(useIPv6: false), Port), end);
            var buffer = new byte[WriteSize];
            while (true)
            {
                await socket.SendAsync(buffer, end);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            // The time is over, or the link is too bad for a handshake.
        }
    }

    private async Task ReceiveAsync(TcpListener listener, CancellationToken end)
    {
        try
        {
            using var socket = await listener.AcceptSocketAsync(end);
            var buffer = new byte[ReadSize];
            while (true)
            {
                var length = await socket.ReceiveAsync(buffer, end);
                _bytes += _network.Time.Now >= _from ? length : 0;
                if (length == 0)
                {
                    break;
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
        }
    }
}
