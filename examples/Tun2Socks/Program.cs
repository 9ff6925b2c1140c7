// Every TCP connection that the kernel routes into a TUN device goes through a SOCKS5 proxy: see README.md beside this file for what to type.
using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Threading.Tasks;
using SharpTcp;
using SharpTcp.Links;
using SharpTcp.Sockets;
using SharpTcp.Wire;
using KernelClient = System.Net.Sockets.TcpClient;
using StackStream = SharpTcp.Sockets.NetworkStream;

[assembly: SupportedOSPlatform("linux")]

var proxy = IPEndPoint.Parse(args.Length > 0 ? args[0] : "127.0.0.1:1080");
await using var stack = new NetworkStack();
var tun = stack.AddInterface(TunLink.Open("tun7"), new InterfaceSettings { Addresses = ["10.7.0.2/24", "fd07::2/64"], AnyAddress = true });
stack.AddRoute(new Prefix(new IPv4Address(0), 0), null, tun);
stack.AddRoute(new Prefix(default(IPv6Address), 0), null, tun);
stack.Start();
using var flows = stack.ListenToFlows();
Console.WriteLine($"What is routed to tun7 goes through {proxy}.");
while (true)
    _ = RelayAsync(await flows.AcceptAsync());

async Task RelayAsync(Flow flow)
{
    try
    {
        using var upstream = new KernelClient();
        if (flow.ProtocolType != ProtocolType.Tcp || !await ConnectAsync(upstream, flow.Destination))
        {
            flow.Refuse();
            return;
        }

        // Only now does the client get its SYN-ACK: what cannot be reached is refused as by its own host.
        await using var client = new StackStream(await flow.AcceptAsync(), ownsSocket: true);
        var server = upstream.GetStream();
        await Task.WhenAll(CopyAsync(client, server, () => upstream.Client.Shutdown(SocketShutdown.Send)), CopyAsync(server, client, () => client.Socket.Shutdown(SocketShutdown.Send)));
    }
    catch (Exception exception) when (exception is IOException or SocketException)
    {
        Console.Error.WriteLine($"{flow.Source} > {flow.Destination}: {exception.Message}");
        flow.Refuse();
    }
}

// RFC 1928: no authentication, CONNECT, an address of either family.
async Task<bool> ConnectAsync(KernelClient upstream, IPEndPoint destination)
{
    await upstream.ConnectAsync(proxy);
    var stream = upstream.GetStream();
    var address = destination.Address.GetAddressBytes();
    await stream.WriteAsync((byte[])[5, 1, 0]);
    var answer = new byte[22];
    await stream.ReadExactlyAsync(answer.AsMemory(0, 2));
    await stream.WriteAsync((byte[])[5, 1, 0, (byte)(address.Length == 4 ? 1 : 4), .. address, (byte)(destination.Port >> 8), (byte)destination.Port]);
    await stream.ReadExactlyAsync(answer.AsMemory(0, 4));
    var isReached = answer[1] == 0;
    await stream.ReadExactlyAsync(answer.AsMemory(0, (answer[3] == 4 ? 16 : 4) + 2));
    return isReached;
}

static async Task CopyAsync(Stream from, Stream to, Action end)
{
    await from.CopyToAsync(to);
    end();
}
