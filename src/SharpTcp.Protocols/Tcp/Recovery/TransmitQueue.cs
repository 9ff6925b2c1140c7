using System;
using System.Diagnostics;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>What was sent in one go and is not yet acknowledged: one packet or a super-segment, later split where its parts fare differently.</summary>
internal struct SentRecord
{
    public SequenceNumber Start;
    public SequenceNumber End;

    /// <summary>When it was last sent.</summary>
    public Instant SentAt;

    /// <summary>What <see cref="DeliveryRate"/> knew when it was last sent.</summary>
    public Instant DeliveredAt;
    public Instant FlightSentAt;
    public uint Delivered;

    public SentFlags Flags;

    public readonly uint Length => (uint)(End - Start);

    public readonly bool Has(SentFlags flag) => (Flags & flag) != 0;
}

[Flags]
internal enum SentFlags : byte
{
    None = 0,

    /// <summary>It was sent more than once: its acknowledgment says little about time (Karn).</summary>
    Retransmitted = 1,

    /// <summary>The peer has it, by its SACK.</summary>
    Sacked = 2,

    /// <summary>It is believed lost and was not sent again since.</summary>
    Lost = 4,

    /// <summary>A write ended with it: it pushes, also when it is sent again.</summary>
    Pushed = 8,

    /// <summary>It was sent again because it was believed lost, not as a probe.</summary>
    Repair = 16,

    /// <summary>Nothing more waited to be sent when it was.</summary>
    UserLimited = 32,
}

/// <summary>
/// The records of what is in flight, in order of sequence number and without gaps from SND.UNA to SND.NXT.
/// </summary>
internal sealed class TransmitQueue
{
    /// <summary>
    /// No SACK block cuts a record where there are so many already: what it says is then forgotten, which it may be at any time (RFC 2018 §8). So a peer that picks out every
    /// other byte costs no more than this (CVE-2019-11478, exam row 55).
    /// </summary>
    internal const int MostRecordsToCut = 4096;

    private SentRecord[] _records = new SentRecord[8];
    private int _first;

    public int Count { get; private set; }

    /// <summary>Bytes that the peer has selectively acknowledged.</summary>
    public uint SackedBytes { get; private set; }

    /// <summary>Bytes believed lost and not sent again since.</summary>
    public uint LostBytes { get; private set; }

    public ref SentRecord this[int index] => ref _records[_first + index];

    public void Append(SequenceNumber start, SequenceNumber end, bool pushed, Instant now)
    {
        Debug.Assert(Count == 0 || this[Count - 1].End == start, "records have no gaps");
        MakeRoomAt(Count);
        this[Count - 1] = new SentRecord { Start = start, End = end, SentAt = now, Flags = pushed ? SentFlags.Pushed : SentFlags.None };
    }

    /// <summary>Takes away what lies before <paramref name="una"/>; <paramref name="sample"/> learns of each record that was delivered by it.</summary>
    public void Acknowledge(SequenceNumber una, ref DeliverySample sample)
    {
        while (Count > 0 && this[0].Start < una)
        {
            ref var record = ref this[0];
            if (record.End > una)
            {
                Split(0, una);
                record = ref this[0];
            }

            Discount(record);
            if (!record.Has(SentFlags.Sacked))
            {
                sample.Deliver(record);
            }

            _first++;
            Count--;
        }

        if (Count == 0)
        {
            _first = 0;
        }
    }

    /// <summary>Marks what lies in a block as received by the peer; of a record only whole multiples of <paramref name="grain"/> bytes.</summary>
    public void Sack(SequenceNumber left, SequenceNumber right, ref DeliverySample sample, uint grain = 1)
    {
        var index = IndexOf(left);
        while (index < Count && this[index].Start < right)
        {
            if (this[index].Has(SentFlags.Sacked))
            {
                index++;
                continue;
            }

            if (Count >= MostRecordsToCut && (this[index].Start < left || this[index].End > right))
            {
                index++;
                continue;
            }

            if (this[index].Start < left)
            {
                var from = RoundUp(this[index].Start, left, grain);
                if (from >= SequenceNumber.Min(this[index].End, right))
                {
                    index++;
                    continue;
                }

                Split(index, from);
                index++;
            }

            if (this[index].End > right)
            {
                var until = RoundDown(this[index].Start, right, grain);
                if (until == this[index].Start)
                {
                    break;
                }

                Split(index, until);
            }

            ref var record = ref this[index];
            Discount(record);
            sample.Deliver(record);
            record.Flags = (record.Flags & ~SentFlags.Lost) | SentFlags.Sacked;
            SackedBytes += record.Length;
            index = MergeSacked(index) + 1;
        }
    }

