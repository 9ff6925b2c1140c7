using System;
using System.Collections.Generic;
using System.Net;
using System.Threading.Tasks;
using SharpTcp.Links;
using SharpTcp.Names;
using SharpTcp.Protocols;
using SharpTcp.Sockets;
using Xunit;

namespace SharpTcp.Tests.Sockets;

/// <summary>Two stacks on one cable, pumped by hand in virtual time; continuations run inline. A fault in either fails the test.</summary>
public sealed class TwoStacks : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    private readonly List<Exception> _faults = [];

    public TwoStacks(LinkOffloads offloads = LinkOffloads.All, HostOptions? host = null, InterfaceSettings? client = null, Func<ILink, ILink>? around = null, DnsSettings? dns = null)
    {
        var (first, second) = MemoryLink.CreatePair(new LinkCapabilities(LinkMedium.Ethernet, 1500, offloads));
        Client = Make(around?.Invoke(first) ?? first, 1, host, client, dns);
        Server = Make(second, 2, host);
        Settle();
    }

    public static IPAddress ClientAddress { get; } = IPAddress.Parse("10.0.0.1");

    public static IPAddress ServerAddress { get; } = IPAddress.Parse("10.0.0.2");

    public static IPAddress ServerAddress6 { get; } = IPAddress.Parse("2001:db8::2");

    public VirtualTime Time { get; } = new();

    public NetworkStack Client { get; }

    public NetworkStack Server { get; }

    /// <summary>Carries everything that is under way, without letting time pass.</summary>
    /// <returns>How long until something is due, or null.</returns>
    public TimeSpan? Settle()
    {
        TimeSpan? client;
        TimeSpan? server;
        do
        {
            client = Client.Pump();
            server = Server.Pump();
        }
        while (Client.Shard.IsSignaled || Server.Shard.IsSignaled);

        return client is null || server < client ? server : client;
    }

    /// <summary>Lets a time pass, with everything that happens in it.</summary>
    public void Pass(TimeSpan span)
    {
        var left = span;
        while (Settle() is { } next && next <= left)
        {
            Time.Advance(next);
            left -= next;
        }

        Time.Advance(left);
        Settle();
    }

    /// <summary>Lets as much time pass as a task takes.</summary>
    public void Run(Task task)
    {
        for (var passed = TimeSpan.Zero; !task.IsCompleted;)
        {
            var next = Settle();
            if (task.IsCompleted)
            {
                break;
            }

            Assert.True(next is not null, "the task waits for nothing that could still happen");
            Assert.True((passed += next.Value) < Patience, "the task takes too long");
            Time.Advance(next.Value);
        }

        Settle();
        Assert.Empty(_faults);
        task.GetAwaiter().GetResult();
    }

    public T Run<T>(Task<T> task)
    {
        Run((Task)task);
        return task.GetAwaiter().GetResult();
    }

    public void Run(ValueTask task) => Run(task.AsTask());

    public T Run<T>(ValueTask<T> task) => Run(task.AsTask());

    /// <summary>A connection: the client's and the server's socket.</summary>
    public (Socket Client, Socket Server) Connect(Action<Socket>? configure = null)
    {
        using var listener = new TcpListener(Server, new IPEndPoint(IPAddress.Any, 0));
        listener.Start();
        var client = new Socket(Client, System.Net.Sockets.AddressFamily.InterNetwork, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        configure?.Invoke(client);
        var accept = listener.AcceptSocketAsync();
        Run(client.ConnectAsync(ServerAddress, ((IPEndPoint)listener.LocalEndpoint).Port));
        return (client, Run(accept));
    }

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
        Assert.Empty(_faults);
    }

    private NetworkStack Make(ILink link, int number, HostOptions? host, InterfaceSettings? settings = null, DnsSettings? dns = null)
    {
        var stack = new NetworkStack(new NetworkStackOptions
        {
            TimeProvider = Time,
            Entropy = new SeededEntropy(number),
            InlineCompletions = true,
            Dns = dns ?? new DnsSettings(),
            Host = (host ?? new HostOptions()) with { OnFault = (exception, _) => _faults.Add(exception) },
        });
        stack.AddInterface(link, settings ?? new InterfaceSettings
        {
            Addresses = [$"10.0.0.{number}/24", $"2001:db8::{number}/64"],
            DuplicateAddressDetection = false,
        });
        return stack;
    }
}
