using System;
using System.Collections.Generic;
using CsCheck;
using SharpTcp.Links;
using SharpTcp.Protocols;
using Xunit;

namespace SharpTcp.Tests.Links;

public sealed class FrameRingTests
{
    [Fact]
    public void It_behaves_as_a_queue_of_copies()
    {
        // Positive numbers append a frame of that length, the others remove the oldest.
        Gen.Int[-3000, 6000].Array[0, 400].Sample(steps =>
        {
            var ring = new FrameRing(50, 70_000);
            var model = new Queue<byte[]>();
            foreach (var step in steps)
            {
                if (step > 0 && ring.EnsureRoom(1, step, step))
                    Append(ring, model, step);
                else if (model.Count > 0)
                    Remove(ring, model);
                Assert.Equal(model.Count, ring.Count);
            }
            while (model.Count > 0)
                Remove(ring, model);
            Assert.False(ring.TryPeek(out _, out _, out _));
        });
    }

    [Fact]
    public void Room_for_several_frames_holds_for_all_of_them()
    {
        Gen.Select(Gen.Int[1, 20], Gen.Int[1, 1500], Gen.Int[0, 20]).Array[1, 200].Sample(steps =>
        {
            var ring = new FrameRing(100, 70_000);
            var model = new Queue<byte[]>();
            foreach (var (frames, length, removals) in steps)
            {
                if (ring.EnsureRoom(frames, frames * length, length))
                {
                    for (var i = 0; i < frames; i++)
                        Append(ring, model, length);
                }
                for (var i = 0; i < removals && model.Count > 0; i++)
                    Remove(ring, model);
            }
        });
    }

    [Fact]
    public void An_empty_ring_takes_the_largest_frame()
    {
        var ring = new FrameRing(1, 1);
        Assert.True(ring.EnsureRoom(1, 65_553, 65_553));
        Assert.Equal(65_553, ring.Append(65_553, default).Length);
        Assert.False(ring.EnsureRoom(1, 1, 1));
    }

    private static void Append(FrameRing ring, Queue<byte[]> model, int length)
    {
        var frame = new byte[length];
        frame.AsSpan().Fill((byte)(model.Count + length));
        frame.CopyTo(ring.Append(length, new FrameMeta(SegmentSize: (ushort)length), length * 3L));
        model.Enqueue(frame);
    }

    private static void Remove(FrameRing ring, Queue<byte[]> model)
    {
        Assert.True(ring.TryPeek(out var frame, out var meta, out var tag));
        Assert.True(frame.SequenceEqual(model.Dequeue()));
        Assert.Equal(frame.Length, meta.SegmentSize);
        Assert.Equal(frame.Length * 3L, tag);
        ring.Remove();
    }
}
