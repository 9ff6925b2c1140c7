// ASP.NET Core on a TCP/IP stack of its own: see README.md beside this file for what to type.
using System;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using SharpTcp;
using SharpTcp.AspNetCore;

var builder = WebApplication.CreateBuilder(args);
builder.WebHost.UseSharpTcp(); // the section SharpTcp of appsettings.json
builder.WebHost.UseUrls("http://*:80");
builder.Services.AddHealthChecks().AddSharpTcp();

var app = builder.Build();
app.UseWebSockets();
app.MapGet("/", (HttpContext context) => $"Hello, {context.Connection.RemoteIpAddress}, from a stack in user space.\n");
app.MapGet("/counters", (NetworkStack stack) => $"{stack.TcpCounters.SegmentsReceived} segments came, {stack.TcpCounters.SegmentsSent} left.\n");
app.MapHealthChecks("/health");
app.Map("/echo", async (HttpContext context) =>
{
    using var socket = await context.WebSockets.AcceptWebSocketAsync();
    var buffer = new byte[4096];
    while (await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted) is { Count: > 0 } message)
        await socket.SendAsync(buffer.AsMemory(0, message.Count), message.MessageType, message.EndOfMessage, context.RequestAborted);
});
app.Run();
