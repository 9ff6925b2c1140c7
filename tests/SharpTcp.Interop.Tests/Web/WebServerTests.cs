using System;
using System.Globalization;
using System.IO;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Xunit;

namespace SharpTcp.Interop.Tests.Web;

/// <summary>Kestrel on the stack, programs of the peer as its clients.</summary>
public sealed partial class WebServerTests
{
    private const int BodySize = 16 * 1024 * 1024;

    private static readonly LabOptions Options = new() { Offloads = true, Services = Cli.Services.None, Limit = TimeSpan.FromMinutes(2) };

    [Theory]
    [InlineData("http", 80, "--http1.1", "1.1")]
    [InlineData("http", 81, "--http2-prior-knowledge", "2")]
    [InlineData("https", 443, "--http1.1", "1.1")]
    [InlineData("https", 443, "--http2", "2")]
    public Task Curl_gets_and_puts(string scheme, int port, string option, string version) => NetLab.RunInBothFamiliesAsync(Options, async (lab, family) =>
    {
        Requirements.SkipUnlessProgram("curl", "curl");
        await using var server = await WebServer.StartAsync(lab);
        var url = $"{scheme}://{Host(family)}:{port}";
        var hello = await lab.Peer.RunAsync(new Command("curl", "-sSk", option, "-w", " over %{http_version}", url + "/"));
        Assert.Equal($"hello from Kestrel over {version}", hello.MustSucceed().Text);

        var download = await lab.Peer.RunAsync(new Command("sh", "-c", $"curl -sSk {option} {url}/bytes/{BodySize} | sha256sum"));
        Assert.StartsWith(Pattern.Digest(WebServer.Seed, BodySize).ToLowerInvariant(), download.MustSucceed().Text, StringComparison.Ordinal);

        var body = Pattern.Bytes(7, BodySize);
        var upload = await lab.Peer.RunAsync(new Command("curl", "-sSk", option, "-H", "Expect:", "--data-binary", "@-", url + "/digest") { Input = body });
        Assert.Equal(Convert.ToHexString(SHA256.HashData(body)), upload.MustSucceed().Text);
        await server.StopAsync(lab.Cancellation);
    });

    [Theory]
    [InlineData(80, "--h1")]
    [InlineData(81, "")]
    [InlineData(443, "")]
    public Task H2load_fails_no_request(int port, string option) => NetLab.RunAsync(Options, async lab =>
    {
        Requirements.SkipUnlessProgram("h2load", "nghttp2-client");
        await using var server = await WebServer.StartAsync(lab);
        var scheme = port == 443 ? "https" : "http";
        var url = $"{scheme}://{Host(AddressFamily.InterNetwork)}:{port}/";
        var result = await lab.Peer.RunAsync(new Command("sh", "-c", $"h2load {option} -n 10000 -c 20 -m 10 {url}"));
        Assert.Contains("10000 total, 10000 started, 10000 done, 10000 succeeded, 0 failed, 0 errored, 0 timeout", result.MustSucceed().Text, StringComparison.Ordinal);
        TestContext.Current.TestOutputHelper?.WriteLine(result.Text);
        await server.StopAsync(lab.Cancellation);
    });

    [Fact]
    public Task Wrk_fails_no_request() => WrkAsync(seconds: 3, connections: 50);

    [Fact]
    public Task Wrk_fails_no_request_in_a_minute()
    {
        LongTests.SkipUnlessAskedFor();
        return WrkAsync(seconds: 60, connections: 200);
    }

    [Fact]
    public Task Curl_gets_and_puts_a_gibibyte() => NetLab.RunAsync(Options with { Limit = TimeSpan.FromMinutes(5) }, async lab =>
    {
        LongTests.SkipUnlessAskedFor();
        await using var server = await WebServer.StartAsync(lab);
        const long Size = 1L << 30;
        var url = $"http://{Host(AddressFamily.InterNetwork)}";
        var digest = Pattern.Digest(WebServer.Seed, Size);
        var both = $"curl -sS {url}/bytes/{Size} | tee >(sha256sum >&2) | curl -sS -H Expect: -T - -X POST {url}/digest";
        var result = await lab.Peer.RunAsync(new Command("bash", "-c", both) { Limit = TimeSpan.FromMinutes(4) });
        Assert.Equal(digest, result.MustSucceed().Text);
        Assert.Contains(digest.ToLowerInvariant(), result.Errors, StringComparison.Ordinal);
        await server.StopAsync(lab.Cancellation);
    });

    [Fact]
    public Task Chromium_shows_a_page_and_talks_over_a_WebSocket() => NetLab.RunAsync(Options, async lab =>
    {
        LongTests.SkipUnlessAskedFor();
        Requirements.SkipUnlessProgram("chromium", "chromium");
        await using var server = await WebServer.StartAsync(lab);
        var folder = Directory.CreateTempSubdirectory("sharptcp-chromium-");
        try
        {
            var page = await lab.Peer.RunAsync(new Command(
                "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", $"--user-data-dir={folder.FullName}", "--timeout=5000", "--dump-dom",
                $"http://{Host(AddressFamily.InterNetwork)}/page"));
            Assert.Contains("echoed one two three", page.MustSucceed().Text, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        await server.StopAsync(lab.Cancellation);
    });

    private static Task WrkAsync(int seconds, int connections) => NetLab.RunAsync(Options, async lab =>
    {
        Requirements.SkipUnlessProgram("wrk", "wrk");
        await using var server = await WebServer.StartAsync(lab);
        var result = await lab.Peer.RunAsync(new Command(
            "wrk", "-t1", $"-c{connections}", $"-d{seconds}s", $"http://{Host(AddressFamily.InterNetwork)}/") { Limit = TimeSpan.FromSeconds(seconds + 30) });
        var text = result.MustSucceed().Text;
        TestContext.Current.TestOutputHelper?.WriteLine(text);
        Assert.DoesNotContain("Socket errors", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Non-2xx", text, StringComparison.Ordinal);
        var requests = int.Parse(RequestCount().Match(text).Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        Assert.True(requests > 100 * seconds, text);
        await server.StopAsync(lab.Cancellation);
    });

    private static string Host(AddressFamily family) => family == AddressFamily.InterNetwork ? $"{NetLab.StackAddress(family)}" : $"[{NetLab.StackAddress(family)}]";

    [GeneratedRegex(@"(\d+) requests in")]
    private static partial Regex RequestCount();
}
