using System;
using System.Collections.Generic;
using SharpTcp.Links;
using SharpTcp.Protocols;
using SharpTcp.Wire;

namespace SharpTcp.Simulation;

/// <summary>A host's end of a link: the device that its stack sends to and receives from.</summary>
public sealed class SimulatedPort : ILink, ILinkEnd
{
    private readonly SimulatedNetwork _network;
    private readonly Action? _onArrival;
    private readonly Queue<PacketUnderWay> _inbox = new();
    private readonly Stack<PacketUnderWay> _idle = new();
    private readonly int _traceId;
    private LinkPath _outgoing = null!;
    private Action? _onReady;
    private bool _isDisposed;

    internal SimulatedPort(SimulatedNetwork network, string name, MacAddress address, LinkSetup setup, Action? onArrival)
    {
        _network = network;
        _onArrival = onArrival;
        Name = name;
        HardwareAddress = setup.Medium == LinkMedium.Ethernet ? address : MacAddress.Unspecified;
        Capabilities = new LinkCapabilities(setup.Medium, setup.Mtu, setup.Offloads);
        // A frame may come whole although this end does not send such.
        ReceiveBufferSize = setup.CarriesSuperFrames ? FrameLayout.LargestFrame : FrameLayout.LongestFrame(Capabilities);
        _traceId = network.Trace.AddInterface(name, setup.Medium);
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
    public int? PollDescriptor => null;

    /// <inheritdoc/>
    public bool TrySend(in OutboundFrame frame)
    {
        var buffer = _network.Scratch.AsSpan(0, frame.Length);
        frame.CopyTo(buffer);
        if (!_outgoing.TrySend(buffer, frame.Meta))
        {
            return false;
        }

        _network.Trace.Record(_traceId, PcapDirection.Outbound, buffer, frame.Meta);
        return true;
    }

    /// <inheritdoc/>
    public bool TryReceive(Span<byte> buffer, out int length, out FrameMeta meta)
    {
        LinkArguments.CheckBuffer(buffer.Length, ReceiveBufferSize);
        if (!_inbox.TryDequeue(out var packet))
        {
            length = 0;
            meta = default;
            return false;
        }

        packet.Frame.CopyTo(buffer);
        length = packet.Frame.Length;
        meta = packet.Meta;
        packet.Free();
        _idle.Push(packet);
        return true;
    }

    /// <inheritdoc/>
    public void SetReadyCallback(Action? onReady) => _onReady = onReady;

    /// <summary>Unplugs the port: what arrives from now on is lost.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _onReady = null;
        while (_inbox.TryDequeue(out var packet))
        {
            packet.Free();
        }
    }

    void ILinkEnd.Attach(LinkPath outgoing) => _outgoing = outgoing;

    void ILinkEnd.Deliver(ReadOnlySpan<byte> frame, in FrameMeta meta)
    {
        if (_isDisposed)
        {
            return;
        }

        _network.Trace.Record(_traceId, PcapDirection.Inbound, frame, meta);
        if (!_idle.TryPop(out var packet))
        {
            packet = new PacketUnderWay(_outgoing);
        }

        packet.Fill(frame, meta, BitError.None);
        _inbox.Enqueue(packet);
        OnReady();
    }

    void ILinkEnd.OnRoom() => OnReady();

    private void OnReady()
    {
        _onReady?.Invoke();
        _onArrival?.Invoke();
    }
}
