using System;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Threading.Tasks;
using SharpTcp.Cli;
using Xunit;

namespace SharpTcp.Interop.Tests;

/// <summary>100 MiB through a connection, in single packets that are all dissected, and in super-frames.</summary>
public sealed class BulkTests
{
    private const long Size = 100 << 20;
    private const int HashingPort = 4009;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static TheoryData<AddressFamily, bool> BothFamilies => new()
    {
        { AddressFamily.InterNetwork, false },
        { AddressFamily.InterNetworkV6, false },
        { AddressFamily.InterNetwork, true },
        { AddressFamily.InterNetworkV6, true },
    };

    [Theory]
    [MemberData(nameof(BothFamilies))]
    public Task Echo_returns_every_byte(AddressFamily family, bool offloads) => RunAsync(offloads, async lab =>
    {
        using var client = await lab.ConnectFromPeerAsync(family, ServicePort.Echo);
        using var stream = new KernelStream(client);
        var received = Flow.ReceiveAsync(stream, lab.Cancellation);
        await Flow.SendAsync(stream, 1, Size, lab.Cancellation);
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal((Size, Pattern.Digest(1, Size)), await received);
    });

    [Theory]
    [MemberData(nameof(BothFamilies))]
    public Task Discard_takes_every_byte(AddressFamily family, bool offloads) => RunAsync(offloads, async lab =>
    {
        // The service itself keeps nothing to compare: a server that does the same and hashes stands beside it.
        using var listener = lab.Stack.Listen(HashingPort);
        var hashed = HashOneAsync(lab, listener);
        foreach (var port in (int[])[HashingPort, ServicePort.Discard])
        {
            using var client = await lab.ConnectFromPeerAsync(family, port);
            using var stream = new KernelStream(client);
            await Flow.SendAsync(stream, 2, Size, lab.Cancellation);
            client.Shutdown(SocketShutdown.Send);
            Assert.Equal(0, await stream.ReadAsync(new byte[1], lab.Cancellation));
        }
        Assert.Equal((Size, Pattern.Digest(2, Size)), await hashed);
    });

    [Theory]
    [MemberData(nameof(BothFamilies))]
    public Task Chargen_sends_what_RFC_864_says(AddressFamily family, bool offloads) => RunAsync(offloads, async lab =>
    {
        using var client = await lab.ConnectFromPeerAsync(family, ServicePort.Chargen);
        using var stream = new KernelStream(client);
        Assert.Equal((Size, ChargenDigest(Size)), await Flow.ReceiveAsync(stream, lab.Cancellation, Size));
    });

    private static Task RunAsync(bool offloads, Func<NetLab, Task> test) => NetLab.RunAsync(new LabOptions { Offloads = offloads, Limit = Limit }, async lab =>
    {
        await test(lab);
        await lab.NothingIsLeftAsync();
    });

    private static async Task<(long Length, string Digest)> HashOneAsync(NetLab lab, Sockets.TcpListener listener)
    {
        using var socket = await listener.AcceptSocketAsync(lab.Cancellation);
        using var stream = new StackStream(socket, ownsSocket: false);
        return await Flow.ReceiveAsync(stream, lab.Cancellation);
    }

    // RFC 864, "72 character lines": each begins one printing character later.
    private static string ChargenDigest(long length)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> line = stackalloc byte[74];
        for (var number = 0; length > 0; number++)
        {
            for (var column = 0; column < 72; column++)
                line[column] = (byte)(' ' + ((number + column) % 95));
            "\r\n"u8.CopyTo(line[72..]);
            hash.AppendData(line[..(int)Math.Min(length, line.Length)]);
            length -= line.Length;
        }
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
