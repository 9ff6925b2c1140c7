using System;
using SharpTcp.Links;
using SharpTcp.Protocols;
using SharpTcp.Wire;

namespace SharpTcp.Interop.Tests;

/// <summary>Sees a frame on its way.</summary>
/// <param name="frame">The frame.</param>
/// <param name="leaves">Whether it leaves the stack.</param>
/// <returns>Whether it goes on; if not, it is lost.</returns>
internal delegate bool FrameWatcher(ReadOnlySpan<byte> frame, bool leaves);

/// <summary>A link around a link whose frames a test sees, and may lose. For links without super-frames.</summary>
internal sealed class WatchedLink(ILink inner, FrameWatcher watcher) : ILink
{
    private readonly byte[] _whole = new byte[64 * 1024];

    public string Name => inner.Name;

    public LinkCapabilities Capabilities => inner.Capabilities;

    public MacAddress HardwareAddress => inner.HardwareAddress;

    public int ReceiveBufferSize => inner.ReceiveBufferSize;

    public int? PollDescriptor => inner.PollDescriptor;

    public bool TrySend(in OutboundFrame frame)
    {
        frame.CopyTo(_whole);
        return !watcher(_whole.AsSpan(0, frame.Length), true) || inner.TrySend(frame);
    }

    public bool TryReceive(Span<byte> buffer, out int length, out FrameMeta meta)
    {
        while (inner.TryReceive(buffer, out length, out meta))
        {
            if (watcher(buffer[..length], false))
                return true;
        }
        return false;
    }

    public void SetReadyCallback(Action? onReady) => inner.SetReadyCallback(onReady);

    public void Dispose() => inner.Dispose();
}
