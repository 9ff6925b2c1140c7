using System;
using SharpTcp.Protocols;
using SharpTcp.Wire;

namespace SharpTcp.Links;

/// <summary>
/// One end of a cable inside the process. Frames are copied into a bounded queue and wait there until the other end receives them; super-frames and partial
/// checksums cross unchanged where the other end has the offload, and are cut and summed where it has not. Nothing is allocated per frame.
/// </summary>
public sealed class MemoryLink : ILink
{
    private readonly FrameQueue _outbound;
    private readonly FrameQueue _inbound;

    private MemoryLink(string name, in LinkCapabilities capabilities, MacAddress address, FrameQueue outbound, FrameQueue inbound)
    {
        Name = name;
        Capabilities = capabilities;
        HardwareAddress = capabilities.Medium == LinkMedium.Ethernet ? address : MacAddress.Unspecified;
        ReceiveBufferSize = FrameLayout.LongestFrame(capabilities);
        _outbound = outbound;
        _inbound = inbound;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public LinkCapabilities Capabilities { get; }

    /// <inheritdoc/>
    public MacAddress HardwareAddress { get; }

    /// <inheritdoc/>
    public int ReceiveBufferSize { get; }

    /// <inheritdoc/>
    /// <remarks>There is none: everything comes by the callback.</remarks>
    public int? PollDescriptor => null;

    /// <summary>Frames that this end sent and that the link could not carry: longer than the MTU, malformed, or sent after the other end was disposed.</summary>
    public long SendDropped => _outbound.Dropped;

    /// <summary>Makes a cable whose ends can do the same.</summary>
    /// <param name="capabilities">What both can do.</param>
    /// <param name="options">Addresses, names and bounds.</param>
    public static (MemoryLink First, MemoryLink Second) CreatePair(LinkCapabilities capabilities, MemoryLinkOptions? options = null) =>
        CreatePair(capabilities, capabilities, options);

    /// <summary>Makes a cable.</summary>
    /// <param name="first">What the first end can do.</param>
    /// <param name="second">What the second end can do: of the same medium.</param>
    /// <param name="options">Addresses, names and bounds.</param>
    /// <exception cref="ArgumentException">The media differ, or an address is a group's.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An MTU is not from 68 to 65,535, or a bound is not positive.</exception>
    public static (MemoryLink First, MemoryLink Second) CreatePair(
        LinkCapabilities first, LinkCapabilities second, MemoryLinkOptions? options = null)
    {
        options ??= new MemoryLinkOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.QueueFrames, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.QueueBytes, 1);
        LinkArguments.CheckMtu(first.Mtu, nameof(first));
        LinkArguments.CheckMtu(second.Mtu, nameof(second));
        if (first.Medium != second.Medium)
            throw new ArgumentException($"A cable has one medium: the first end is {first.Medium}, the second {second.Medium}.", nameof(second));
        if (first.Medium == LinkMedium.Ethernet)
        {
            LinkArguments.CheckAddress(options.FirstAddress, nameof(options));
            LinkArguments.CheckAddress(options.SecondAddress, nameof(options));
        }

        var toFirst = new FrameQueue(first, options.QueueFrames, options.QueueBytes);
        var toSecond = new FrameQueue(second, options.QueueFrames, options.QueueBytes);
        return (
            new MemoryLink(options.FirstName, first, options.FirstAddress, toSecond, toFirst),
            new MemoryLink(options.SecondName, second, options.SecondAddress, toFirst, toSecond));
    }

    /// <inheritdoc/>
    public bool TrySend(in OutboundFrame frame) => _outbound.TrySend(frame);

    /// <inheritdoc/>
    public bool TryReceive(Span<byte> buffer, out int length, out FrameMeta meta)
    {
        LinkArguments.CheckBuffer(buffer.Length, ReceiveBufferSize);
        return _inbound.TryReceive(buffer, out length, out meta);
    }

    /// <inheritdoc/>
    public void SetReadyCallback(Action? onReady)
    {
        _inbound.SetReceiverReady(onReady);
        _outbound.SetSenderReady(onReady);
    }

    /// <summary>Unplugs this end: what the other end sends from now on is lost.</summary>
    public void Dispose()
    {
        _outbound.SetSenderReady(null);
        _inbound.Close();
    }
}
