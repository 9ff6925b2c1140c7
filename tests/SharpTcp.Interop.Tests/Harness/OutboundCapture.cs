using System;
using SharpTcp.Links;
using SharpTcp.Protocols;
using SharpTcp.Wire;

namespace SharpTcp.Interop.Tests;

/// <summary>A link of which only what leaves is captured: what comes is the kernel's, and half of the bytes to dissect.</summary>
internal sealed class OutboundCapture(ILink link, CapturingLink capturing) : ILink
{
    public string Name => link.Name;

    public LinkCapabilities Capabilities => link.Capabilities;

    public MacAddress HardwareAddress => link.HardwareAddress;

    public int ReceiveBufferSize => link.ReceiveBufferSize;

    public int? PollDescriptor => link.PollDescriptor;

    public bool TrySend(in OutboundFrame frame) => capturing.TrySend(frame);

    public bool TryReceive(Span<byte> buffer, out int length, out FrameMeta meta) => link.TryReceive(buffer, out length, out meta);

    public void SetReadyCallback(Action? onReady) => capturing.SetReadyCallback(onReady);

    public void Dispose() => capturing.Dispose();
}