    public void MarkLost(int index)
    {
        ref var record = ref this[index];
        Debug.Assert(!record.Has(SentFlags.Sacked | SentFlags.Lost), "only what is in flight can be lost");
        record.Flags |= SentFlags.Lost;
        LostBytes += record.Length;
    }

    /// <summary>Believes everything lost that the peer is not known to have; after reneging (RFC 2018 §8) also what it said it had.</summary>
    public void MarkAllLost(bool reneged)
    {
        for (var i = 0; i < Count; i++)
        {
            ref var record = ref this[i];
            if (reneged && record.Has(SentFlags.Sacked))
            {
                SackedBytes -= record.Length;
                record.Flags &= ~SentFlags.Sacked;
            }

            if (!record.Has(SentFlags.Sacked | SentFlags.Lost))
            {
                MarkLost(i);
            }
        }
    }

    /// <summary>Nothing that was not sent again is believed lost any more.</summary>
    public void UnmarkLost()
    {
        for (var i = 0; i < Count; i++)
        {
            ref var record = ref this[i];
            LostBytes -= record.Has(SentFlags.Lost) ? record.Length : 0;
            record.Flags &= ~(SentFlags.Lost | SentFlags.Repair);
        }
    }

    /// <summary>The first lost record from <paramref name="from"/> on, or −1.</summary>
    public int FirstLost(int from = 0)
    {
        for (var i = from; i < Count && LostBytes > 0; i++)
        {
            if (this[i].Has(SentFlags.Lost))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Notes that the record at <paramref name="index"/> was sent again.</summary>
    public void MarkRetransmitted(int index, Instant now)
    {
        ref var record = ref this[index];
        if (record.Has(SentFlags.Lost))
        {
            LostBytes -= record.Length;
            record.Flags |= SentFlags.Repair;
        }

        record.Flags = (record.Flags & ~SentFlags.Lost) | SentFlags.Retransmitted;
        record.SentAt = now;
    }

    /// <summary>Cuts a record in two at <paramref name="at"/>; both keep its time, the second its push.</summary>
    public void Split(int index, SequenceNumber at)
    {
        Debug.Assert(this[index].Start < at && at < this[index].End, "a cut is inside of the record");
        MakeRoomAt(index);
        this[index] = this[index + 1] with { End = at, Flags = this[index + 1].Flags & ~SentFlags.Pushed };
        this[index + 1].Start = at;
    }

    /// <summary>The record that contains <paramref name="sequence"/>, or the first after it, or <see cref="Count"/>.</summary>
    public int IndexOf(SequenceNumber sequence)
    {
        var low = 0;
        var high = Count;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (this[middle].End <= sequence)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    public void Clear()
    {
        _first = 0;
        Count = 0;
        SackedBytes = 0;
        LostBytes = 0;
    }

    private static SequenceNumber RoundUp(SequenceNumber start, SequenceNumber at, uint grain) => start + ((uint)(at - start) + grain - 1) / grain * grain;

    private static SequenceNumber RoundDown(SequenceNumber start, SequenceNumber at, uint grain) => start + (uint)(at - start) / grain * grain;

    private void Discount(in SentRecord record)
    {
        if (record.Has(SentFlags.Sacked))
        {
            SackedBytes -= record.Length;
        }
        else if (record.Has(SentFlags.Lost))
        {
            LostBytes -= record.Length;
        }
    }

    /// <summary>Joins a record that became SACKed with SACKed neighbours, and returns where it is now.</summary>
    private int MergeSacked(int index)
    {
        if (index + 1 < Count && this[index + 1].Has(SentFlags.Sacked))
        {
            this[index].End = this[index + 1].End;
            RemoveAt(index + 1);
        }

        if (index > 0 && this[index - 1].Has(SentFlags.Sacked))
        {
            this[index - 1].End = this[index].End;
            RemoveAt(index);
            index--;
        }

        return index;
    }

    private void RemoveAt(int index)
    {
        Array.Copy(_records, _first + index + 1, _records, _first + index, Count - index - 1);
        Count--;
    }

    private void MakeRoomAt(int index)
    {
        if (index == 0 && _first > 0)
        {
            _first--;
            Count++;
            return;
        }

        if (_first + Count == _records.Length)
        {
            var target = Count * 2 > _records.Length ? new SentRecord[_records.Length * 2] : _records;
            Array.Copy(_records, _first, target, 0, Count);
            _records = target;
            _first = 0;
        }

        Array.Copy(_records, _first + index, _records, _first + index + 1, Count - index);
        Count++;
    }
}
