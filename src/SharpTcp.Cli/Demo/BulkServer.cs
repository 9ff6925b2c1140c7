using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using NetworkStream = SharpTcp.Sockets.NetworkStream;
using TcpListener = SharpTcp.Sockets.TcpListener;

namespace SharpTcp.Cli;

/// <summary>SharpTCP's side of the download and the upload: one connection each.</summary>
internal sealed class BulkServer(NetworkStack stack) : IDisposable
{
    public const int DownloadPort = 2001;
    public const int UploadPort = 2002;

    private readonly TcpListener _downloads = stack.Listen(DownloadPort);
    private readonly TcpListener _uploads = stack.Listen(UploadPort);

    /// <summary>Sends the content to the next client.</summary>
    /// <returns>The SHA-256 of what was sent.</returns>
    public async Task<byte[]> SendAsync(long length, ulong seed, CancellationToken cancellation)
    {
        await using var stream = await AcceptAsync(_downloads, cancellation);
        return await DemoContent.WriteAsync(stream, length, seed, null, cancellation);
    }

    /// <summary>Receives all that the next client sends.</summary>
    /// <returns>How much it was, and its SHA-256.</returns>
    public async Task<(long Length, byte[] Digest)> ReceiveAsync(Action<long> progress, CancellationToken cancellation)
    {
        await using var stream = await AcceptAsync(_uploads, cancellation);
        return await DemoContent.ReadAsync(stream, progress, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _downloads.Dispose();
        _uploads.Dispose();
    }

    private static async Task<Stream> AcceptAsync(TcpListener listener, CancellationToken cancellation) =>
        new NetworkStream(await listener.AcceptSocketAsync(cancellation), ownsSocket: true);
}
