using System;
using System.Net;
using System.Threading.Tasks;
using SharpTcp.Links;
using SharpTcp.Protocols;
using Xunit;

namespace SharpTcp.AspNetCore.Tests;

/// <summary>A cable with a running stack at its client's end; what is at the server's end is the test's.</summary>
internal sealed class Cable : IAsyncDisposable
{
    public Cable()
    {
        (ServerLink, var clientLink) = MemoryLink.CreatePair(new LinkCapabilities(LinkMedium.Ethernet, 1500, LinkOffloads.All));
        Client = new NetworkStack();
        Client.AddInterface(clientLink, new InterfaceSettings { Addresses = ["10.0.0.1/24", "2001:db8::1/64"], DuplicateAddressDetection = false });
        Client.Start();
    }

    public static IPAddress ServerAddress { get; } = IPAddress.Parse("10.0.0.2");

    public static IPAddress ServerAddress6 { get; } = IPAddress.Parse("2001:db8::2");

    public static InterfaceSettings ServerSettings { get; } =
        new() { Addresses = ["10.0.0.2/24", "2001:db8::2/64"], DuplicateAddressDetection = false };

    public ILink ServerLink { get; }

    public NetworkStack Client { get; }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        Assert.Equal(0, Client.Faults);
    }
}
