using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using System.Threading;
using System.Threading.Tasks;
using SharpTcp.Protocols;
using SharpTcp.Wire;
using Socket = SharpTcp.Sockets.Socket;

namespace SharpTcp.Names;

/// <summary>Connects to a name: drives <see cref="HappyEyeballs"/> with lookups, attempts and the clock. The first attempt that succeeds ends the others.</summary>
internal sealed class NameConnector(NetworkStack stack, string host, int port)
{
    private readonly HappyEyeballs _eyeballs = new();
    private readonly List<Task<Socket>> _attempts = [];
    private readonly CancellationTokenSource _others = new();
    private Exception? _firstFailure;

    /// <summary>Connects.</summary>
    /// <exception cref="SocketException">The name has no address, or none could be connected to: then it is the failure of the first attempt.</exception>
    public async Task<Socket> ConnectAsync(CancellationToken cancellation)
    {
        var lookup = stack.Dns.Look(host, AddressFamily.Unspecified);
        Task<FamilyAnswer>? ipv6 = lookup.IPv6, ipv4 = lookup.IPv4;
        using var _ = cancellation.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _others);
        try
        {
            while (true)
            {
                Take(ref ipv6, isIPv6: true);
                Take(ref ipv4, isIPv6: false);
                if (TakeConnected() is { } socket)
                {
                    return socket;
                }

                while (_eyeballs.TryNext(stack.Shard.Now, out var address))
                {
                    _attempts.Add(AttemptAsync(address));
                }

                cancellation.ThrowIfCancellationRequested();
                if (_eyeballs.IsExhausted && _attempts.Count == 0)
                {
                    ThrowFailure(await lookup.IPv4.ConfigureAwait(false), await lookup.IPv6.ConfigureAwait(false));
                }

                await WaitAsync(ipv6, ipv4, cancellation).ConfigureAwait(false);
            }
        }
        finally
        {
            await EndOthersAsync().ConfigureAwait(false);
        }
    }

    private void Take(ref Task<FamilyAnswer>? lookup, bool isIPv6)
    {
        if (lookup is { IsCompleted: true })
        {
            _eyeballs.OnAddresses(isIPv6, lookup.Result.Addresses, stack.Shard.Now);
            lookup = null;
        }
    }

    private Socket? TakeConnected()
    {
        for (var i = _attempts.Count - 1; i >= 0; i--)
        {
            var attempt = _attempts[i];
            if (!attempt.IsCompleted)
            {
                continue;
            }

            _attempts.RemoveAt(i);
            if (attempt.IsCompletedSuccessfully)
            {
                return attempt.Result;
            }

            _firstFailure ??= attempt.Exception?.InnerException;
            _eyeballs.OnFailed(stack.Shard.Now);
        }

        return null;
    }

    private async Task WaitAsync(Task? ipv6, Task? ipv4, CancellationToken cancellation)
    {
        List<Task> events = [.. _attempts];
        events.AddRange(ipv6 is null ? [] : [ipv6]);
        events.AddRange(ipv4 is null ? [] : [ipv4]);
        using var alarm = new ShardAlarm(stack.Shard, _eyeballs.Deadline, cancellation);
        events.Add(alarm.WaitAsync());
        await Task.WhenAny(events).ConfigureAwait(false);
    }

    private async Task<Socket> AttemptAsync(IpAddress address)
    {
        var peer = new IPEndPoint(address.ToIPAddress(), port);
        var socket = new Socket(stack, peer.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(peer, _others.Token).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task EndOthersAsync()
    {
        // Not CancelAsync, which would go on elsewhere than the stack's completions do.
        _others.Cancel();
        foreach (var attempt in _attempts)
        {
            try
            {
                // It may have succeeded in the meantime.
                (await attempt.ConfigureAwait(false)).Dispose();
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // It was to end.
            }
        }

        _others.Dispose();
    }

    private void ThrowFailure(FamilyAnswer ipv4, FamilyAnswer ipv6)
    {
        if (_firstFailure is not null)
        {
            ExceptionDispatchInfo.Throw(_firstFailure);
        }

        var failed = ipv4.Outcome == DnsOutcome.Failed || ipv6.Outcome == DnsOutcome.Failed;
        throw stack.Dns.Failure(failed ? DnsOutcome.Failed : ipv4.Outcome, host);
    }
}
