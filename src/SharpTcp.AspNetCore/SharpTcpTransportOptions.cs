namespace SharpTcp.AspNetCore;

/// <summary>How Kestrel uses the stack.</summary>
public sealed class SharpTcpTransportOptions
{
    /// <summary>
    /// Leaves ordinary endpoints (<c>UseUrls</c>, <c>ListenAnyIP</c>, <c>Listen</c> with an <see cref="System.Net.IPEndPoint"/>) to the kernel, so that only those of type
    /// <see cref="SharpTcpEndPoint"/> are the stack's. Default: no, all are the stack's.
    /// </summary>
    public bool KernelEndPoints { get; set; }

    /// <summary>Most connections of a listener that wait to be accepted, at least 1. Default: 512.</summary>
    public int Backlog { get; set; } = 512;

    /// <summary>Sends small segments at once instead of waiting for acknowledgments. Default: yes.</summary>
    public bool NoDelay { get; set; } = true;

    /// <summary>
    /// Most received bytes of a connection that wait for the application before the stack stops reading, and with it the peer; 0 sets no limit. Default: 1 MiB.
    /// </summary>
    public long MaxReadBufferSize { get; set; } = 1024 * 1024;

    /// <summary>Most bytes of a connection that wait to be sent before the application's writes wait; 0 sets no limit. Default: 64 KiB.</summary>
    public long MaxWriteBufferSize { get; set; } = 64 * 1024;
}
