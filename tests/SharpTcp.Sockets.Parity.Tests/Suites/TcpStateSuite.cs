using System;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Xunit;

namespace SharpTcp.Sockets.Parity.Tests;

/// <summary>A TCP socket in one state, and what each call says then. A call that would wait without end is not made, or its socket does not block.</summary>
public abstract class TcpStateSuite(IWorld world) : Suite(world)
{
    /// <summary>A peer that is named and is not there.</summary>
    protected static IPEndPoint Somewhere { get; } = new(IPAddress.Loopback, 9);

    /// <summary>Where nobody listens.</summary>
    protected IPEndPoint Refuses => Nobody();

    protected abstract ISocket InState();

    protected void Says(string expected, Func<ISocket, object?> call) => Assert.Equal(expected, Said(Call(call)));

    protected void Says(string expected, Action<ISocket> call)
    {
        var socket = NonBlocking(InState());
        Assert.Equal(expected, Said(() => call(socket)));
    }

    protected async Task SaysAsync(string expected, Func<ISocket, Task> call)
    {
        var socket = InState();
        Assert.Equal(expected, await SaidAsync(() => call(socket)));
    }

    protected static void Twice(Action action)
    {
        action();
        action();
    }

    protected static ISocket Make(ISocket socket, Action<ISocket> change)
    {
        change(socket);
        return socket;
    }

    /// <summary>The accepted side of a connection, after its peer did something, of which it has word if it waits.</summary>
    protected ISocket WithPeer(Action<ISocket> peer, bool waits)
    {
        var (client, server) = Pair();
        peer(client);
        if (waits)
        {
            Readable(server);
        }

        return server;
    }

    protected ISocket WasReset(params byte[] before)
    {
        var (client, server) = Pair();
        if (before.Length > 0)
        {
            client.Send(before);
            Readable(server);
        }

        client.LingerState = new LingerOption(true, 0);
        client.Close();
        Until(() => server.Poll(0, SelectMode.SelectError));
        return server;
    }

    /// <summary>A socket that does not block, if it is one that can.</summary>
    protected static ISocket NonBlocking(ISocket socket)
    {
        Said(() => socket.Blocking = false);
        return socket;
    }

    private Func<object?> Call(Func<ISocket, object?> call)
    {
        var socket = NonBlocking(InState());
        return () => call(socket);
    }
}
