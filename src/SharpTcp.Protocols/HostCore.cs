using System;
using SharpTcp.Protocols.Tcp;

namespace SharpTcp.Protocols;

/// <summary>
/// A whole host from Ethernet to TCP, as a state machine: frames and the time go in; frames, events and the next deadline come out. It has no
/// thread and no clock, and is not safe for several threads at once: its driver holds one lock around every call.
/// </summary>
public sealed partial class HostCore
{
    /// <summary>Makes a host without interfaces.</summary>
    public HostCore(HostOptions options, IEntropy entropy, Instant now)
    {
        Options = options;
        Entropy = entropy;
        Timers = new TimerWheel(now);
        Buffers = new BufferPool(options.MemoryLimit);
        throw new NotImplementedException();
    }

    /// <summary>How the host is set up.</summary>
    public HostOptions Options { get; }

    /// <summary>Where its random numbers come from.</summary>
    public IEntropy Entropy { get; }

    /// <summary>Its timers.</summary>
    public TimerWheel Timers { get; }

    /// <summary>Its buffers.</summary>
    public BufferPool Buffers { get; }

    /// <summary>TCP.</summary>
    public TcpLayer Tcp { get; }

    /// <summary>UDP.</summary>
    public UdpLayer Udp { get; }

    /// <summary>Attaches the host to a link.</summary>
    public NetworkInterface AddInterface(InterfaceOptions options, IFrameSink sink, Instant now) => throw new NotImplementedException();

    /// <summary>Takes a received frame. The span is free again when this returns.</summary>
    public void Input(NetworkInterface source, ReadOnlySpan<byte> frame, in FrameMeta meta, Instant now) => throw new NotImplementedException();

    /// <summary>
    /// Asks every connection that was touched since the last time what it has to send, once each and within a byte budget.
    /// </summary>
    /// <returns>Whether there is more to send at once: call again after a look at the input.</returns>
    public bool Poll(Instant now) => throw new NotImplementedException();

    /// <summary>When <see cref="OnDeadline"/> must be called next, or <see cref="Instant.Never"/>.</summary>
    public Instant NextDeadline => Timers.NextDeadline;

    /// <summary>Runs the timers that are due; follow it by <see cref="Poll"/>.</summary>
    public void OnDeadline(Instant now) => throw new NotImplementedException();

    /// <summary>The link of an interface has room again; follow it by <see cref="Poll"/>.</summary>
    public void OnWritable(NetworkInterface source, Instant now) => throw new NotImplementedException();
}
