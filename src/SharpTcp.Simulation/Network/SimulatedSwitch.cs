using System;
using System.Collections.Generic;
using SharpTcp.Protocols;
using SharpTcp.Wire;

namespace SharpTcp.Simulation;

/// <summary>
/// A simple Ethernet switch: it learns behind which port a MAC address is, sends frames for groups and for addresses that it does not know to all other ports, and takes no time. Loops of
/// switches are not broken: do not make any.
/// </summary>
public sealed class SimulatedSwitch : SimulatedNode
{
    private const int MaximumAddresses = 4096;

    private readonly List<Port> _ports = [];
    private readonly Dictionary<MacAddress, Port> _addresses = [];

    internal SimulatedSwitch(SimulatedNetwork network, string name)
        : base(network, name)
    {
    }

    /// <summary>How many links it has.</summary>
    public int PortCount => _ports.Count;

    internal override Segment? SharedSegment { get; set; }

    internal override ILinkEnd CreateEnd(LinkSetup setup, Segment segment)
    {
        if (setup.Medium != LinkMedium.Ethernet)
        {
            throw new ArgumentException($"The switch {Name} takes links of Ethernet only.", nameof(setup));
        }

        var port = new Port(this);
        _ports.Add(port);
        return port;
    }

    private void Forward(Port source, ReadOnlySpan<byte> frame, in FrameMeta meta)
    {
        if (!EthernetView.TryParse(frame, out var ethernet))
        {
            return;
        }

        if (ethernet.Source.IsUnicast && (_addresses.Count < MaximumAddresses || _addresses.ContainsKey(ethernet.Source)))
        {
            _addresses[ethernet.Source] = source;
        }

        if (_addresses.TryGetValue(ethernet.Destination, out var known))
        {
            if (known != source)
            {
                known.Outgoing.Send(frame, meta);
            }

            return;
        }

        foreach (var port in _ports)
        {
            if (port != source)
            {
                port.Outgoing.Send(frame, meta);
            }
        }
    }

    private sealed class Port(SimulatedSwitch owner) : ILinkEnd
    {
        public LinkPath Outgoing { get; private set; } = null!;

        public void Attach(LinkPath outgoing) => Outgoing = outgoing;

        public void Deliver(ReadOnlySpan<byte> frame, in FrameMeta meta) => owner.Forward(this, frame, meta);

        public void OnRoom()
        {
        }
    }
}
