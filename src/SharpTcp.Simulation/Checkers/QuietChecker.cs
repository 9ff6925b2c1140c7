using System;
using System.Globalization;

namespace SharpTcp.Simulation;

/// <summary>Checks what is left when everything is over: nothing moves on the network, and each host holds as much as it did at first.</summary>
public sealed class QuietChecker
{
    private readonly SimulatedNetwork _network;
    private readonly HostResources[] _before;

    /// <summary>Takes note of what the hosts hold before it begins.</summary>
    /// <param name="network">The network, with all its hosts.</param>
    public QuietChecker(SimulatedNetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);
        _network = network;
        _before = new HostResources[network.Hosts.Count];
        for (var i = 0; i < _before.Length; i++)
        {
            _before[i] = network.Hosts[i].Resources;
        }
    }

    /// <summary>Lets time pass in which no frame may be sent, after some in which whatever ends by itself ends.</summary>
    /// <param name="settle">How long things may take to end: longer than TIME-WAIT, and than neighbours take to be forgotten.</param>
    /// <param name="quiet">How long it must be quiet then.</param>
    /// <exception cref="SimulationException">A frame was sent.</exception>
    public void CheckSilence(TimeSpan settle, TimeSpan quiet)
    {
        _network.Run(settle);
        var sent = _network.Trace.Sent;
        _network.Run(quiet);
        if (_network.Trace.Sent != sent)
        {
            throw new SimulationException(string.Create(
                CultureInfo.InvariantCulture,
                $"{_network.Trace.Sent - sent} frames were sent in {quiet} that should be quiet, the last one at {_network.Trace.LastActivity}."));
        }
    }

    /// <summary>Checks that each host holds no more than at first.</summary>
    /// <exception cref="SimulationException">A host holds something still.</exception>
    public void CheckResources()
    {
        for (var i = 0; i < _before.Length; i++)
        {
            var host = _network.Hosts[i];
            var now = host.Resources;
            if (now.BufferBytes > _before[i].BufferBytes
                || now.Connections > _before[i].Connections
                || now.Reassemblies > _before[i].Reassemblies
                || now.ResolvingNeighbors > _before[i].ResolvingNeighbors)
            {
                throw new SimulationException($"{host.Name} still holds {now}, at first it held {_before[i]}.");
            }
        }
    }
}
