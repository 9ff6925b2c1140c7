using System.Buffers;
using System.IO.Pipelines;

namespace SharpTcp.AspNetCore;

/// <summary>The settings of the two pipes between a connection's socket and the application.</summary>
internal sealed class ConnectionPipes
{
    public ConnectionPipes(MemoryPool<byte> pool, SharpTcpTransportOptions options)
    {
        Pool = pool;
        // The application may block on what it reads, so it never runs on the thread that receives.
        Input = new PipeOptions(
            pool, readerScheduler: PipeScheduler.ThreadPool, writerScheduler: PipeScheduler.ThreadPool,
            pauseWriterThreshold: options.MaxReadBufferSize, resumeWriterThreshold: options.MaxReadBufferSize / 2, useSynchronizationContext: false);
        // What it writes is sent on its own thread: the stack does the work where the data is.
        Output = new PipeOptions(
            pool, readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.ThreadPool,
            pauseWriterThreshold: options.MaxWriteBufferSize, resumeWriterThreshold: options.MaxWriteBufferSize / 2, useSynchronizationContext: false);
    }

    /// <summary>The blocks of both.</summary>
    public MemoryPool<byte> Pool { get; }

    /// <summary>From the peer to the application.</summary>
    public PipeOptions Input { get; }

    /// <summary>From the application to the peer.</summary>
    public PipeOptions Output { get; }
}
