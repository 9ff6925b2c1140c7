using System;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace SharpTcp.AspNetCore.Tests;

/// <summary>Bodies that nobody holds in memory, and their digests.</summary>
internal static class Bodies
{
    /// <summary>POST /digest answers with the digest of the body; GET /bytes/{count} with so many bytes.</summary>
    public static void Map(WebApplication app)
    {
        app.MapPost("/digest", async (HttpContext context) =>
            await context.Response.WriteAsync(await DigestAsync(context.Request.Body, context.RequestAborted), context.RequestAborted));
        app.MapGet("/bytes/{count:long}", async (HttpContext context, long count) =>
        {
            context.Response.ContentLength = count;
            await WriteAsync(context.Response.Body, count, context.RequestAborted);
        });
    }

    /// <summary>Sends a body and asks for its digest; then gets one and takes its digest.</summary>
    public static async Task CheckAsync(HttpClient client, long size, CancellationToken cancellation)
    {
        var sent = await DigestOfPatternAsync(size, cancellation);
        using var content = new PatternContent(size);
        using var answer = await client.PostAsync("/digest", content, cancellation);
        answer.EnsureSuccessStatusCode();
        Assert.Equal(sent, await answer.Content.ReadAsStringAsync(cancellation));

        await using var stream = await client.GetStreamAsync($"/bytes/{size}", cancellation);
        Assert.Equal(sent, await DigestAsync(stream, cancellation));
    }

    private static async Task WriteAsync(Stream destination, long size, CancellationToken cancellation)
    {
        var block = new byte[37 * 1024];
        for (long position = 0; position < size;)
        {
            var count = (int)Math.Min(block.Length, size - position);
            Fill(block.AsSpan(0, count), position);
            await destination.WriteAsync(block.AsMemory(0, count), cancellation);
            position += count;
        }
    }

    private static async Task<string> DigestOfPatternAsync(long size, CancellationToken cancellation)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = new byte[64 * 1024];
        for (long position = 0; position < size;)
        {
            var count = (int)Math.Min(block.Length, size - position);
            Fill(block.AsSpan(0, count), position);
            digest.AppendData(block.AsSpan(0, count));
            position += count;
            cancellation.ThrowIfCancellationRequested();
        }

        return await Task.FromResult(Convert.ToHexString(digest.GetHashAndReset()));
    }

    private static async Task<string> DigestAsync(Stream source, CancellationToken cancellation) =>
        Convert.ToHexString(await SHA256.HashDataAsync(source, cancellation));

    // Bytes that tell their place.
    private static void Fill(Span<byte> block, long position)
    {
        for (var i = 0; i < block.Length; i++)
        {
            var place = position + i;
            block[i] = (byte)(place ^ (place >> 8) * 31 ^ (place >> 16) * 17);
        }
    }

    private sealed class PatternContent(long size) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => WriteAsync(stream, size, CancellationToken.None);

        protected override bool TryComputeLength(out long length)
        {
            length = size;
            return true;
        }
    }
}
