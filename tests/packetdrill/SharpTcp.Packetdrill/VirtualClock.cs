using System;
using System.Collections.Generic;
using System.Threading;
using SharpTcp.Protocols;

namespace SharpTcp.Packetdrill;

/// <summary>
/// Virtual time: it moves when somebody looks at it (a microsecond), when the script sleeps, and when it waits for a packet. A thread that sleeps in a blocking call is woken at the
/// time that it waits for, and time stands still until it has looked.
/// </summary>
internal sealed class VirtualClock : StackClock
{
    private static readonly TimeSpan Glance = TimeSpan.FromMicroseconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan QuietTime = TimeSpan.FromMilliseconds(50);

    /// <summary>When the blocking call of this thread returned: what its next look at the clock must see.</summary>
    [ThreadStatic]
    private static Instant? t_returnedAt;

    private readonly List<Instant> _sleepers = [];
    private readonly int _mainThread = Native.ThreadId();
    private Instant _now = Instant.Zero;
    private int _awakened;
    private int _wakes;
    private int _activity;
    private bool _hasSlept;

    /// <summary>The thread whose blocking call has just returned, until it rests; 0: none.</summary>
    private int _returning;

    public VirtualClock(PacketQueue packets)
        : base(packets)
    {
    }

    /// <inheritdoc/>
    public override Instant Start => _now;

    /// <inheritdoc/>
    public override Instant Enter()
    {
        Monitor.Enter(Gate);
        _activity++;
        Rest(_now);
        return _now;
    }

    /// <inheritdoc/>
    public override void Leave()
    {
        Rest(_now);
        Settle();
        if (_hasSlept && Native.ThreadId() != _mainThread)
        {
            t_returnedAt = _now;
            _returning = Native.ThreadId();
        }

        Monitor.Exit(Gate);
    }

    /// <inheritdoc/>
    public override Instant Sleep(Instant deadline)
    {
        Rest(_now);
        if (Native.ThreadId() == _mainThread)
        {
            return SleepAlone(deadline);
        }

        _hasSlept = true;
        _sleepers.Add(deadline);
        var wakes = _wakes;
        var activity = _activity;
        var isIdle = false;
        while (wakes == _wakes && !isIdle)
        {
            var signalled = Monitor.Wait(Gate, QuietTime);
            isIdle = !signalled && activity == _activity && Native.WaitsForAnother(_mainThread);
            activity = _activity;
        }

        _sleepers.Remove(deadline);
        if (wakes != _wakes)
        {
            _awakened--;
            Monitor.PulseAll(Gate);
        }
        else
        {
            // Nobody else moves: this call waits for a timer.
            var next = Instant.Min(deadline, Host!.NextDeadline);
            AdvanceTo(next.IsNever ? _now + QuietTime : next);
        }

        return _now;
    }

    /// <inheritdoc/>
    public override void Wake()
    {
        if (_sleepers.Count > 0)
        {
            _wakes++;
            _awakened = _sleepers.Count;
            Monitor.PulseAll(Gate);
        }
    }

    /// <inheritdoc/>
    public override void Pass(uint microseconds)
    {
        AwaitReturn();
        lock (Gate)
        {
            _activity++;
            AdvanceTo(_now + TimeSpan.FromMicroseconds(microseconds));
        }
    }

    /// <inheritdoc/>
    public override long Read()
    {
        if (t_returnedAt is { } returned)
        {
            t_returnedAt = null;
            return ToMicroseconds(returned);
        }

        lock (Gate)
        {
            AdvanceTo(_now + Glance);
            return ToMicroseconds(_now);
        }
    }

    /// <inheritdoc/>
    public override bool TryReceive(out byte[] packet, out long time)
    {
        lock (Gate)
        {
            _activity++;
            Rest(_now);
            var limit = _now + Patience;
            while (Packets.IsEmpty && NextEvent() is { IsNever: false } next && next <= limit)
            {
                AdvanceTo(next);
            }

            (packet, var at) = Packets.IsEmpty ? ([], _now) : Packets.Dequeue();
            time = ToMicroseconds(at);
            return packet.Length > 0;
        }
    }

    /// <summary>The script's own thread blocks: nothing but a timer can help it.</summary>
    private Instant SleepAlone(Instant deadline)
    {
        var next = Instant.Min(deadline, NextEvent());
        if (next > _now + Patience)
        {
            Native.Die("a call that the script expects to return blocks for ever");
        }

        AdvanceTo(next);
        return _now;
    }

    /// <summary>
    /// The script's threads share a lock that is free while one of them sleeps: the one that comes back from a blocking call uses it to note what the call gave. Virtual time would
    /// be over before that.
    /// </summary>
    private void AwaitReturn()
    {
        const int most = 200;
        const int enough = 3;
        if (_returning == 0)
        {
            return;
        }

        var rests = 0;
        for (var i = 0; i < most && rests < enough; i++)
        {
            Native.MicroSleep(100);
            rests = Native.WaitsForAnother(_returning) ? rests + 1 : 0;
        }

        _returning = 0;
    }

    private Instant NextEvent()
    {
        var next = Host?.NextDeadline ?? Instant.Never;
        foreach (var sleeper in _sleepers)
        {
            next = Instant.Min(next, sleeper);
        }

        return next;
    }

    /// <summary>Moves time on, stopping at every timer and at every deadline of a sleeper.</summary>
    private void AdvanceTo(Instant target)
    {
        while (_now < target)
        {
            _now = Instant.Max(_now, Instant.Min(target, NextEvent()));
            Rest(_now);
            foreach (var sleeper in _sleepers)
            {
                if (sleeper <= _now)
                {
                    Wake();
                    break;
                }
            }

            Settle();
        }
    }

    /// <summary>Those who were woken look first.</summary>
    private void Settle()
    {
        while (_awakened > 0)
        {
            Monitor.Wait(Gate);
        }
    }
}
