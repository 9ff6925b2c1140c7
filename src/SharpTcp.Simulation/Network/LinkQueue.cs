using System;
using System.Collections.Generic;
using SharpTcp.Protocols;

namespace SharpTcp.Simulation;

/// <summary>The queue before a link of limited rate: first in, first out, and the tail is dropped.</summary>
internal sealed class LinkQueue(VirtualTime time, ILinkEnd sender) : VirtualEvent
{
    private const long NanosecondsPerSecond = 1_000_000_000;
    private const long NanosecondsPerTick = 100;

    private readonly Queue<(Instant Departure, int Length)> _waiting = new();
    private Int128 _freeAt;
    private long _bytes;

    internal override bool MayTouchHosts => false;

    /// <summary>Whether one more packet fits.</summary>
    public bool HasRoom(LinkConditions conditions)
    {
        Drain();
        return conditions.BitsPerSecond == 0
            || _waiting.Count == 0
            || (_waiting.Count < conditions.QueuePackets && _bytes < conditions.QueueBytes);
    }

    /// <summary>Sees to it that the sender is told when the first packet has left.</summary>
    public void TellOfRoom()
    {
        if (!IsScheduled)
        {
            time.Schedule(this, _waiting.Peek().Departure);
        }
    }

    /// <summary>Puts a packet into the queue; answers when its last bit has left, or false if there is no room.</summary>
    public bool TryPass(LinkConditions conditions, int length, bool isAdmitted, out Instant departure)
    {
        departure = time.Now;
        if (conditions.BitsPerSecond == 0)
        {
            return true;
        }

        Drain();
        if (!isAdmitted && _waiting.Count > 0 && (_waiting.Count >= conditions.QueuePackets || _bytes + length > conditions.QueueBytes))
        {
            return false;
        }

        // Nanoseconds, so that rounding to ticks of 100 ns does not change the rate.
        var now = (Int128)time.Now.Ticks * NanosecondsPerTick;
        _freeAt = Int128.Max(now, _freeAt) + ((Int128)length * 8 * NanosecondsPerSecond / conditions.BitsPerSecond);
        departure = new Instant((long)((_freeAt + NanosecondsPerTick - 1) / NanosecondsPerTick));
        _waiting.Enqueue((departure, length));
        _bytes += length;
        return true;
    }

    protected internal override void Occur() => sender.OnRoom();

    private void Drain()
    {
        while (_waiting.TryPeek(out var first) && first.Departure <= time.Now)
        {
            _waiting.Dequeue();
            _bytes -= first.Length;
        }
    }
}
