using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using SharpTcp.Testing;
using Xunit;
using NetworkStream = SharpTcp.Sockets.NetworkStream;

namespace SharpTcp.Cli.Tests;

/// <summary>The services over a cable in memory, as a client sees them.</summary>
public sealed class ServiceTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(50);

    public static TheoryData<string> Addresses => [.. TwoHosts.Addresses.Select(address => address.ToString())];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Addresses))]
    [Rfc("862", "1")]
    public async Task EchoReturnsBytesAsTheyCome(string address)
    {
        await using var hosts = await TwoHosts.StartAsync(Services.Echo);
        await using var connection = await hosts.ConnectAsync(IPAddress.Parse(address), ServicePort.Echo);
        foreach (var text in new[] { "a", "no line end", "\n", "malp", "ka" })
        {
            await connection.WriteAsync(Encoding.ASCII.GetBytes(text), Cancellation);
            Assert.Equal(text, Encoding.ASCII.GetString(await ReadAsync(connection, text.Length)));
        }
        connection.Socket.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await connection.ReadAsync(new byte[1], Cancellation));
    }

    [Fact]
    public async Task EchoReturnsALot()
    {
        await using var hosts = await TwoHosts.StartAsync(Services.Echo);
        await using var connection = await hosts.ConnectAsync(TwoHosts.Addresses[0], ServicePort.Echo);
        var sent = RandomNumberGenerator.GetBytes(20_000_000);
        var reading = ReadAsync(connection, sent.Length);
        await connection.WriteAsync(sent, Cancellation);
        var received = await reading;
        Assert.True(sent.AsSpan().SequenceEqual(received));
    }

    [Theory]
    [InlineData("malpka")]
    [InlineData("MALPA\r\n")]
    [InlineData("malpi")]
    public async Task EchoDrawsMonkeys(string question)
    {
        await using var hosts = await TwoHosts.StartAsync(Services.Echo);
        await using var connection = await hosts.ConnectAsync(TwoHosts.Addresses[1], ServicePort.Echo);
        using var datagrams = await hosts.OpenDatagramsAsync(TwoHosts.Addresses[0], ServicePort.Echo);
        var words = Encoding.ASCII.GetBytes(question);
        var drawing = Monkeys.Answer(words).ToArray();
        await connection.WriteAsync(words, Cancellation);
        Assert.Equal(drawing, await ReadAsync(connection, drawing.Length));
        Assert.Equal(drawing, await AskAsync(datagrams, words));
    }

    [Theory]
    [MemberData(nameof(Addresses))]
    [Rfc("1122", "UDP-12")]
    [Rfc("1122", "IP-123")]
    public async Task EchoAnswersDatagramsFromTheAddressThatWasAsked(string address)
    {
        await using var hosts = await TwoHosts.StartAsync(Services.Echo);
        // A connected socket takes datagrams from its peer's address only.
        using var socket = await hosts.OpenDatagramsAsync(IPAddress.Parse(address), ServicePort.Echo);
        foreach (var length in new[] { 1, 0, 1000, 20_000 })
        {
            var datagram = RandomNumberGenerator.GetBytes(length);
            Assert.Equal(datagram, await AskAsync(socket, datagram));
        }
    }

    [Theory]
    [InlineData(ServicePort.Echo)]
    [InlineData(ServicePort.Discard)]
    [InlineData(ServicePort.Daytime)]
    [InlineData(ServicePort.Chargen)]
    public async Task ADatagramFromAServicePortIsIgnored(int port)
    {
        await using var hosts = await TwoHosts.StartAsync(Services.Echo);
        using var service = await hosts.OpenDatagramsAsync(TwoHosts.Addresses[0], ServicePort.Echo, port);
        using var client = await hosts.OpenDatagramsAsync(TwoHosts.Addresses[0], ServicePort.Echo);
        await service.SendAsync("loop"u8.ToArray(), SocketFlags.None, Cancellation);
        // The one behind it is answered, so the first has been seen; and the cable keeps the order.
        await AskAsync(client, "after"u8.ToArray());
        Assert.Equal(0, service.Available);
    }

    [Fact]
    [Rfc("863", "1")]
    public async Task DiscardTakesAllAndCloses()
    {
        await using var hosts = await TwoHosts.StartAsync(Services.Discard);
        await using var connection = await hosts.ConnectAsync(TwoHosts.Addresses[0], ServicePort.Discard);
        await connection.WriteAsync(new byte[5_000_000], Cancellation);
        connection.Socket.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await connection.ReadAsync(new byte[1], Cancellation));
    }

    [Fact]
    [Rfc("867", "1")]
    public async Task DaytimeTellsOneLineAndCloses()
    {
        await using var hosts = await TwoHosts.StartAsync(Services.Daytime, new FixedTime());
        await using var connection = await hosts.ConnectAsync(TwoHosts.Addresses[1], ServicePort.Daytime);
        using var reader = new StreamReader(connection);
        Assert.Equal("Monday, February 22, 1982 17:37:43-UTC\r\n", await reader.ReadToEndAsync(Cancellation));
        using var datagrams = await hosts.OpenDatagramsAsync(TwoHosts.Addresses[0], ServicePort.Daytime);
        Assert.Equal("Monday, February 22, 1982 17:37:43-UTC\r\n", Encoding.ASCII.GetString(await AskAsync(datagrams, "?"u8.ToArray())));
    }

    [Fact]
    [Rfc("864", "1")]
    public async Task ChargenStreamsLinesThatBeginOneCharacterLater()
    {
        await using var hosts = await TwoHosts.StartAsync(Services.Chargen);
        await using var connection = await hosts.ConnectAsync(TwoHosts.Addresses[0], ServicePort.Chargen);
        await connection.WriteAsync("ignored"u8.ToArray(), Cancellation);
        using var reader = new StreamReader(connection, leaveOpen: true);
        for (var line = 0; line < 20_000; line++)
        {
            var text = await reader.ReadLineAsync(Cancellation);
            Assert.Equal(ChargenService.LineLength, text!.Length);
            Assert.Equal((char)(' ' + (line % 95)), text[0]);
            Assert.Equal((char)(' ' + ((line + 71) % 95)), text[71]);
        }
    }

    [Fact]
    public async Task ThousandsOfConnectionsAreServedAtOnce()
    {
        const int Count = 2000;
        await using var hosts = await TwoHosts.StartAsync(Services.Echo);
        var connections = new NetworkStream[Count];
        for (var index = 0; index < Count; index++)
            connections[index] = await hosts.ConnectAsync(TwoHosts.Addresses[0], ServicePort.Echo);
        for (var index = 0; index < Count; index++)
            await connections[index].WriteAsync(BitConverter.GetBytes(index), Cancellation);
        for (var index = 0; index < Count; index++)
            Assert.Equal(index, BitConverter.ToInt32(await ReadAsync(connections[index], 4)));
        foreach (var connection in connections)
            await connection.DisposeAsync();
    }

    [Fact]
    public async Task StoppingSaysGoodbye()
    {
        await using var hosts = await TwoHosts.StartAsync(Services.Echo | Services.Discard);
        await using var polite = await hosts.ConnectAsync(TwoHosts.Addresses[0], ServicePort.Echo);
        await using var stubborn = await hosts.ConnectAsync(TwoHosts.Addresses[0], ServicePort.Discard);
        await polite.WriteAsync("x"u8.ToArray(), Cancellation);
        await ReadAsync(polite, 1);
        var stopping = hosts.StopServicesAsync(Soon);
        // FIN to both ...
        Assert.Equal(0, await polite.ReadAsync(new byte[1], Cancellation));
        Assert.Equal(0, await stubborn.ReadAsync(new byte[1], Cancellation));
        polite.Dispose();
        await stopping;
        // ... and RST to the one that did not close.
        await Assert.ThrowsAsync<IOException>(async () =>
        {
            while (true)
                await stubborn.WriteAsync(new byte[1000], Cancellation);
        });
    }

    private static async Task<byte[]> ReadAsync(NetworkStream connection, int length)
    {
        var bytes = new byte[length];
        await connection.ReadExactlyAsync(bytes, Cancellation);
        return bytes;
    }

    private static async Task<byte[]> AskAsync(SharpTcp.Sockets.Socket socket, byte[] datagram)
    {
        await socket.SendAsync(datagram, SocketFlags.None, Cancellation);
        var answer = new byte[ushort.MaxValue];
        return answer[..await socket.ReceiveAsync(answer.AsMemory(), SocketFlags.None, Cancellation)];
    }

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(1982, 2, 22, 17, 37, 43, TimeSpan.Zero);
    }
}
