using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using SharpTcp.Protocols;
using Socket = SharpTcp.Sockets.Socket;
using TcpListener = SharpTcp.Sockets.TcpListener;

namespace SharpTcp.Simulation.Tests;

/// <summary>Streams from one host to another over one bottleneck, for a time: how many bytes their readers get.</summary>
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
    private readonly long[] _bytes;
    private readonly TimeSpan _stagger;

    private BulkTransfer(SimulatedNetwork network, LinkConditions there, LinkConditions back, HostOptions options, TimeSpan from, TimeSpan until, int streams, TimeSpan stagger)
    {
        _bytes = new long[streams];
        _stagger = stagger;
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
    public static double Run(ulong seed, LinkConditions there, LinkConditions back, HostOptions options, TimeSpan from, TimeSpan until) =>
        RunMany(seed, there, back, options, from, until, 1, TimeSpan.Zero)[0];

    /// <summary>Runs several transfers, each begun a while after the one before, and returns what each of them had.</summary>
    public static double[] RunMany(
        ulong seed, LinkConditions there, LinkConditions back, HostOptions options, TimeSpan from, TimeSpan until, int streams, TimeSpan stagger)
    {
        using var network = new SimulatedNetwork(seed);
        var transfer = new BulkTransfer(network, there, back, options, from, until, streams, stagger);
        network.Run(transfer.RunAsync);
        return Array.ConvertAll(transfer._bytes, bytes => bytes * 8 / (until - from).TotalSeconds);
    }

    private async Task RunAsync()
    {
        using var end = new CancellationTokenSource();
        _network.Time.Schedule(_until - _network.Time.Now, end.Cancel);
        var streams = new List<Task>();
        for (var i = 0; i < _bytes.Length; i++)
        {
            streams.Add(StreamAsync(i, end.Token));
        }

        await Task.WhenAll(streams);
    }

    private async Task StreamAsync(int index, CancellationToken end)
    {
        var listener = new TcpListener(_server.Stack, new IPEndPoint(_server.Address(useIPv6: false), Port + index));
        listener.Start();
        if (index > 0)
        {
            var turn = new TaskCompletionSource();
            _network.Time.Schedule(_stagger * index, turn.SetResult);
            await turn.Task;
        }

        var receiving = ReceiveAsync(listener, index, end);
        var sending = SendAsync(index, end);
        await Task.WhenAll(receiving, sending);
        listener.Stop();
    }

    private async Task SendAsync(int index, CancellationToken end)
    {
        using var socket = new Socket(_client.Stack, AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(_server.Address(useIPv6: false), Port + index), end);
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

    private async Task ReceiveAsync(TcpListener listener, int index, CancellationToken end)
    {
        try
        {
            using var socket = await listener.AcceptSocketAsync(end);
            var buffer = new byte[ReadSize];
            while (true)
            {
                var length = await socket.ReceiveAsync(buffer, end);
                _bytes[index] += _network.Time.Now >= _from ? length : 0;
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
