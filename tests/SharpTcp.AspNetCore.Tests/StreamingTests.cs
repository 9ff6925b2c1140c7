using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using SharpTcp.Http;
using Xunit;

namespace SharpTcp.AspNetCore.Tests;

/// <summary>SignalR and gRPC, streams both ways.</summary>
public sealed class StreamingTests
{
    private const int Count = 1000;

    [Theory]
    [InlineData(HttpTransportType.WebSockets)]
    [InlineData(HttpTransportType.ServerSentEvents)]
    [InlineData(HttpTransportType.LongPolling)]
    public async Task SignalR_calls_and_streams_both_ways(HttpTransportType transport)
    {
        await using var lab = await WebLab.StartAsync(app => app.MapHub<CountingHub>("/hub"), configure: builder => builder.Services.AddSignalR());
        var told = new TaskCompletionSource<string>();
        await using var connection = new HubConnectionBuilder()
            .WithUrl("http://10.0.0.2/hub", transport, options =>
            {
                options.HttpMessageHandlerFactory = _ => lab.Client.CreateHttpHandler();
                options.WebSocketFactory = async (context, cancellation) =>
                {
                    var socket = new System.Net.WebSockets.ClientWebSocket();
                    var invoker = new System.Net.Http.HttpMessageInvoker(lab.Client.CreateHttpHandler());
                    await socket.ConnectAsync(context.Uri, invoker, cancellation);
                    return socket;
                };
            })
            .Build();
        connection.On<string>("Told", told.SetResult);
        await connection.StartAsync(WebLab.Cancellation);

        Assert.Equal("pong", await connection.InvokeAsync<string>("Ping", WebLab.Cancellation));
        Assert.Equal("hello", await told.Task.WaitAsync(TimeSpan.FromSeconds(10), WebLab.Cancellation));
        Assert.Equal(Enumerable.Range(0, Count), await connection.StreamAsync<int>("CountTo", Count, WebLab.Cancellation).ToListAsync(WebLab.Cancellation));
        Assert.Equal(Enumerable.Range(0, Count).Sum(), await connection.InvokeAsync<int>("Sum", Numbers(), WebLab.Cancellation));
    }

    [Theory]
    [InlineData("http://10.0.0.2:81")]
    [InlineData("https://10.0.0.2")]
    public async Task Grpc_streams_both_ways(string address)
    {
        await using var lab = await WebLab.StartAsync(
            app => app.MapGrpcService<EchoService>(),
            options =>
            {
                options.ListenAnyIP(81, listen => listen.Protocols = HttpProtocols.Http2);
                options.ListenAnyIP(443, listen => listen.UseHttps(WebLab.Certificate));
            },
            builder => builder.Services.AddGrpc().Services.AddSingleton<IServiceMethodProvider<EchoService>, EchoMethods>());
        var handler = lab.Client.CreateHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        using var channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
        var invoker = channel.CreateCallInvoker();

        var reply = await invoker.AsyncUnaryCall(EchoMethods.Unary, null, new CallOptions(cancellationToken: WebLab.Cancellation), Encoding.UTF8.GetBytes("one")).ResponseAsync;
        Assert.Equal("one", Encoding.UTF8.GetString(reply));

        using var call = invoker.AsyncDuplexStreamingCall(EchoMethods.Duplex, null, new CallOptions(cancellationToken: WebLab.Cancellation));
        for (var i = 0; i < 200; i++)
        {
            // One after the other first: each answer comes while the request's stream is open.
            await call.RequestStream.WriteAsync(Message(i), WebLab.Cancellation);
            Assert.True(await call.ResponseStream.MoveNext(WebLab.Cancellation));
            Assert.Equal(Message(i), call.ResponseStream.Current);
        }

        var sending = Task.Run(
            async () =>
            {
                for (var i = 0; i < Count; i++)
                    await call.RequestStream.WriteAsync(Message(i), WebLab.Cancellation);
                await call.RequestStream.CompleteAsync();
            },
            WebLab.Cancellation);
        var received = 0;
        for (; await call.ResponseStream.MoveNext(WebLab.Cancellation); received++)
            Assert.Equal(Message(received), call.ResponseStream.Current);
        await sending;
        Assert.Equal(Count, received);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    private static byte[] Message(int number) => [.. Enumerable.Range(0, number * 7 % 5000).Select(i => (byte)(i + number))];

    private static async IAsyncEnumerable<int> Numbers()
    {
        for (var i = 0; i < Count; i++)
        {
            yield return i;
            if (i % 100 == 0)
                await Task.Yield();
        }
    }

    public sealed class CountingHub : Hub
    {
        public async Task<string> Ping()
        {
            await Clients.Caller.SendAsync("Told", "hello");
            return "pong";
        }

        public async IAsyncEnumerable<int> CountTo(int count, [EnumeratorCancellation] CancellationToken cancellation)
        {
            for (var i = 0; i < count; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                yield return i;
                if (i % 100 == 0)
                    await Task.Yield();
            }
        }

        public async Task<int> Sum(IAsyncEnumerable<int> numbers)
        {
            var sum = 0;
            await foreach (var number in numbers)
                sum += number;
            return sum;
        }
    }

    internal sealed class EchoService;

    /// <summary>A service without a protocol file: bytes there and back.</summary>
    private sealed class EchoMethods : IServiceMethodProvider<EchoService>
    {
        private static readonly Marshaller<byte[]> Bytes = Marshallers.Create(bytes => bytes, bytes => bytes);

        public static Method<byte[], byte[]> Unary { get; } = new(MethodType.Unary, "test.Echo", "Unary", Bytes, Bytes);

        public static Method<byte[], byte[]> Duplex { get; } = new(MethodType.DuplexStreaming, "test.Echo", "Duplex", Bytes, Bytes);

        public void OnServiceMethodDiscovery(ServiceMethodProviderContext<EchoService> context)
        {
            context.AddUnaryMethod(Unary, [], (_, request, _) => Task.FromResult(request));
            context.AddDuplexStreamingMethod(Duplex, [], async (_, requests, responses, call) =>
            {
                while (await requests.MoveNext(call.CancellationToken))
                    await responses.WriteAsync(requests.Current, call.CancellationToken);
            });
        }
    }
}
