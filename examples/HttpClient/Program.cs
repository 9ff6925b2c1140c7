// HttpClient on a TCP/IP stack of its own, names included: see README.md beside this file for what to type.
using System;
using System.Net;
using System.Net.Http;
using System.Runtime.Versioning;
using SharpTcp;
using SharpTcp.Http;
using SharpTcp.Links;
using SharpTcp.Names;

[assembly: SupportedOSPlatform("linux")]

var address = args.Length > 0 ? args[0] : "http://peer.example:8000/";
await using var stack = new NetworkStack(new NetworkStackOptions
{
    // Without these the servers are those that DHCP and routers name.
    Dns = new DnsSettings { Servers = ["10.0.0.1"], Hosts = new System.Collections.Generic.Dictionary<string, System.Collections.Generic.IReadOnlyList<string>> { ["peer.example"] = ["10.0.0.1"] } },
});
stack.AddInterface(TapLink.Open("tap7"), new InterfaceSettings { Addresses = ["10.0.0.7/24"], Gateways = ["10.0.0.1"] });
stack.Start();
await stack.WaitReadyAsync();

Console.WriteLine("The stack is 10.0.0.7 on tap7. Give the kernel 10.0.0.1, start a server, and press Enter.");
Console.ReadLine();

using var client = new HttpClient(stack.CreateHttpHandler()) { DefaultRequestVersion = HttpVersion.Version20 };
using var response = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead);
Console.WriteLine($"HTTP/{response.Version} {(int)response.StatusCode} {response.ReasonPhrase}");
Console.WriteLine(await response.Content.ReadAsStringAsync());
