using System;
using System.Net;
using System.Threading.Tasks;
using SharpTcp.Links;
using SharpTcp.Protocols;

namespace SharpTcp.Tests.Sockets;

/// <summary>Two stacks on one cable, each with its thread and the system's clock.</summary>
public sealed class RunningStacks : IAsyncDisposable
{
    public RunningStacks(bool inline = false)
    {
        var (first, second) = MemoryLink.CreatePair(new LinkCapabilities(LinkMedium.Ethernet, 1500, LinkOffloads.All));
        Client = Make(first, 1, inline);
        Server = Make(second, 2, inline);
    }

    public static IPAddress ServerAddress { get; } = IPAddress.Parse("10.0.0.2");

    public NetworkStack Client { get; }

    public NetworkStack Server { get; }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Server.DisposeAsync();
    }

    private static NetworkStack Make(ILink link, int number, bool inline)
    {
        var stack = new NetworkStack(new NetworkStackOptions { InlineCompletions = inline });
        stack.AddInterface(link, new InterfaceSettings { Addresses = [$"10.0.0.{number}/24"], IPv6LinkLocal = false });
        stack.Start();
        return stack;
    }
}
