using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using SharpTcp.Protocols;

namespace SharpTcp.Cli;

/// <summary>The tour of the demo: each step does something with the peer, checks it and says what came out.</summary>
internal sealed class DemoTour(NetworkStack stack, NetworkInterface attached, IReadOnlyList<IPAddress> own, IDemoPeer peer, DemoScreen screen, ErrorLog log)
{
    private const long BulkLength = 1L << 30;
    private const int Mtu = 1500;
    private const int LargeDatagram = 20_000;

    private static readonly TimeSpan StepLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BulkLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(400);

    private readonly ServiceHost _services = new((family, type) => new Socket(stack, family, type, ProtocolType.Unspecified), TimeProvider.System, log.Write);

    /// <summary>Runs all steps; one that fails does not keep the others from running.</summary>
    /// <returns>How many passed, and how many there are.</returns>
    public async Task<(int Passed, int Count)> RunAsync(CancellationToken cancellation)
    {
        using var bulk = new BulkServer(stack);
        (string Name, TimeSpan Limit, Func<CancellationToken, Task<string>> Run)[] steps =
        [
            ("addresses come up", StepLimit, AddressesAsync),
            ($"the peer pings SharpTCP", StepLimit, limit => PingAsync(own, peer.PingAsync, limit)),
            ("SharpTCP pings the peer", StepLimit, limit => PingAsync(peer.Addresses, PingFromHereAsync, limit)),
            ("UDP echo in fragments both ways", StepLimit, DatagramsAsync),
            ("TCP echo", StepLimit, EchoAsync),
            ("download of 1 GiB", BulkLimit, limit => DownloadAsync(bulk, limit)),
            ("upload of 1 GiB", BulkLimit, limit => UploadAsync(bulk, limit)),
            ("the monkeys", StepLimit, MonkeysAsync),
            ("counters", StepLimit, _ => Task.FromResult(CheckCounters())),
            ("clean shut-down", StepLimit, ShutDownAsync),
        ];
        var passed = 0;
        for (var index = 0; index < steps.Length; index++)
        {
            var (name, limit, run) = steps[index];
            using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            timer.CancelAfter(limit);
            try
            {
                screen.Passed(index + 1, steps.Length, name, await run(timer.Token));
                passed++;
            }
            catch (Exception exception) when (!cancellation.IsCancellationRequested)
            {
                screen.Failed(index + 1, steps.Length, name, exception is OperationCanceledException ? $"not done after {limit.TotalSeconds:0} s" : exception.Message);
            }
        }
        return (passed, steps.Length);
    }

    private async Task<string> AddressesAsync(CancellationToken cancellation)
    {
        await stack.WaitReadyAsync(cancellation);
        await peer.WaitReadyAsync(cancellation);
        var usable = stack.GetAddresses().Where(address => address.Interface == attached && address.IsUsable).ToList();
        foreach (var address in own)
            Check(usable.Any(found => found.Prefix.Address.ToIPAddress().Equals(address)), $"{address} is not usable");
        _services.Start(Services.Echo, own);
        return string.Join(", ", usable.Select(address => address.Prefix));
    }

    private static async Task<string> PingAsync(IReadOnlyList<IPAddress> addresses, Func<IPAddress, int, CancellationToken, Task<TimeSpan>> ping, CancellationToken cancellation)
    {
        var words = new List<string>();
        foreach (var address in addresses)
        {
            await ping(address, 56, cancellation);
            var watch = Stopwatch.GetTimestamp();
            await ping(address, 56, cancellation);
            words.Add($"{address} {Stopwatch.GetElapsedTime(watch).TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture)} ms");
            await ping(address, 3 * Mtu, cancellation);
        }
        return $"{string.Join(", ", words)}; with 56 and {3 * Mtu} bytes";
    }

    private Task<TimeSpan> PingFromHereAsync(IPAddress address, int size, CancellationToken cancellation) =>
        stack.PingAsync(address, RandomNumberGenerator.GetBytes(size), cancellation).AsTask();

    private async Task<string> DatagramsAsync(CancellationToken cancellation)
    {
        var datagram = RandomNumberGenerator.GetBytes(LargeDatagram);
        foreach (var address in own)
        {
            var answer = await peer.ExchangeAsync(new IPEndPoint(address, ServicePort.Echo), datagram, cancellation);
            Check(answer.AsSpan().SequenceEqual(datagram), $"{address} returned {answer.Length} bytes that are not those sent");
        }
        return $"{LargeDatagram} bytes there and back over IPv4 and IPv6, MTU {Mtu}";
    }

    private async Task<string> EchoAsync(CancellationToken cancellation)
    {
        var message = "Hello from the other end of the cable.\n"u8.ToArray();
        foreach (var address in own)
            Check((await AskAsync(address, message, message.Length, cancellation)).AsSpan().SequenceEqual(message), $"{address} returned other bytes");
        return "the same bytes came back over IPv4 and IPv6, then both ends closed";
    }

