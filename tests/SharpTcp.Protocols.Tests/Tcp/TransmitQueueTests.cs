using System;
using CsCheck;
using SharpTcp.Protocols.Tcp;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Protocols.Tests.Tcp;

public sealed class TransmitQueueTests
{
    private const int Space = 400;

    [Fact]
    public void TheQueueKnowsOfEveryByteWhatBecameOfIt() =>
        Gen.Select(Gen.ULong, Gen.Int[0, 3].Select(i => new uint[] { 0u, 1000u, 0xFFFF_FF80u, 0x7FFF_FF00u }[i])).Sample(
            (seed, origin) => RunAgainstModel(seed, origin),
            iter: 200,
            print: value => $"seed {value.Item1}, origin {value.Item2:x}");

    private static void RunAgainstModel(ulong seed, uint origin)
    {
        SequenceNumber At(int offset) => new(origin + (uint)offset);
        var random = new TestEntropy(seed);
        var queue = new TransmitQueue();
        var una = 0;
        var next = 0;
        var sacked = new bool[Space];
        var lost = new bool[Space];
        var sentTwice = new bool[Space];
        for (var step = 0; step < 100; step++)
        {
            var now = new Instant(step + 1);
            var sample = new DeliverySample { Now = now, Mss = 10 };
            switch (random.Below(6))
            {
                case 0 or 1 when next < Space - 30:
                    var length = 1 + random.Below(30);
                    queue.Append(At(next), At(next + length), false, now);
                    next += length;
                    break;
                case 2 when next > una:
                    var upTo = una + 1 + random.Below(next - una);
                    var delivered = 0;
                    for (var i = una; i < upTo; i++)
                    {
                        delivered += sacked[i] ? 0 : 1;
                    }

                    queue.Acknowledge(At(upTo), ref sample);
                    Assert.Equal((uint)delivered, sample.Delivered);
                    una = upTo;
                    break;
                case 3 when next > una:
                    var left = una + random.Below(next - una);
                    var right = left + 1 + random.Below(next - left);
                    var fresh = 0;
                    var once = false;
                    for (var i = left; i < right; i++)
                    {
                        fresh += sacked[i] ? 0 : 1;
                        once |= !sacked[i] && !sentTwice[i];
                        sacked[i] = true;
                        lost[i] = false;
                    }

                    queue.Sack(At(left), At(right), ref sample);
                    Assert.Equal((uint)fresh, sample.Delivered);
                    Assert.Equal(once, sample.HasRtt);
                    break;
                case 4 when queue.Count > 0:
                    var index = random.Below(queue.Count);
                    if (!queue[index].Has(SentFlags.Sacked | SentFlags.Lost))
                    {
                        Fill(lost, queue[index], origin, true);
                        queue.MarkLost(index);
                    }

                    break;
                case 5 when queue.FirstLost() is >= 0 and var first:
                    Assert.True(lost[(int)(queue[first].Start.Value - origin)]);
                    Fill(lost, queue[first], origin, false);
                    Fill(sentTwice, queue[first], origin, true);
                    queue.MarkRetransmitted(first, now);
                    break;
            }

            Compare(queue, una, next, sacked, lost, sentTwice, origin);
        }

        queue.MarkAllLost(reneged: true);
        Assert.Equal((uint)(next - una), queue.LostBytes);
        Assert.Equal(0u, queue.SackedBytes);
    }

    private static void Fill(bool[] bytes, SentRecord record, uint origin, bool value) =>
        Array.Fill(bytes, value, (int)(record.Start.Value - origin), (int)record.Length);

    private static void Compare(TransmitQueue queue, int una, int next, bool[] sacked, bool[] lost, bool[] sentTwice, uint origin)
    {
        var position = una;
        uint sackedBytes = 0;
        uint lostBytes = 0;
        for (var i = 0; i < queue.Count; i++)
        {
            var record = queue[i];
            Assert.Equal(origin + (uint)position, record.Start.Value);
            for (; position < (int)(record.End.Value - origin); position++)
            {
                Assert.Equal(sacked[position], record.Has(SentFlags.Sacked));
                Assert.Equal(lost[position], record.Has(SentFlags.Lost));
                Assert.True(record.Has(SentFlags.Sacked) || sentTwice[position] == record.Has(SentFlags.Retransmitted));
                sackedBytes += sacked[position] ? 1u : 0;
                lostBytes += lost[position] ? 1u : 0;
                Assert.Equal(i, queue.IndexOf(new SequenceNumber(origin + (uint)position)));
            }
        }

        Assert.Equal(next, position);
        Assert.Equal(sackedBytes, queue.SackedBytes);
        Assert.Equal(lostBytes, queue.LostBytes);
    }
}
