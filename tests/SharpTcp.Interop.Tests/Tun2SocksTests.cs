using System;
using System.IO;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace SharpTcp.Interop.Tests;

/// <summary>The example that carries every flow through a SOCKS5 proxy, with microsocks of Debian: the clients' namespace knows nothing of the servers' addresses but that they are behind a TUN.</summary>
public sealed class Tun2SocksTests
{
    private const int FileSize = 8 * 1024 * 1024;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Programs_reach_through_the_proxy_what_only_it_can_reach()
    {
        Requirements.SkipUnlessProgram("microsocks", "microsocks");
        Requirements.SkipUnlessProgram("curl", "curl");
        Requirements.SkipUnlessProgram("python3", "python3");
        using var clients = await NetNamespace.CreateAsync("clients");
        using var servers = await NetNamespace.CreateAsync("servers");
        await clients.IpAsync(
            $"link add veth0 type veth peer name veth1 netns {servers.ThreadId}", "addr add 10.1.0.1/30 dev veth0", "link set veth0 up");
        await servers.IpAsync("addr add 10.1.0.2/30 dev veth1", "link set veth1 up", "addr add 192.0.2.7/32 dev lo", "addr add 2001:db8:7::7/128 dev lo");

        var folder = Directory.CreateTempSubdirectory("sharptcp-tun2socks-");
        try
        {
            var content = Pattern.Bytes(214, FileSize);
            await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "file"), content, TestContext.Current.CancellationToken);
            using var web = await BackgroundProgram.StartAsync(servers, "python3", "-m", "http.server", "--bind", "::", "--directory", folder.FullName, "80");
            using var proxy = await BackgroundProgram.StartAsync(servers, "microsocks", "-i", "10.1.0.2", "-p", "1080");
            using var example = await BackgroundProgram.StartAsync(clients, "dotnet", ExamplePath(), "10.1.0.2:1080");
            await RouteWhenThereAsync(clients);

            foreach (var host in (string[])["192.0.2.7", "[2001:db8:7::7]"])
            {
                var got = await clients.RunAsync(new Command("curl", "-sS", "--retry", "20", "--retry-all-errors", "--retry-delay", "1", $"http://{host}/file") { Limit = Limit });
                Assert.Equal(Convert.ToHexString(SHA256.HashData(content)), Convert.ToHexString(SHA256.HashData(got.MustSucceed().Output)));
            }

            // Nobody listens on port 81 there, so the proxy cannot connect and the client is refused at once.
            var refused = await clients.RunAsync(new Command("curl", "-sS", "http://192.0.2.7:81/"));
            Assert.Equal(7, refused.ExitCode);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task RouteWhenThereAsync(NetNamespace clients)
    {
        using var limit = new CancellationTokenSource(Limit);
        while ((await clients.RunAsync(new Command("ip", "link", "show", "tun7"))).ExitCode != 0)
            await Task.Delay(50, limit.Token);
        await clients.IpAsync("addr add 10.7.0.1/24 dev tun7", "addr add fd07::1/64 dev tun7 nodad", "link set tun7 up", "route add 192.0.2.0/24 dev tun7", "route add 2001:db8:7::/48 dev tun7");
    }

    private static string ExamplePath()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "SharpTcp.slnx")))
            root = root.Parent ?? throw new InvalidOperationException("The tests must run from inside the repository.");
        return Path.Combine(root.FullName, "examples", "Tun2Socks", "bin", "Release", "net10.0", "Tun2Socks.dll");
    }
}
