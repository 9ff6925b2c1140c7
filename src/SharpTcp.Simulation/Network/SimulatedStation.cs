using System;
using SharpTcp.Protocols;
using SharpTcp.Wire;

namespace SharpTcp.Simulation;

/// <summary>Receives a frame.</summary>
/// <param name="frame">The frame from its link header on; free again when this returns.</param>
/// <param name="meta">What is known of its checksum and how it would be cut; nothing, unless its link carries super-frames.</param>
public delegate void FrameHandler(ReadOnlySpan<byte> frame, in FrameMeta meta);

/// <summary>
/// Something on a link that is not a host: it sees every frame that reaches it, whomever it is for, and sends what it likes. For attackers, broken neighbours and protocol tests.
/// </summary>
public sealed class SimulatedStation : SimulatedNode
{
    private End? _end;

    internal SimulatedStation(SimulatedNetwork network, string name, MacAddress address)
        : base(network, name) => HardwareAddress = address;

    /// <summary>A MAC address that nobody else has; what the station sends need not name it.</summary>
    public MacAddress HardwareAddress { get; }

    /// <summary>Raised for every frame that arrives. Handlers may send.</summary>
    public event FrameHandler? Received;

    /// <summary>Sends a frame.</summary>
    /// <param name="frame">The frame from its link header on.</param>
    /// <param name="meta">For a frame with a sum to be completed, or to be cut; nothing for an ordinary one.</param>
    /// <exception cref="InvalidOperationException">The station is not connected.</exception>
    public void Send(ReadOnlySpan<byte> frame, in FrameMeta meta = default)
    {
        if (_end is not { } end)
        {
            throw new InvalidOperationException($"The station {Name} is not connected: call SimulatedNetwork.Connect first.");
        }

        Network.Trace.Record(end.TraceId, PcapDirection.Outbound, frame, meta);
        end.Outgoing.Send(frame, meta);
    }

    internal override ILinkEnd CreateEnd(LinkSetup setup, Segment segment)
    {
        if (_end is not null)
        {
            throw new InvalidOperationException($"The station {Name} is connected already: it has one link.");
        }

        return _end = new End(this, Network.Trace.AddInterface(Name, setup.Medium));
    }

    private sealed class End(SimulatedStation station, int traceId) : ILinkEnd
    {
        public int TraceId => traceId;

        public LinkPath Outgoing { get; private set; } = null!;

        public void Attach(LinkPath outgoing) => Outgoing = outgoing;

        public void Deliver(ReadOnlySpan<byte> frame, in FrameMeta meta)
        {
            station.Network.Trace.Record(traceId, PcapDirection.Inbound, frame, meta);
            station.Received?.Invoke(frame, meta);
        }

        public void OnRoom()
        {
        }
    }
}
