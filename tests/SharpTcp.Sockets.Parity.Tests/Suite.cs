using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace SharpTcp.Sockets.Parity.Tests;

/// <summary>What the suites share: sockets in a state, and what a call says. Every socket that a test takes from here is closed at its end.</summary>
public abstract class Suite(IWorld world) : IAsyncDisposable
{
    /// <summary>Nothing takes so long unless it is broken.</summary>
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly List<IDisposable> _owned = [];
    private readonly List<BlockedThread> _threads = [];

    protected static byte[] Data { get; } = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

    protected static IPEndPoint Any { get; } = new(IPAddress.Any, 0);

    protected static IPEndPoint Loopback { get; } = new(IPAddress.Loopback, 0);

    protected static IPEndPoint Loopback6 { get; } = new(IPAddress.IPv6Loopback, 0);

    protected IWorld World => world;

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var one in _owned)
        {
            one.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>What a call gave, or the kind of its exception: <c>SE.</c> and the error code of a SocketException, the parameter of an ArgumentException.</summary>
    protected static string Said(Func<object?> call)
    {
        try
        {
            return ToText(call());
        }
        catch (Exception exception)
        {
            return ToText(exception);
        }
    }

    protected static string Said(Action call) => Said(() =>
    {
        call();
        return "ok";
    });

    /// <summary>The same of a call that is awaited, also if it throws before.</summary>
    protected static async Task<string> SaidAsync(Func<Task> call)
    {
        try
        {
            var task = call();
            await task.WaitAsync(Patience);
            return task is Task<int> count ? ToText(count.Result) : task is Task<ISocket> ? "socket" : "ok";
        }
        catch (Exception exception)
        {
            return ToText(exception);
        }
    }

    /// <summary>A blocking call on a thread of its own, which no other waits behind.</summary>
    protected Task<string> InBackground(Func<object?> call)
    {
        var thread = new BlockedThread();
        _threads.Add(thread);
        return Task.Factory.StartNew(
            () =>
            {
                thread.Begins();
                return Said(call);
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
    }

    /// <summary>Waits until something is so that nobody tells of.</summary>
    protected static void Until(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, Patience), "it does not come to pass");

    /// <summary>Sees to it that the calls in the background wait already. Those that are awaited do so when they have returned.</summary>
    protected async Task Settle()
    {
        foreach (var thread in _threads)
        {
            await thread.IsBlocked().WaitAsync(Patience);
        }

        await Task.Yield();
    }

    protected T Own<T>(T one)
        where T : IDisposable
    {
        _owned.Add(one);
        return one;
    }

    protected ISocket Tcp(AddressFamily family = AddressFamily.InterNetwork) => Own(world.Socket(family, SocketType.Stream, ProtocolType.Tcp));

    protected ISocket Udp(AddressFamily family = AddressFamily.InterNetwork) => Own(world.Socket(family, SocketType.Dgram, ProtocolType.Udp));

    /// <summary>A TCP socket that listens on a free port of the loopback address.</summary>
    protected ISocket Listening(IPEndPoint? at = null, int backlog = 128)
    {
        at ??= Loopback;
        var listener = Tcp(at.AddressFamily);
        listener.Bind(at);
        listener.Listen(backlog);
        return listener;
    }

    /// <summary>A connection: who made it and who accepted it.</summary>
    protected (ISocket Client, ISocket Server) Pair()
    {
        using var listener = world.Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(Loopback);
        listener.Listen();
        var client = Tcp();
        client.Connect(listener.LocalEndPoint!);
        return (client, Own(listener.Accept()));
    }

    /// <summary>A UDP socket bound to a free port of the loopback address.</summary>
    protected ISocket Bound(AddressFamily family = AddressFamily.InterNetwork)
    {
        var socket = Udp(family);
        socket.Bind(family == AddressFamily.InterNetwork ? Loopback : Loopback6);
        return socket;
    }

    /// <summary>A UDP socket and one connected to it.</summary>
    protected (ISocket Client, ISocket Server) UdpPair()
    {
        var server = Bound();
        var client = Udp();
        client.Connect(server.LocalEndPoint!);
        return (client, server);
    }

    /// <summary>An endpoint on which nobody listens.</summary>
    protected IPEndPoint Nobody(SocketType type = SocketType.Stream)
    {
        using var socket = world.Socket(AddressFamily.InterNetwork, type, type == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp);
        socket.Bind(Loopback);
        return (IPEndPoint)socket.LocalEndPoint!;
    }

    /// <summary>Waits until bytes, a datagram, or the end of the stream is there.</summary>
    protected static void Readable(ISocket socket) => Assert.True(socket.Poll(30_000_000, SelectMode.SelectRead), "nothing comes");

    /// <summary>Cuts a connection off, and waits until the other side knows.</summary>
    protected static void Reset(ISocket from, ISocket to)
    {
        from.LingerState = new LingerOption(true, 0);
        from.Close();
        Until(() => to.Poll(0, SelectMode.SelectError) || to.Poll(0, SelectMode.SelectRead));
    }

    /// <summary>Receives so many bytes.</summary>
    protected static byte[] ReceiveAll(ISocket socket, int count)
    {
        var all = new byte[count];
        for (var done = 0; done < count;)
        {
            var length = socket.Receive(all, done, count - done, SocketFlags.None);
            Assert.True(length > 0, "the stream ended early");
            done += length;
        }

        return all;
    }

    private static string ToText(object? result) => result switch
    {
        null => "null",
        Task task => task.Wait(Patience) ? task is Task<int> count ? ToText(count.Result) : task is Task<ISocket> ? "socket" : "ok" : "it does not end",
        ISocket => "socket",
        IPEndPoint => "endpoint",
        _ => FormattableString.Invariant($"{result}"),
    };

    private static string ToText(Exception exception) => exception switch
    {
        AggregateException { InnerException: { } inner } => ToText(inner),
        SocketException socket => $"SE.{socket.SocketErrorCode}",
        OperationCanceledException => "canceled",
        ArgumentException argument => $"{argument.GetType().Name}({argument.ParamName})",
        _ => exception.InnerException is SocketException cause ? $"{exception.GetType().Name}<{cause.SocketErrorCode}>" : exception.GetType().Name,
    };
}
