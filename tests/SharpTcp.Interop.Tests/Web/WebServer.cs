using System;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using SharpTcp.AspNetCore;

namespace SharpTcp.Interop.Tests.Web;

/// <summary>Kestrel on the stack of a lab: HTTP/1.1 on port 80, HTTP/2 without TLS on 81, both with TLS on 443.</summary>
internal static class WebServer
{
    /// <summary>The seed of what it gives.</summary>
    public const ulong Seed = 213;

    /// <summary>Signed by itself.</summary>
    public static X509Certificate2 Certificate { get; } = MakeCertificate();

    /// <summary>Starts it. GET / says hello, GET /bytes/n gives the pattern, POST /digest answers with the digest of the body, /socket echoes messages.</summary>
    public static async Task<WebApplication> StartAsync(NetLab lab)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseSharpTcp(lab.Stack);
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.Limits.MaxRequestBodySize = null;
            options.ListenAnyIP(80);
            options.ListenAnyIP(81, listen => listen.Protocols = HttpProtocols.Http2);
            options.ListenAnyIP(443, listen => listen.UseHttps(Certificate));
        });
        builder.WebHost.UseKestrelHttpsConfiguration();
        var app = builder.Build();
        app.UseWebSockets();
        app.MapGet("/", () => "hello from Kestrel");
        app.MapGet("/bytes/{count:long}", async (HttpContext context, long count) =>
        {
            context.Response.ContentLength = count;
            var pattern = new Pattern(Seed);
            for (var left = count; left > 0;)
            {
                var block = context.Response.BodyWriter.GetMemory(64 * 1024)[..(int)Math.Min(left, 64 * 1024)];
                pattern.Fill(block.Span);
                context.Response.BodyWriter.Advance(block.Length);
                await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
                left -= block.Length;
            }
        });
        app.MapPost("/digest", async (HttpContext context) =>
            await context.Response.WriteAsync(Convert.ToHexString(await SHA256.HashDataAsync(context.Request.Body, context.RequestAborted))));
        app.MapGet("/page", () => TypedResults.Content(Page, "text/html"));
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        app.Map("/socket", async (HttpContext context) =>
        {
            await EchoAsync(context);
            closed.TrySetResult();
        });
        app.MapGet("/closed", async (HttpContext context) => await closed.Task.WaitAsync(context.RequestAborted));
        await app.StartAsync(lab.Cancellation);
        return app;
    }

    // Draws what a WebSocket echoes into the page, which is loaded when that is closed.
    private const string Page = """
        <!doctype html><title>page</title><p id=state>waiting</p><script>
        const socket = new WebSocket(`ws://${location.host}/socket`);
        const got = [];
        socket.onopen = () => socket.send('one');
        socket.onmessage = message => {
            got.push(message.data);
            if (got.length < 3) socket.send(['one', 'two', 'three'][got.length]);
            else { document.getElementById('state').textContent = 'echoed ' + got.join(' '); socket.close(); }
        };
        socket.onerror = () => { document.getElementById('state').textContent = 'failed'; };
        </script><script src=/closed></script>
        """;

    private static async Task EchoAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[4096];
        while (await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None) is { MessageType: not System.Net.WebSockets.WebSocketMessageType.Close } result)
            await socket.SendAsync(buffer.AsMemory(0, result.Count), result.MessageType, result.EndOfMessage, CancellationToken.None);
        await socket.CloseAsync(System.Net.WebSockets.WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
    }

    private static X509Certificate2 MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=stack", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
