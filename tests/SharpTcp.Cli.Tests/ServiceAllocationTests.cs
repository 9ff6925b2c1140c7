using System;
using System.Net.Sockets;
using System.Threading.Tasks;
using Xunit;

namespace SharpTcp.Cli.Tests;

/// <summary>Alone in the process while they run: they count what all threads allocate.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class Alone;

/// <summary>Steady traffic through the services costs no heap allocation on any thread.</summary>
[Collection(typeof(Alone))]
public sealed class ServiceAllocationTests
{
    private const int Rounds = 20_000;

    // What the runtime allocates now and then by itself, far below a byte a round.
    private const long Tolerance = Rounds;

    [Fact]
    public async Task EchoOverTcpAllocatesNothing()
    {
        await using var hosts = await TwoHosts.StartAsync(Services.Echo);
        await using var connection = await hosts.ConnectAsync(TwoHosts.Addresses[0], ServicePort.Echo);
        await CheckAsync(connection.Socket);
    }

    [Fact]
    public async Task EchoOverUdpAllocatesNothing()
    {
        await using var hosts = await TwoHosts.StartAsync(Services.Echo);
        using var socket = await hosts.OpenDatagramsAsync(TwoHosts.Addresses[1], ServicePort.Echo);
        await CheckAsync(socket);
    }

    private static async Task CheckAsync(SharpTcp.Sockets.Socket socket)
    {
        await ExchangeAsync(socket, Rounds);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await ExchangeAsync(socket, Rounds);
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        Assert.True(allocated < Tolerance, $"{allocated} bytes were allocated in {Rounds} rounds.");
    }

    private static async Task ExchangeAsync(SharpTcp.Sockets.Socket socket, int rounds)
    {
        var question = new byte[200];
        var answer = new byte[2000];
        for (var round = 0; round < rounds; round++)
        {
            await socket.SendAsync(question, SocketFlags.None, TestContext.Current.CancellationToken);
            for (var length = 0; length < question.Length;)
                length += await socket.ReceiveAsync(answer.AsMemory(), SocketFlags.None, TestContext.Current.CancellationToken);
        }
    }
}
