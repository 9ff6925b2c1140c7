using System;
using System.Net.Http;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Xunit;

namespace SharpTcp.AspNetCore.Tests;

/// <summary>What goes over the connections: the versions of HTTP, TLS, WebSockets, bodies.</summary>
public sealed class HttpTests
{
    private const int BodySize = 32 * 1024 * 1024;

    [Theory]
    [InlineData("http://10.0.0.2", "1.1")]
    [InlineData("http://[2001:db8::2]", "1.1")]
    [InlineData("http://10.0.0.2:81", "2.0")]
    [InlineData("https://10.0.0.2", "1.1")]
    [InlineData("https://[2001:db8::2]", "2.0")]
    public async Task Kestrel_answers_HttpClient(string address, string version)
    {
        await using var lab = await WebLab.StartAsync(
            app => app.MapGet("/who", (HttpContext context) => $"{context.Request.Protocol} {context.Connection.RemoteIpAddress} {context.Connection.LocalIpAddress}"), Listen);
        using var client = lab.CreateClient(address, new Version(version));
        var isIPv6 = address.Contains('[');

        for (var i = 0; i < 3; i++)
        {
            var answer = await client.GetStringAsync("/who", WebLab.Cancellation);
            Assert.Equal(
                isIPv6 ? $"HTTP/{(version == "2.0" ? "2" : version)} 2001:db8::1 2001:db8::2" : $"HTTP/{(version == "2.0" ? "2" : version)} ::ffff:10.0.0.1 ::ffff:10.0.0.2", answer);
        }

        // One connection served all of them.
        Assert.Equal(1, lab.Client.GetCounters().Connections);
    }

    [Theory]
    [InlineData("http://10.0.0.2", "1.1")]
    [InlineData("http://10.0.0.2:81", "2.0")]
    [InlineData("https://10.0.0.2", "1.1")]
    [InlineData("https://10.0.0.2", "2.0")]
    public async Task Bodies_arrive_unchanged_both_ways(string address, string version)
    {
        await using var lab = await WebLab.StartAsync(Bodies.Map, options =>
        {
            Listen(options);
            options.Limits.MaxRequestBodySize = null;
        });
        using var client = lab.CreateClient(address, new Version(version));
        await Bodies.CheckAsync(client, BodySize, WebLab.Cancellation);
    }

    [Fact]
    public async Task A_gibibyte_arrives_unchanged_both_ways()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("SHARPTCP_LONG_TESTS") == "1", "It takes long: eng/long-tests runs it.");
        await using var lab = await WebLab.StartAsync(Bodies.Map, options =>
        {
            Listen(options);
            options.Limits.MaxRequestBodySize = null;
        });
        using var client = lab.CreateClient();
        await Bodies.CheckAsync(client, 1L << 30, WebLab.Cancellation);
    }

    [Theory]
    [InlineData("ws://10.0.0.2")]
    [InlineData("wss://10.0.0.2")]
    public async Task WebSockets_carry_messages_both_ways(string address)
    {
        await using var lab = await WebLab.StartAsync(
            app =>
            {
                app.UseWebSockets();
                app.Map("/echo", EchoAsync);
            },
            Listen);
        using var socket = new ClientWebSocket();
        using var invoker = new HttpMessageInvoker(Handler(lab));
        await socket.ConnectAsync(new Uri(address + "/echo"), invoker, WebLab.Cancellation);

        var received = new byte[100_000];
        foreach (var size in (int[])[0, 1, 1000, 100_000])
        {
            var message = RandomNumberGenerator.GetBytes(size);
            await socket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, WebLab.Cancellation);
            var length = 0;
            ValueWebSocketReceiveResult result;
            do
            {
                result = await socket.ReceiveAsync(received.AsMemory(length), WebLab.Cancellation);
                length += result.Count;
            }
            while (!result.EndOfMessage);
            Assert.Equal(message, received.AsSpan(0, length));
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", WebLab.Cancellation);
        Assert.Equal(WebSocketState.Closed, socket.State);
    }

    [Fact]
    public async Task A_connection_has_the_features_that_Kestrel_wants_and_none_that_lies()
    {
        await using var lab = await WebLab.StartAsync(app => app.MapGet("/", (HttpContext context) =>
        {
            var endpoints = context.Features.Get<IConnectionEndPointFeature>()!;
            var socket = context.Features.Get<IConnectionSocketFeature>();
            context.Features.Get<IConnectionItemsFeature>()!.Items["seen"] = true;
            return $"{endpoints.LocalEndPoint} {endpoints.RemoteEndPoint!.AddressFamily} {socket is null} {context.Connection.Id.Length > 0} {context.Features.Get<IConnectionLifetimeFeature>() is not null}";
        }));
        using var client = lab.CreateClient();
        Assert.Equal("[::ffff:10.0.0.2]:80 InterNetworkV6 True True True", await client.GetStringAsync("/", WebLab.Cancellation));
    }

    private static SocketsHttpHandler Handler(WebLab lab)
    {
        var handler = Http.HttpHandlerExtensions.CreateHttpHandler(lab.Client);
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        return handler;
    }

    private static void Listen(KestrelServerOptions options)
    {
        options.ListenAnyIP(80);
        options.ListenAnyIP(81, listen => listen.Protocols = HttpProtocols.Http2);
        options.ListenAnyIP(443, listen => listen.UseHttps(WebLab.Certificate));
    }

    private static async Task EchoAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var result = await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted);
            if (result.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
                return;
            }

            await socket.SendAsync(buffer.AsMemory(0, result.Count), result.MessageType, result.EndOfMessage, context.RequestAborted);
        }
    }
}
