using System;
using System.IO;
using System.Threading;
using SharpTcp.Links;
using SharpTcp.Protocols;
using SharpTcp.Wire;

namespace SharpTcp.Cli;

/// <summary>A link around a link that describes each packet in one line, in the manner of tcpdump.</summary>
internal sealed class PacketLogLink : ILink
{

    private readonly ILink _inner;
    private readonly TextWriter _output;
    private readonly bool _isColoured;
    private readonly TimeProvider _time;
    private readonly Lock _writing = new();
    private readonly char[] _line = new char[PacketFormatter.MaxLineLength + 64];
    private byte[] _frame = new byte[2048];

    public PacketLogLink(ILink inner, TextWriter output, bool isColoured, TimeProvider time)
    {
        _inner = inner;
        _output = output;
        _isColoured = isColoured;
        _time = time;
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

    /// <inheritdoc/>
    public bool TrySend(in OutboundFrame frame)
    {
        if (!_inner.TrySend(frame))
            return false;
        lock (_writing)
        {
            if (_frame.Length < frame.Length)
                _frame = new byte[frame.Length];
            frame.CopyTo(_frame);
            Write(_frame.AsSpan(0, frame.Length), frame.Meta, isOutbound: true);
        }
        return true;
    }

    /// <inheritdoc/>
    public bool TryReceive(Span<byte> buffer, out int length, out FrameMeta meta)
    {
        if (!_inner.TryReceive(buffer, out length, out meta))
            return false;
        lock (_writing)
            Write(buffer[..length], meta, isOutbound: false);
        return true;
    }

    /// <inheritdoc/>
    public void SetReadyCallback(Action? onReady) => _inner.SetReadyCallback(onReady);

    /// <inheritdoc/>
    public void Dispose() => _inner.Dispose();

    private void Write(ReadOnlySpan<byte> frame, in FrameMeta meta, bool isOutbound)
    {
        const string Out = "\e[36m";
        const string In = "\e[33m";
        const string Plain = "\e[0m";
        var line = _line.AsSpan();
        var length = 0;
        if (_isColoured)
            length += Copy(isOutbound ? Out : In, line);
        _time.GetLocalNow().TryFormat(line[length..], out var written, "HH:mm:ss.ffffff", System.Globalization.CultureInfo.InvariantCulture);
        length += written;
        length += Copy(isOutbound ? " > " : " < ", line[length..]);
        var linkType = Capabilities.Medium == LinkMedium.Ethernet ? PcapLinkType.Ethernet : PcapLinkType.Raw;
        length += PacketFormatter.Format(frame, linkType, line.Slice(length, PacketFormatter.MaxLineLength), meta.SegmentSize);
        if (_isColoured)
            length += Copy(Plain, line[length..]);
        _output.WriteLine(line[..length]);
    }

    private static int Copy(string text, Span<char> destination)
    {
        text.CopyTo(destination);
        return text.Length;
    }
}
