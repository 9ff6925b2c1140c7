using System.Collections.Generic;
using System.Linq;
using CsCheck;
using SharpTcp.Protocols;
using Xunit;

namespace SharpTcp.Simulation.Tests;

public sealed class EventQueueTests
{
    [Fact]
    public void EventsComeByInstantAndThenInTheOrderOfScheduling() =>
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 20], Gen.Int[0, 9]).Array[0, 200].Sample(steps =>
        {
            var events = Enumerable.Range(0, 21).Select(_ => new Event()).ToArray();
            var queue = new EventQueue();
            var model = new List<(long Due, int Order, int Number)>();
            var order = 0;
            foreach (var (what, number, due) in steps)
            {
                model.RemoveAll(entry => entry.Number == number);
                if (what == 0)
                {
                    queue.Remove(events[number]);
                }
                else
                {
                    queue.Schedule(events[number], new Instant(due));
                    model.Add((due, order++, number));
                }

                Assert.Equal(model.Count, queue.Count);
                Assert.Equal(model.Count == 0 ? Instant.Never : new Instant(model.Min().Due), queue.Next);
            }

            foreach (var (_, _, number) in model.Order())
            {
                Assert.Same(events[number], queue.TakeFirst());
            }
        });

    private sealed class Event : VirtualEvent
    {
        protected internal override void Occur()
        {
        }
    }
}
