using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using SharpTcp.Http;
using SharpTcp.Names;
using Xunit;

namespace SharpTcp.Interop.Tests.Web;

/// <summary>HttpClient and names on the stack, nginx and dnsmasq as servers of the peer.</summary>
public sealed class WebClientTests
{
    private const int FileSize = 16 * 1024 * 1024;

    private static readonly DnsSettings Dns = new() { Servers = ["10.119.0.1", "2001:db8:77::1"], SearchDomains = ["test"] };

    private static readonly LabOptions Options = new() { Offloads = true, Services = Cli.Services.None, Limit = TimeSpan.FromMinutes(1), Dns = Dns };

    [Theory]
    [InlineData("http", "1.1")]
    [InlineData("https", "1.1")]
    [InlineData("https", "2.0")]
    public Task HttpClient_gets_files_from_nginx(string scheme, string version) => NetLab.RunAsync(Options with { Dns = WithHost() }, async lab =>
    {
        Requirements.SkipUnlessProgram("nginx", "nginx-light");
        using var folder = new NginxFolder();
        using var nginx = await BackgroundProgram.StartAsync(lab.Peer, "nginx", "-c", folder.Configuration, "-p", folder.Path, "-e", "stderr");
        await nginx.WaitForPortAsync(lab, new IPEndPoint(lab.PeerAddress(AddressFamily.InterNetwork), 80));
        using var handler = lab.Stack.CreateHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        using var client = new HttpClient(handler)
        {
            BaseAddress = new Uri($"{scheme}://www.test"),
            DefaultRequestVersion = new Version(version),
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        foreach (var _ in Enumerable.Range(0, 2))
        {
            await using var body = await client.GetStreamAsync("/file", lab.Cancellation);
            Assert.Equal(Pattern.Digest(1, FileSize), Convert.ToHexString(await SHA256.HashDataAsync(body, lab.Cancellation)));
        }

        var texts = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => client.GetStringAsync("/small", lab.Cancellation)));
        Assert.All(texts, text => Assert.Equal("a small file\n", text));
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/nothing", lab.Cancellation)).StatusCode);
    });

    [Fact]
    public Task Names_come_from_dnsmasq() => NetLab.RunAsync(Options, async lab =>
    {
        using var dnsmasq = await StartDnsmasqAsync(lab);
        Assert.Equal(["2001:db8:77::1", "10.119.0.1"], await LookAsync(lab, "www.test"));
        Assert.Equal(["10.119.0.1"], await LookAsync(lab, "four"));
        Assert.Equal(["2001:db8:77::6"], await LookAsync(lab, "six.test"));

        // 100 addresses do not fit into a datagram of 1,232 bytes.
        Assert.Equal(32, (await LookAsync(lab, "many.test")).Length);
        Assert.Equal("www.test", (await lab.Stack.Dns.GetHostEntryAsync("10.119.0.1", lab.Cancellation)).HostName);
        Assert.Equal("www.test", (await lab.Stack.Dns.GetHostEntryAsync("alias.test", lab.Cancellation)).HostName);

        var nobody = await Assert.ThrowsAsync<SocketException>(() => LookAsync(lab, "nobody.test"));
        Assert.Equal(SocketError.HostNotFound, nobody.SocketErrorCode);
    });

    [Fact]
    public Task A_server_that_is_not_there_is_passed_over() => NetLab.RunAsync(
        Options with { Dns = Dns with { Servers = ["10.119.0.1:5353", $"{NetLab.NobodysAddress(AddressFamily.InterNetwork)}", "10.119.0.1"] } }, async lab =>
        {
            using var dnsmasq = await StartDnsmasqAsync(lab);
            Assert.Equal(["10.119.0.1"], await LookAsync(lab, "four.test"));
        });

    [Fact]
    public Task HttpClient_connects_to_the_family_that_answers() => NetLab.RunAsync(Options, async lab =>
    {
        // The name has an IPv6 address at which nobody is.
        using var dnsmasq = await StartDnsmasqAsync(lab);
        using var listener = await lab.ListenAtPeerAsync(AddressFamily.InterNetwork);
        var accepting = listener.AcceptAsync(lab.Cancellation);
        await using var stream = await lab.Stack.ConnectAsync("half.test", ((IPEndPoint)listener.LocalEndPoint!).Port, lab.Cancellation);
        using var accepted = await accepting;
        Assert.Equal(IPAddress.Parse("10.119.0.1"), ((IPEndPoint)stream.Socket.RemoteEndPoint!).Address);
    });

    private static DnsSettings WithHost() =>
        new() { Hosts = new System.Collections.Generic.Dictionary<string, System.Collections.Generic.IReadOnlyList<string>> { ["www.test"] = ["10.119.0.1", "2001:db8:77::1"] } };

    private static async Task<string[]> LookAsync(NetLab lab, string name) =>
        [.. (await lab.Stack.Dns.GetHostAddressesAsync(name, lab.Cancellation)).Select(address => address.ToString())];

    private static async Task<BackgroundProgram> StartDnsmasqAsync(NetLab lab)
    {
        Requirements.SkipUnlessProgram("dnsmasq", "dnsmasq-base");
        string[] arguments =
        [
            "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--pid-file=", "--user=root", "--bind-interfaces", "--log-facility=-", "--local=/test/",
            "--interface=tap0", "--host-record=www.test,10.119.0.1,2001:db8:77::1", "--host-record=four.test,10.119.0.1", "--host-record=six.test,2001:db8:77::6",
            "--host-record=half.test,10.119.0.1,2001:db8:77::99", "--cname=alias.test,www.test",
            .. Enumerable.Range(1, 100).Select(i => string.Create(CultureInfo.InvariantCulture, $"--host-record=many.test,10.1.0.{i}")),
        ];
        var dnsmasq = await BackgroundProgram.StartAsync(lab.Peer, "dnsmasq", arguments);
        await dnsmasq.WaitForPortAsync(lab, new IPEndPoint(lab.PeerAddress(AddressFamily.InterNetwork), 53));
        return dnsmasq;
    }

    /// <summary>A folder with files to serve, keys and the configuration of nginx.</summary>
    private sealed class NginxFolder : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sharptcp-nginx-");

        public NginxFolder()
        {
            // nginx's workers have no other user in here, so that they can read it.
            File.WriteAllBytes(In("file"), Pattern.Bytes(1, FileSize));
            File.WriteAllText(In("small"), "a small file\n");
            File.WriteAllText(In("certificate.pem"), WebServer.Certificate.ExportCertificatePem());
            using var key = WebServer.Certificate.GetECDsaPrivateKey()!;
            File.WriteAllText(In("key.pem"), key.ExportPkcs8PrivateKeyPem());
            File.WriteAllText(Configuration, $$"""
                daemon off; user root; worker_processes 1; pid {{In("pid")}};
                events { }
                http {
                    access_log off; client_body_temp_path {{In("body")}}; proxy_temp_path {{In("proxy")}}; fastcgi_temp_path {{In("fastcgi")}};
                    uwsgi_temp_path {{In("uwsgi")}}; scgi_temp_path {{In("scgi")}};
                    server {
                        listen 80; listen [::]:80; listen 443 ssl http2; listen [::]:443 ssl http2;
                        ssl_certificate {{In("certificate.pem")}}; ssl_certificate_key {{In("key.pem")}};
                        root {{Path}};
                    }
                }
                """);
        }

        public string Path => _folder.FullName;

        public string Configuration => In("nginx.conf");

        public void Dispose() => _folder.Delete(recursive: true);

        private string In(string name) => System.IO.Path.Combine(Path, name);
    }
}
