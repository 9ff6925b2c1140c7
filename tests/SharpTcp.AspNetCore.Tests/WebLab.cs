using System;
using System.Net;
using System.Net.Http;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SharpTcp.Http;
using Xunit;

namespace SharpTcp.AspNetCore.Tests;

/// <summary>Kestrel on one stack, HttpClient on another, a cable between them.</summary>
internal sealed class WebLab : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Cable _cable = new();

    private WebLab()
    {
    }

    /// <summary>Signed by itself, for everybody.</summary>
    public static X509Certificate2 Certificate { get; } = MakeCertificate();

    public WebApplication App { get; private set; } = null!;

    public NetworkStack Client => _cable.Client;

    public NetworkStack Server => App.Services.GetRequiredService<NetworkStack>();

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Starts a server that listens as Kestrel is told, else on port 80 of both families.</summary>
    public static async Task<WebLab> StartAsync(
        Action<WebApplication> map, Action<KestrelServerOptions>? kestrel = null, Action<WebApplicationBuilder>? configure = null)
    {
        var lab = new WebLab();
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseSharpTcp(options =>
        {
            options.ShutdownTimeout = TimeSpan.FromMilliseconds(100);
            options.AddInterface(() => lab._cable.ServerLink, Cable.ServerSettings);
        });
        builder.WebHost.ConfigureKestrel(kestrel ?? (options => options.ListenAnyIP(80)));
        configure?.Invoke(builder);
        lab.App = builder.Build();
        map(lab.App);
        try
        {
            await lab.App.StartAsync(Cancellation).WaitAsync(Limit, Cancellation);
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }

        return lab;
    }

    /// <summary>A client whose requests go to the server with one version of HTTP.</summary>
    public HttpClient CreateClient(string address = "http://10.0.0.2", Version? version = null, Action<SocketsHttpHandler>? configure = null)
    {
        var handler = Client.CreateHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate!.GetCertHashString() == Certificate.GetCertHashString();
        configure?.Invoke(handler);
        return new HttpClient(handler)
        {
            BaseAddress = new Uri(address),
            DefaultRequestVersion = version ?? HttpVersion.Version11,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Timeout = Limit,
        };
    }

    public async ValueTask DisposeAsync()
    {
        var server = Server;
        await App.StopAsync(CancellationToken.None).WaitAsync(Limit, CancellationToken.None);
        await App.DisposeAsync();
        await _cable.DisposeAsync();
        Assert.Equal(0, server.Faults);
    }

    private static X509Certificate2 MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=10.0.0.2", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