    private async Task<string> DownloadAsync(BulkServer bulk, CancellationToken cancellation)
    {
        const ulong Seed = 1;
        var watch = Stopwatch.GetTimestamp();
        var sending = bulk.SendAsync(BulkLength, Seed, cancellation);
        var (length, digest) = await screen.WithProgressAsync("download", BulkLength, async progress =>
        {
            await using var connection = await peer.ConnectAsync(new IPEndPoint(own[0], BulkServer.DownloadPort), cancellation);
            return await DemoContent.ReadAsync(connection, progress, cancellation);
        });
        return Compare(await sending, length, digest, Stopwatch.GetElapsedTime(watch));
    }

    private async Task<string> UploadAsync(BulkServer bulk, CancellationToken cancellation)
    {
        const ulong Seed = 2;
        var watch = Stopwatch.GetTimestamp();
        var sent = Array.Empty<byte>();
        var (length, digest) = await screen.WithProgressAsync("upload", BulkLength, async progress =>
        {
            var receiving = bulk.ReceiveAsync(progress, cancellation);
            await using var connection = await peer.ConnectAsync(new IPEndPoint(own[1], BulkServer.UploadPort), cancellation);
            sent = await DemoContent.WriteAsync(connection, BulkLength, Seed, null, cancellation);
            peer.EndSending(connection);
            return await receiving;
        });
        return Compare(sent, length, digest, Stopwatch.GetElapsedTime(watch));
    }

    private static string Compare(byte[] sent, long length, byte[] received, TimeSpan time)
    {
        Check(length == BulkLength, $"{length} bytes arrived of {BulkLength}");
        Check(sent.AsSpan().SequenceEqual(received), $"SHA-256 differs: sent {Convert.ToHexStringLower(sent)}, received {Convert.ToHexStringLower(received)}");
        return string.Create(CultureInfo.InvariantCulture, $"{length * 8 / time.TotalSeconds / 1e9:0.0} Gbit/s, SHA-256 of both ends {Convert.ToHexStringLower(received)}");
    }

    private async Task<string> MonkeysAsync(CancellationToken cancellation)
    {
        var big = await AskAsync(own[0], "malpa"u8.ToArray(), Monkeys.Big.Length, cancellation);
        var small = await peer.ExchangeAsync(new IPEndPoint(own[1], ServicePort.Echo), "malpka"u8.ToArray(), cancellation);
        Check(big.AsSpan().SequenceEqual(Monkeys.Big.Span), "the big monkey is not the one that was drawn");
        Check(small.AsSpan().SequenceEqual(Monkeys.Small.Span), "the small monkey is not the one that was drawn");
        screen.Line(Encoding.ASCII.GetString(small));
        return "a small one by UDP, a big one by TCP";
    }

    private string CheckCounters()
    {
        var tcp = stack.TcpCounters;
        var frames = attached.Counters;
        Check(stack.Faults == 0, $"{stack.Faults} exceptions were contained");
        Check(tcp.BadChecksums == 0, $"{tcp.BadChecksums} segments had a bad checksum");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"TCP segments {tcp.SegmentsReceived} in, {tcp.SegmentsSent} out, {tcp.SegmentsRetransmitted} again; frames {frames.FramesIn} in, {frames.FramesOut} out");
    }

    /// <summary>The services end while a connection is open: its peer must see an orderly end of stream, not a reset.</summary>
    private async Task<string> ShutDownAsync(CancellationToken cancellation)
    {
        await using var connection = await peer.ConnectAsync(new IPEndPoint(own[0], ServicePort.Echo), cancellation);
        await connection.WriteAsync("bye"u8.ToArray(), cancellation);
        await connection.ReadExactlyAsync(new byte[3], cancellation);
        var stopping = _services.StopAsync(Grace);
        var count = await connection.ReadAsync(new byte[1], cancellation);
        Check(count == 0, "bytes came after the end");
        connection.Close();
        await stopping;
        await stack.ShutdownAsync(Grace);
        return "FIN from both ends, nothing left open";
    }

    private async Task<byte[]> AskAsync(IPAddress address, byte[] question, int answerLength, CancellationToken cancellation)
    {
        await using var connection = await peer.ConnectAsync(new IPEndPoint(address, ServicePort.Echo), cancellation);
        await connection.WriteAsync(question, cancellation);
        var answer = new byte[answerLength];
        await connection.ReadExactlyAsync(answer, cancellation);
        peer.EndSending(connection);
        Check(await connection.ReadAsync(new byte[1], cancellation) == 0, "more bytes came than were asked for");
        return answer;
    }

    private static void Check(bool holds, string otherwise)
    {
        if (!holds)
            throw new IOException(otherwise);
    }
}
