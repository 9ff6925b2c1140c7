using System;
using SharpTcp.Protocols;
using SharpTcp.Wire;

namespace SharpTcp.Links;

/// <summary>
/// A link to itself: what is sent comes back. Bare IP packets of up to 65,535 bytes, all offloads: nothing is ever cut or summed. Nothing is allocated per frame.
/// </summary>
public sealed class LoopbackLink : ILink
{
    private const int DefaultQueueFrames = 1000;
    private const int DefaultQueueBytes = 4 * 1024 * 1024;

    private readonly FrameQueue _queue;

    /// <summary>Makes one.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="queueFrames">The most frames that wait.</param>
    /// <param name="queueBytes">The most memory, in bytes, that they take; at least what one 64 KiB frame needs.</param>
    /// <exception cref="ArgumentOutOfRangeException">A bound is not positive.</exception>
    public LoopbackLink(string name = "lo", int queueFrames = DefaultQueueFrames, int queueBytes = DefaultQueueBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(queueFrames, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(queueBytes, 1);
        Name = name;
        Capabilities = new LinkCapabilities(LinkMedium.Ip, LinkArguments.LargestMtu, LinkOffloads.All);
        ReceiveBufferSize = FrameLayout.LongestFrame(Capabilities);
        _queue = new FrameQueue(Capabilities, queueFrames, queueBytes);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public LinkCapabilities Capabilities { get; }

    /// <inheritdoc/>
    public MacAddress HardwareAddress => MacAddress.Unspecified;

    /// <inheritdoc/>
    public int ReceiveBufferSize { get; }

    /// <inheritdoc/>
    /// <remarks>There is none: everything comes by the callback.</remarks>
    public int? PollDescriptor => null;

    /// <summary>Frames that were longer than 65,535 bytes, or sent after the link was disposed.</summary>
    public long SendDropped => _queue.Dropped;

    /// <inheritdoc/>
    public bool TrySend(in OutboundFrame frame) => _queue.TrySend(frame);

    /// <inheritdoc/>
    public bool TryReceive(Span<byte> buffer, out int length, out FrameMeta meta)
    {
        LinkArguments.CheckBuffer(buffer.Length, ReceiveBufferSize);
        return _queue.TryReceive(buffer, out length, out meta);
    }

    /// <inheritdoc/>
    public void SetReadyCallback(Action? onReady)
    {
        _queue.SetReceiverReady(onReady);
        _queue.SetSenderReady(onReady);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _queue.SetSenderReady(null);
        _queue.Close();
    }
}
