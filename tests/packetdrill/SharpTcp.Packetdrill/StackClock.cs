using System;
using SharpTcp.Posix;
using SharpTcp.Protocols;

namespace SharpTcp.Packetdrill;

/// <summary>Drives the host in virtual or in real time, and is what <c>usleep</c> and <c>gettimeofday</c> are for the script.</summary>
internal abstract class StackClock(PacketQueue packets) : IPosixPump
{
    /// <summary>Microseconds of the day at which the stack's clock is at zero.</summary>
    protected const long Epoch = 1_000_000_000;

    protected object Gate { get; } = new();

    protected HostCore? Host { get; private set; }

    protected PacketQueue Packets { get; } = packets;

    /// <summary>The time at which the stack begins.</summary>
    public abstract Instant Start { get; }

    /// <summary>The host that is driven from now on.</summary>
    public virtual void Attach(HostCore host) => Host = host;

    /// <summary>Does something to the host under the lock, and lets it rest.</summary>
    public void Do(Action<Instant> action)
    {
        var now = Enter();
        action(now);
        Leave();
    }

    public abstract Instant Enter();

    public abstract void Leave();

    public abstract Instant Sleep(Instant deadline);

    public abstract void Wake();

    /// <summary>The script sleeps.</summary>
    public abstract void Pass(uint microseconds);

    /// <summary>Microseconds of the day.</summary>
    public abstract long Read();

    /// <summary>The next packet that leaves, waiting for it as long as one may come.</summary>
    public abstract bool TryReceive(out byte[] packet, out long time);

    protected static long ToMicroseconds(Instant instant) => Epoch + instant.Microseconds;

    /// <summary>Lets the host send and runs its timers until it rests.</summary>
    protected void Rest(Instant now)
    {
        if (Host is not { } host)
        {
            return;
        }

        Packets.Now = now;
        do
        {
            while (host.Poll(now))
            {
            }

            if (host.NextDeadline > now)
            {
                return;
            }

            host.OnDeadline(now);
        }
        while (true);
    }
}
