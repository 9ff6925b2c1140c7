using System;
using System.Collections.Generic;
using System.Linq;
using CsCheck;
using SharpTcp.Protocols.Tests.Tcp;
using Xunit;

namespace SharpTcp.Protocols.Tests.Time;

public sealed class TimerWheelTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8_191)]
    [InlineData(8_192)]
    [InlineData(2_097_151)]
    [InlineData(2_097_152)]
    [InlineData(536_870_912)]
    [InlineData(137_438_953_472)]
    [InlineData(35_184_372_088_832)]
    [InlineData(70_000_000_000_001)]
    public void AnEntryFiresAtItsInstantAndNotATickEarlier(long after)
    {
        foreach (var start in (long[])[0, 12_345, 2_097_151, 987_654_321_987])
        {
            var wheel = new TimerWheel(new Instant(start));
            var entry = new Entry();
            var due = new Instant(start + after);
            wheel.Schedule(entry, due);
            Assert.Equal(due, wheel.NextDeadline);
            if (after > 0)
            {
                Assert.Equal(0, wheel.Advance(new Instant(start + after - 1)));
                Assert.Equal(due, wheel.NextDeadline);
            }

            Assert.Equal(1, wheel.Advance(due));
            Assert.Equal([due], entry.Fired);
            Assert.Equal(0, wheel.Count);
            Assert.True(wheel.NextDeadline.IsNever);
        }
    }

    [Fact]
    public void WhatIsDueInThePastFiresAtOnce()
    {
        var wheel = new TimerWheel(new Instant(1_000_000_000));
        var entry = new Entry();
        wheel.Schedule(entry, new Instant(5));
        Assert.Equal(new Instant(5), wheel.NextDeadline);
        Assert.Equal(1, wheel.Advance(new Instant(1_000_000_000)));
    }

    [Fact]
    public void ADeadlineThatNeverComesIsNotKept()
    {
        var wheel = new TimerWheel(Instant.Zero);
        var entry = new Entry();
        wheel.Schedule(entry, new Instant(100));
        wheel.Schedule(entry, Instant.Never);
        Assert.Equal(0, wheel.Count);
        Assert.True(wheel.NextDeadline.IsNever);
        Assert.True(entry.ScheduledFor.IsNever);
    }

    [Fact]
    public void ACallMayCancelAndScheduleWhateverItWants()
    {
        var wheel = new TimerWheel(Instant.Zero);
        var victims = Enumerable.Range(0, 10).Select(_ => new Entry()).ToList();
        var late = new Entry();
        var again = 3;
        var killer = new Entry();
        foreach (var victim in victims)
        {
            wheel.Schedule(victim, new Instant(100));
        }

        wheel.Schedule(killer, new Instant(100));
        killer.Action = now =>
        {
            foreach (var victim in victims)
            {
                wheel.Cancel(victim);
            }

            wheel.Schedule(late, now);
            if (again-- > 0)
            {
                wheel.Schedule(killer, now);
            }
        };
        wheel.Advance(new Instant(100));
        Assert.Equal(4, killer.Fired.Count);
        Assert.NotEmpty(late.Fired);
        Assert.Equal(0, wheel.Count);

        // Only those that came before the killer in its slot may have fired.
        Assert.All(victims, victim => Assert.True(victim.Fired.Count <= 1));
    }

    [Fact]
    public void AnEntryCanMoveItselfFarAwayAndBack()
    {
        var wheel = new TimerWheel(Instant.Zero);
        var entry = new Entry();
        entry.Action = now => wheel.Schedule(entry, now + TimeSpan.FromHours(entry.Fired.Count % 2 == 0 ? 100 : 0.0001));
        wheel.Schedule(entry, new Instant(1));
        var now = Instant.Zero;
        for (var i = 0; i < 20; i++)
        {
            now = wheel.NextDeadline;
            Assert.Equal(1, wheel.Advance(now));
        }

        Assert.Equal(20, entry.Fired.Count);
        Assert.Equal(now, entry.Fired[^1]);
    }

    [Fact]
    public void ManyEntriesOfOneSlotFireInLinearTime()
    {
        var wheel = new TimerWheel(Instant.Zero);
        for (var i = 0; i < 200_000; i++)
        {
            wheel.Schedule(new Entry(), new Instant(4096 + i % 8));
        }

        // Half of the slot is not due: a walk from its start for every call would take minutes.
        Assert.Equal(100_000, wheel.Advance(new Instant(4099)));
        Assert.Equal(100_000, wheel.Advance(new Instant(4103)));
    }

    [Fact]
    public void TheWheelDoesWhatANaiveOneDoes() =>
        Gen.Select(Gen.ULong, Gen.Int[1, 300]).Sample(
            (seed, steps) => RunAgainstModel(seed, steps),
            iter: 300,
            print: value => $"seed {value.Item1}, {value.Item2} steps");

    private static bool RunAgainstModel(ulong seed, int steps)
    {
        var random = new TestEntropy(seed);
        var now = new Instant((long)(random.Next() % 1_000_000_000_000));
        var wheel = new TimerWheel(now);
        var entries = Enumerable.Range(0, 20).Select(_ => new Entry()).ToList();
        var model = new Dictionary<Entry, Instant>();
        for (var step = 0; step < steps; step++)
        {
            var entry = entries[random.Below(entries.Count)];
            switch (random.Below(4))
            {
                case 0:
                case 1:
                    var due = now + Span(random);
                    wheel.Schedule(entry, due);
                    model[entry] = due;
                    break;
                case 2:
                    wheel.Cancel(entry);
                    model.Remove(entry);
                    break;
                default:
                    var next = model.Count == 0 ? Instant.Never : model.Values.Min();
                    if (wheel.NextDeadline != next)
                    {
                        return false;
                    }

                    now = random.Below(2) == 0 && !next.IsNever ? Instant.Max(now, next) : now + Span(random);
                    entries.ForEach(each => each.Fired.Clear());
                    wheel.Advance(now);
                    foreach (var each in entries)
                    {
                        var isDue = model.TryGetValue(each, out var at) && at <= now;
                        if (each.Fired.Count != (isDue ? 1 : 0))
                        {
                            return false;
                        }

                        if (isDue)
                        {
                            model.Remove(each);
                        }
                    }

                    break;
            }

            if (wheel.Count != model.Count)
            {
                return false;
            }
        }

        return true;
    }

    private static TimeSpan Span(TestEntropy random) => new((long)(random.Next() % (1UL << (1 + random.Below(40)))));

    private sealed class Entry : TimerEntry
    {
        public List<Instant> Fired { get; } = [];

        public Action<Instant>? Action { get; set; }

        protected internal override void OnTimer(Instant now)
        {
            Fired.Add(now);
            Action?.Invoke(now);
        }
    }
}
