using System;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Xunit;
using Socket = SharpTcp.Sockets.Socket;

namespace SharpTcp.AspNetCore.Tests;

/// <summary>Beginning and end: backpressure, half-read bodies, aborts of either side, limits, the shutdown of the host.</summary>
public sealed class LifetimeTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_request_under_way_is_answered_before_the_host_stops_and_new_connections_are_refused()
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var lab = await WebLab.StartAsync(app => app.MapGet("/", async () =>
        {
            entered.SetResult();
            await release.Task;
            return "answered";
        }));
        using var client = lab.CreateClient();
        var answer = client.GetStringAsync("/", WebLab.Cancellation);
        await entered.Task.WaitAsync(Limit, WebLab.Cancellation);

        var stop = lab.App.StopAsync(WebLab.Cancellation);
        SocketError refusal;
        while ((refusal = await ConnectAsync(lab)) == SocketError.Success)
        {
            await Task.Delay(5, WebLab.Cancellation);
        }

        Assert.False(stop.IsCompleted);
        release.SetResult();
        Assert.Equal("answered", await answer.WaitAsync(Limit, WebLab.Cancellation));
        await stop.WaitAsync(Limit, WebLab.Cancellation);
        Assert.Equal(SocketError.ConnectionRefused, refusal);
        Assert.False(lab.Server.IsRunning);
    }

    [Fact]
    public async Task An_idle_connection_ends_with_the_host_and_leaves_nothing_behind()
    {
        await using var lab = await WebLab.StartAsync(app => app.MapGet("/", () => "once"));
        using var client = lab.CreateClient();
        Assert.Equal("once", await client.GetStringAsync("/", WebLab.Cancellation));
        Assert.Equal(1, lab.Server.GetCounters().Connections);

        await lab.App.StopAsync(WebLab.Cancellation).WaitAsync(Limit, WebLab.Cancellation);
        Assert.Equal(0, lab.Server.GetCounters().BufferBytes);
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync("/", WebLab.Cancellation)).WaitAsync(Limit, WebLab.Cancellation);
    }

    [Fact]
    public async Task An_abort_of_the_server_is_a_reset_to_the_client()
    {
        await using var lab = await WebLab.StartAsync(app => app.MapGet("/", async (HttpContext context) =>
        {
            await context.Response.WriteAsync("half");
            await context.Response.Body.FlushAsync();
            context.Abort();
        }));
        using var socket = await OpenAsync(lab);
        await socket.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray().AsMemory(), WebLab.Cancellation);
        var error = await Assert.ThrowsAsync<SocketException>(() => ReadToEndAsync(socket)).WaitAsync(Limit, WebLab.Cancellation);
        Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
    }

    [Fact]
    public async Task A_reset_of_the_client_ends_its_request()
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var aborted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var lab = await WebLab.StartAsync(app => app.MapGet("/", async (HttpContext context) =>
        {
            context.RequestAborted.Register(() => aborted.SetResult());
            entered.SetResult();
            await aborted.Task;
        }));
        var socket = await OpenAsync(lab);
        await socket.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray().AsMemory(), WebLab.Cancellation);
        await entered.Task.WaitAsync(Limit, WebLab.Cancellation);
        Assert.False(aborted.Task.IsCompleted);
        socket.Close(0);
        await aborted.Task.WaitAsync(Limit, WebLab.Cancellation);
    }

    [Fact]
    public async Task A_server_that_does_not_read_holds_the_client_back_and_loses_nothing()
    {
        const int Size = 40 * 1024 * 1024;
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        long buffered = 0;
        await using var lab = await WebLab.StartAsync(
            app => app.MapPost("/", async (HttpContext context) =>
            {
                await release.Task;
                var count = 0L;
                var block = new byte[64 * 1024];
                for (int read; (read = await context.Request.Body.ReadAsync(block)) > 0;)
                    count += read;
                await context.Response.WriteAsync($"{count}");
            }),
            options =>
            {
                options.Limits.MaxRequestBodySize = null;
                options.ListenAnyIP(80);
            });
        using var client = lab.CreateClient();
        using var content = new CountingContent(Size);
        var answer = client.PostAsync("/", content, WebLab.Cancellation);

        // It stands still when all buffers on the way are full.
        for (var still = 0; still < 20;)
        {
            await Task.Delay(20, WebLab.Cancellation);
            still = content.Written == buffered ? still + 1 : 0;
            buffered = content.Written;
        }

        Assert.InRange(buffered, 1, Size / 2);
        release.SetResult();
        using var response = await answer.WaitAsync(Limit, WebLab.Cancellation);
        Assert.Equal($"{Size}", await response.Content.ReadAsStringAsync(WebLab.Cancellation));
    }

    [Fact]
    public async Task A_client_that_does_not_read_holds_the_server_back()
    {
        const int Size = 40 * 1024 * 1024;
        var written = 0L;
        await using var lab = await WebLab.StartAsync(
            app => app.MapGet("/", async (HttpContext context) =>
            {
                var block = new byte[64 * 1024];
                for (; written < Size; written += block.Length)
                    await context.Response.Body.WriteAsync(block, context.RequestAborted);
            }),
            options =>
            {
                options.Limits.MinResponseDataRate = null;
                options.ListenAnyIP(80);
            });
        using var client = lab.CreateClient();
        await using var stream = await client.GetStreamAsync("/", WebLab.Cancellation);
        var before = -1L;
        for (var still = 0; still < 20;)
        {
            await Task.Delay(20, WebLab.Cancellation);
            still = written == before ? still + 1 : 0;
            before = written;
        }

        Assert.InRange(written, 1, Size / 2);
        var count = 0L;
        var block = new byte[64 * 1024];
        for (int read; (read = await stream.ReadAsync(block, WebLab.Cancellation)) > 0;)
            count += read;
        Assert.Equal(Size, count);
    }

    [Fact]
    public async Task A_connection_above_the_limit_is_closed()
    {
        await using var lab = await WebLab.StartAsync(app => app.MapGet("/", () => "in"), options =>
        {
            options.Limits.MaxConcurrentConnections = 2;
            options.ListenAnyIP(80);
        });
        using var first = await OpenAsync(lab);
        using var second = await OpenAsync(lab);
        Assert.Contains("200 OK", await AskAsync(first), StringComparison.Ordinal);
        Assert.Contains("200 OK", await AskAsync(second), StringComparison.Ordinal);
        using var third = await OpenAsync(lab);
        Assert.Equal("", await EndAsync(third));

        // There is room again when one is gone.
        first.Dispose();
        while (true)
        {
            using var fourth = await OpenAsync(lab);
            if ((await EndAsync(fourth, ask: true)).Contains("200 OK", StringComparison.Ordinal))
                break;
            await Task.Delay(5, WebLab.Cancellation);
        }
    }

    private static async Task<Socket> OpenAsync(WebLab lab)
    {
        var socket = new Socket(lab.Client, AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(Cable.ServerAddress, 80), WebLab.Cancellation);
        return socket;
    }

    private static async Task<SocketError> ConnectAsync(WebLab lab)
    {
        try
        {
            using var socket = await OpenAsync(lab);
            return SocketError.Success;
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode;
        }
    }

    private static async Task<string> AskAsync(Socket socket)
    {
        await socket.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray().AsMemory(), WebLab.Cancellation);
        var buffer = new byte[10_000];
        return Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer.AsMemory(), WebLab.Cancellation));
    }

    /// <summary>What comes until the end of the connection, whichever way it ends.</summary>
    private static async Task<string> EndAsync(Socket socket, bool ask = false)
    {
        try
        {
            return ask ? await AskAsync(socket) : await ReadToEndAsync(socket).WaitAsync(Limit, WebLab.Cancellation);
        }
        catch (SocketException)
        {
            return "";
        }
    }

    private static async Task<string> ReadToEndAsync(Socket socket)
    {
        var text = new StringBuilder();
        var buffer = new byte[10_000];
        for (int count; (count = await socket.ReceiveAsync(buffer.AsMemory(), WebLab.Cancellation)) > 0;)
            text.Append(Encoding.ASCII.GetString(buffer, 0, count));
        return text.ToString();
    }

    private sealed class CountingContent(long size) : HttpContent
    {
        private long _written;

        public long Written => System.Threading.Volatile.Read(ref _written);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var block = new byte[64 * 1024];
            while (_written < size)
            {
                await stream.WriteAsync(block);
                System.Threading.Volatile.Write(ref _written, _written + block.Length);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = size;
            return true;
        }
    }
}
