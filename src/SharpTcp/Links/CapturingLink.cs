using System;
using System.IO;
using SharpTcp.Protocols;
using SharpTcp.Wire;

namespace SharpTcp.Links;

/// <summary>
/// A link around a link that writes what crosses it, both ways, as pcapng. The frames that cross are not altered; in the copy checksums are
/// final. Nothing is allocated per frame.
/// </summary>
public sealed class CapturingLink : ILink
{
    private readonly ILink _inner;
    private readonly CaptureWriter _writer;

    /// <summary>Captures into a stream.</summary>
    /// <param name="inner">The link; disposed with this one.</param>
    /// <param name="output">Where the file goes; disposed with this one unless <see cref="CaptureOptions.LeaveOpen"/>.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <exception cref="IOException">The beginning of the file cannot be written.</exception>
    public CapturingLink(ILink inner, Stream output, CaptureOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(output);
        _inner = inner;
        _writer = new CaptureWriter(output, inner.Name, inner.Capabilities.Medium, options ?? new CaptureOptions());
    }

    /// <summary>Captures into a file, which is made anew.</summary>
    /// <param name="inner">The link; disposed with this one.</param>
    /// <param name="path">The file.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The process may not write there.</exception>
    public CapturingLink(ILink inner, string path, CaptureOptions? options = null)
        : this(inner, new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 16), options)
    {
    }

    /// <inheritdoc/>
    public string Name => _inner.Name;

    /// <inheritdoc/>
    public LinkCapabilities Capabilities => _inner.Capabilities;

    /// <inheritdoc/>
    public MacAddress HardwareAddress => _inner.HardwareAddress;

    /// <inheritdoc/>
    public int ReceiveBufferSize => _inner.ReceiveBufferSize;

    /// <inheritdoc/>
    public int? PollDescriptor => _inner.PollDescriptor;

    /// <summary>Frames that were not captured: the buffer was full, or writing had failed.</summary>
    public long Missed => _writer.Missed;

    /// <summary>Why writing failed, if it did: the link goes on, capturing does not.</summary>
    public Exception? Failure => _writer.Failure;

    /// <inheritdoc/>
    public bool TrySend(in OutboundFrame frame)
    {
        var time = _writer.Now;
        if (!_inner.TrySend(frame))
            return false;
        _writer.Add(frame, time, PcapDirection.Outbound);
        return true;
    }

    /// <inheritdoc/>
    public bool TryReceive(Span<byte> buffer, out int length, out FrameMeta meta)
    {
        if (!_inner.TryReceive(buffer, out length, out meta))
            return false;
        _writer.Add(new OutboundFrame(buffer[..length], meta), _writer.Now, PcapDirection.Inbound);
        return true;
    }

    /// <inheritdoc/>
    public void SetReadyCallback(Action? onReady) => _inner.SetReadyCallback(onReady);

    /// <summary>Disposes the link, writes what is still to be written and closes the file.</summary>
    public void Dispose()
    {
        _inner.Dispose();
        _writer.Dispose();
    }
}
