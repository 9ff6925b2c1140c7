using System;
using System.Diagnostics;
using System.Threading;
using SharpTcp.Protocols;

namespace SharpTcp.Packetdrill;

/// <summary>Real time: a thread runs the host's timers while the script sleeps or thinks.</summary>
internal sealed class RealClock : StackClock
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private bool _hasSleepers;

    public RealClock(PacketQueue packets)
        : base(packets)
    {
    }

    /// <inheritdoc/>
    public override Instant Start => Now;

    private Instant Now => new(_watch.Elapsed.Ticks);

    /// <inheritdoc/>
    public override void Attach(HostCore host)
    {
        base.Attach(host);
        new Thread(RunTimers) { IsBackground = true, Name = "timers" }.Start();
    }

    /// <inheritdoc/>
    public override Instant Enter()
    {
        Monitor.Enter(Gate);
        var now = Now;
        Rest(now);
        return now;
    }

    /// <inheritdoc/>
    public override void Leave()
    {
        Rest(Now);
        Monitor.PulseAll(Gate);
        Monitor.Exit(Gate);
    }

    /// <inheritdoc/>
    public override Instant Sleep(Instant deadline)
    {
        Rest(Now);
        _hasSleepers = true;
        Monitor.PulseAll(Gate);
        Monitor.Wait(Gate, Until(deadline));
        var now = Now;
        Rest(now);
        return now;
    }

    /// <inheritdoc/>
    public override void Wake() => Monitor.PulseAll(Gate);

    /// <inheritdoc/>
    public override void Pass(uint microseconds) => Native.MicroSleep(microseconds);

    /// <inheritdoc/>
    public override long Read() => ToMicroseconds(Now);

    /// <inheritdoc/>
    public override bool TryReceive(out byte[] packet, out long time)
    {
        lock (Gate)
        {
            var limit = Now + Patience;
            Rest(Now);
            while (Packets.IsEmpty && Now < limit && (_hasSleepers || Host is { NextDeadline.IsNever: false }))
            {
                Monitor.Wait(Gate, Until(Instant.Min(limit, Host!.NextDeadline)));
                Rest(Now);
            }

            (packet, var at) = Packets.IsEmpty ? ([], Now) : Packets.Dequeue();
            time = ToMicroseconds(at);
            return packet.Length > 0;
        }
    }

    private void RunTimers()
    {
        lock (Gate)
        {
            while (true)
            {
                Monitor.Wait(Gate, Until(Host!.NextDeadline));
                var now = Now;
                if (Host.NextDeadline <= now)
                {
                    Rest(now);
                    Monitor.PulseAll(Gate);
                }
            }
        }
    }

    private TimeSpan Until(Instant deadline)
    {
        var left = deadline.IsNever ? Patience : deadline - Now;
        return left < TimeSpan.Zero ? TimeSpan.Zero : left > Patience ? Patience : TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds));
    }
}
