// A TCP echo server on a TAP device: see README.md beside this file for what to type.
using System;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Threading.Tasks;
using SharpTcp;
using SharpTcp.Links;
using Socket = SharpTcp.Sockets.Socket;

[assembly: SupportedOSPlatform("linux")]

await using var stack = new NetworkStack();
stack.AddInterface(TapLink.Open("tap7"), new InterfaceSettings { Addresses = ["10.0.0.7/24", "2001:db8::7/64"] });
stack.Start();

using var listener = stack.Listen(7);
Console.WriteLine("Echo on 10.0.0.7 and 2001:db8::7, port 7.");
while (true)
    _ = EchoAsync(await listener.AcceptSocketAsync());

static async Task EchoAsync(Socket connection)
{
    using (connection)
    {
        try
        {
            var buffer = new byte[64 * 1024];
            while (await connection.ReceiveAsync(buffer.AsMemory(), SocketFlags.None) is > 0 and var count)
                await connection.SendAsync(buffer.AsMemory(0, count), SocketFlags.None);
        }
        catch (SocketException exception)
        {
            Console.Error.WriteLine($"A connection ended: {exception.Message}");
        }
    }
}
