using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xunit;

namespace SharpTcp.AspNetCore.Tests;

/// <summary>Services, options, endpoints, health, log.</summary>
public sealed class HostingTests
{
    [Theory]
    [InlineData("http://*:8080", "http://10.0.0.2:8080")]
    [InlineData("http://*:8080", "http://[2001:db8::2]:8080")]
    [InlineData("http://10.0.0.2:8080", "http://10.0.0.2:8080")]
    [InlineData("http://[2001:db8::2]:8080", "http://[2001:db8::2]:8080")]
    public async Task Endpoints_come_from_urls(string listen, string connect)
    {
        await using var lab = await WebLab.StartAsync(app => app.MapGet("/", () => "here"), _ => { }, builder => builder.WebHost.UseUrls(listen));
        using var client = lab.CreateClient(connect);
        Assert.Equal("here", await client.GetStringAsync("/", WebLab.Cancellation));
    }

    [Fact]
    public async Task Endpoints_come_from_the_configuration_and_from_Listen()
    {
        await using var lab = await WebLab.StartAsync(
            app => app.MapGet("/", (HttpContext context) => context.Connection.LocalPort),
            options => options.Listen(Cable.ServerAddress, 81),
            builder => builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Kestrel:Endpoints:One:Url"] = "http://10.0.0.2:82" }));
        foreach (var port in (int[])[81, 82])
        {
            using var client = lab.CreateClient($"http://10.0.0.2:{port}");
            Assert.Equal($"{port}", await client.GetStringAsync("/", WebLab.Cancellation));
        }
    }

    [Fact]
    public async Task The_address_of_a_port_by_chance_is_told()
    {
        await using var lab = await WebLab.StartAsync(app => app.MapGet("/", () => "here"), options => options.Listen(new SharpTcpEndPoint(Cable.ServerAddress, 0)));
        var address = Assert.Single(lab.App.Urls);
        Assert.Matches(@"^http://10\.0\.0\.2:[1-9]\d*$", address);
        using var client = lab.CreateClient(address);
        Assert.Equal("here", await client.GetStringAsync("/", WebLab.Cancellation));
    }

    [Fact]
    public async Task Ordinary_endpoints_can_be_left_to_the_kernel()
    {
        await using var lab = await WebLab.StartAsync(
            app => app.MapGet("/", (HttpContext context) => $"{context.Connection.LocalIpAddress}"),
            options =>
            {
                options.Listen(IPAddress.Loopback, 0);
                options.Listen(new SharpTcpEndPoint(Cable.ServerAddress, 80));
            },
            builder => builder.WebHost.UseSharpTcp(options => options.Transport.KernelEndPoints = true));
        using var overKernel = new HttpClient();
        var addresses = lab.App.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        var loopback = Assert.Single(addresses, address => address.Contains("127.0.0.1", StringComparison.Ordinal));
        Assert.Equal("127.0.0.1", await overKernel.GetStringAsync(new Uri(loopback), WebLab.Cancellation));
        using var overStack = lab.CreateClient();
        Assert.Equal("10.0.0.2", await overStack.GetStringAsync("/", WebLab.Cancellation));
    }

    [Fact]
    public async Task A_port_that_is_taken_is_an_error_that_names_it()
    {
        await using var lab = await WebLab.StartAsync(app => app.MapGet("/", () => ""));
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseSharpTcp(lab.Server);
        builder.WebHost.ConfigureKestrel(options => options.Listen(Cable.ServerAddress, 80));
        await using var second = builder.Build();
        var error = await Assert.ThrowsAsync<IOException>(() => second.StartAsync(WebLab.Cancellation));
        Assert.Contains("10.0.0.2:80", error.Message, StringComparison.Ordinal);
        Assert.Contains("in use", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stack_of_the_program_outlives_the_host()
    {
        await using var lab = await WebLab.StartAsync(app => app.MapGet("/", () => "first"));
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseSharpTcp(lab.Server);
        builder.WebHost.ConfigureKestrel(options => options.ListenAnyIP(81));
        await using (var second = builder.Build())
        {
            second.MapGet("/", () => "second");
            await second.StartAsync(WebLab.Cancellation);
            using var client = lab.CreateClient("http://10.0.0.2:81");
            Assert.Equal("second", await client.GetStringAsync("/", WebLab.Cancellation));
            await second.StopAsync(WebLab.Cancellation);
        }

        using var other = lab.CreateClient();
        Assert.Equal("first", await other.GetStringAsync("/", WebLab.Cancellation));
    }

    [Theory]
    [InlineData("Interfaces:0:Addresses:0", "10.0.0.7", "must name a device")]
    [InlineData("Interfaces:0:Tap=tap7;Interfaces:0:Addresses:0", "10.0.0.777/24", "10.0.0.777/24")]
    [InlineData("Interfaces:0:Tun=tun7;Interfaces:0:Gateways:0", "router", "\"router\"")]
    [InlineData("Interfaces:0:Tap=tap7;Interfaces:0:Mac", "one", "\"one\"")]
    [InlineData("DnsServers:0", "ns1", "\"ns1\"")]
    [InlineData("Transport:Backlog", "0", "at least 1")]
    [InlineData("Transport:MaxReadBufferSize", "-1", "0 for no limit")]
    [InlineData("ReadyTimeout", "-00:00:01", "0 or more")]
    public void A_wrong_setting_is_an_error_that_says_what_is_right(string key, string value, string said)
    {
        var settings = key.Split(';').Select(part => part.Split('=')).ToDictionary(pair => "SharpTcp:" + pair[0], pair => (string?)(pair.Length > 1 ? pair[1] : value));
        var error = Assert.Throws<OptionsValidationException>(() => Options(settings));
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_configuration_is_read()
    {
        var options = Options(new Dictionary<string, string?>
        {
            ["SharpTcp:Interfaces:0:Tap"] = "tap7",
            ["SharpTcp:Interfaces:0:Addresses:0"] = "10.0.0.7/24",
            ["SharpTcp:Interfaces:0:Addresses:1"] = "2001:db8::7/64",
            ["SharpTcp:Interfaces:0:Gateways:0"] = "10.0.0.1",
            ["SharpTcp:Interfaces:0:Mtu"] = "1400",
            ["SharpTcp:Interfaces:0:Mac"] = "02:00:5e:10:00:07",
            ["SharpTcp:Interfaces:0:RouterDiscovery"] = "true",
            ["SharpTcp:Interfaces:0:Dhcp"] = "true",
            ["SharpTcp:DnsServers:0"] = "10.0.0.53",
            ["SharpTcp:SearchDomains:0"] = "example",
            ["SharpTcp:Transport:KernelEndPoints"] = "true",
            ["SharpTcp:ShutdownTimeout"] = "00:00:03",
        });
        var described = Assert.Single(options.Interfaces);
        Assert.Equal("tap7", described.Tap);
        Assert.Equal(["10.0.0.7/24", "2001:db8::7/64"], described.Addresses);
        Assert.Equal(["10.0.0.1"], described.Gateways);
        Assert.Equal(1400, described.Mtu);
        Assert.Equal("02:00:5e:10:00:07", described.Mac);
        Assert.True(described.RouterDiscovery);
        Assert.True(described.Dhcp);
        Assert.Equal(["10.0.0.53"], options.DnsServers);
        Assert.Equal(["example"], options.SearchDomains);
        Assert.True(options.Transport.KernelEndPoints);
        Assert.Equal(TimeSpan.FromSeconds(3), options.ShutdownTimeout);
    }

    [Fact]
    public async Task The_health_check_tells_of_the_stack()
    {
        await using var lab = await WebLab.StartAsync(
            app => app.MapHealthChecks("/health"), configure: builder => builder.Services.AddHealthChecks().AddSharpTcp());
        using var client = lab.CreateClient();
        Assert.Equal("Healthy", await client.GetStringAsync("/health", WebLab.Cancellation));

        var service = lab.App.Services.GetRequiredService<HealthCheckService>();
        var entry = (await service.CheckHealthAsync(WebLab.Cancellation)).Entries["sharptcp"];
        Assert.Equal(["10.0.0.2/24", "2001:db8::2/64"], ((string[])entry.Data["addresses"]).Where(address => !address.StartsWith("fe80", StringComparison.Ordinal)));
        Assert.Equal(1, entry.Data["connections"]);

        await lab.App.StopAsync(WebLab.Cancellation);
        Assert.Equal(HealthStatus.Unhealthy, (await service.CheckHealthAsync(WebLab.Cancellation)).Status);
    }

    [Fact]
    public async Task A_stack_without_an_address_is_not_healthy()
    {
        await using var stack = new NetworkStack();
        stack.Start();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationManager());
        services.AddSharpTcp(stack).AddHealthChecks().AddSharpTcp(failureStatus: HealthStatus.Degraded);
        await using var provider = services.BuildServiceProvider();
        var report = await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync(WebLab.Cancellation);
        Assert.Equal(HealthStatus.Degraded, report.Status);
        Assert.Contains("no usable address", report.Entries["sharptcp"].Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_tells_of_addresses_endpoints_and_connections()
    {
        var log = new ListLog();
        await using (var lab = await WebLab.StartAsync(
            app => app.MapGet("/", () => ""), configure: builder => builder.Logging.AddProvider(log).SetMinimumLevel(LogLevel.Debug)))
        {
            using var client = lab.CreateClient();
            await client.GetStringAsync("/", WebLab.Cancellation);
        }

        Assert.Contains(log.Lines, line => line.Contains("10.0.0.2/24", StringComparison.Ordinal));
        Assert.Contains(log.Lines, line => line.Contains("Listening on [::]:80", StringComparison.Ordinal));
        Assert.Contains(log.Lines, line => line.Contains("from [::ffff:10.0.0.1]", StringComparison.Ordinal));
        Assert.Contains(log.Lines, line => line.Contains("The stack is shut down", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_client_of_the_factory_uses_the_stack()
    {
        await using var lab = await WebLab.StartAsync(app => app.MapGet("/", () => "over the stack"));
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationManager());
        services.AddSharpTcp(lab.Client).AddHttpClient("peer").UseSharpTcp();
        await using var provider = services.BuildServiceProvider();
        using var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("peer");
        Assert.Equal("over the stack", await client.GetStringAsync(new Uri("http://10.0.0.2/"), WebLab.Cancellation));
    }

    private static SharpTcpOptions Options(Dictionary<string, string?> settings)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        services.AddSharpTcp();
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<SharpTcpOptions>>().Value;
    }

    private sealed class ListLog : ILoggerProvider, ILogger
    {
        private readonly List<string> _lines = [];

        public IReadOnlyList<string> Lines
        {
            get
            {
                lock (_lines)
                    return [.. _lines];
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_lines)
                _lines.Add(formatter(state, exception));
        }

        public void Dispose()
        {
        }
    }
}
