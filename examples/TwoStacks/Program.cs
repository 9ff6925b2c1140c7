// Two TCP/IP stacks in one process, with a cable between them: no device, no privilege, any operating system.
using System;
using System.IO;
using SharpTcp;
using SharpTcp.Links;
using SharpTcp.Protocols;
using SharpTcp.Sockets;

var (left, right) = MemoryLink.CreatePair(new LinkCapabilities(LinkMedium.Ethernet, Mtu: 1500));

await using var server = new NetworkStack();
server.AddInterface(left, new InterfaceSettings { Addresses = ["10.0.0.1/24"] });
server.Start();

await using var client = new NetworkStack();
client.AddInterface(right, new InterfaceSettings { Addresses = ["10.0.0.2/24"] });
client.Start();

await server.WaitReadyAsync();
await client.WaitReadyAsync();
using var listener = server.Listen(80);
await using var asking = await client.ConnectAsync("10.0.0.1", 80);
await using var answering = new NetworkStream(await listener.AcceptSocketAsync(), ownsSocket: true);

await asking.WriteAsync("Who is there?\n"u8.ToArray());
using var reader = new StreamReader(answering);
Console.WriteLine($"server received: {await reader.ReadLineAsync()}");

await answering.WriteAsync("A stack in the same process.\n"u8.ToArray());
using var answer = new StreamReader(asking);
Console.WriteLine($"client received: {await answer.ReadLineAsync()}");
