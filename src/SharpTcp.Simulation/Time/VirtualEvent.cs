using SharpTcp.Protocols;

namespace SharpTcp.Simulation;

/// <summary>
/// Something that happens at an instant of virtual time: <see cref="VirtualTime.Schedule(VirtualEvent, Instant)"/>. One object can be scheduled again and again, but is scheduled at most once at
/// any time.
/// </summary>
public abstract class VirtualEvent
{
    internal const int NotScheduled = -1;

    internal int Place = NotScheduled;
    internal long Order;

    /// <summary>Whether it is going to happen.</summary>
    public bool IsScheduled => Place != NotScheduled;

    /// <summary>When it happens, if it is going to; else when it last was to.</summary>
    public Instant Due { get; internal set; }

    /// <summary>Whether it may call sockets, so that hosts must be asked for their deadlines afterwards.</summary>
    internal virtual bool MayTouchHosts => true;

    /// <summary>It happens now.</summary>
    protected internal abstract void Occur();
}
