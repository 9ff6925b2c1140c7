using System.Runtime.CompilerServices;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>
/// Where the most recently changed out-of-order ranges begin, newest first: the order in which RFC 2018 §4 wants them reported.
/// </summary>
internal struct RecentBlocks
{
    public const int Capacity = TcpOptionSet.MaxSackBlocks;

    private Starts _starts;
    private int _count;

    public readonly int Count => _count;

    public readonly SequenceNumber this[int index] => _starts[index];

    /// <summary>Puts a range first; ranges that it swallowed are forgotten.</summary>
    public void Push(SequenceRange range)
    {
        var kept = 0;
        var previous = this;
        _starts[0] = range.Start;
        _count = 1;
        for (; kept < previous._count && _count < Capacity; kept++)
        {
            var start = previous._starts[kept];
            if (start < range.Start || start >= range.End)
            {
                _starts[_count++] = start;
            }
        }
    }

    /// <summary>Forgets what lies before <paramref name="next"/>.</summary>
    public void DropBefore(SequenceNumber next)
    {
        var kept = 0;
        for (var i = 0; i < _count; i++)
        {
            if (_starts[i] > next)
            {
                _starts[kept++] = _starts[i];
            }
        }

        _count = kept;
    }

    [InlineArray(Capacity)]
    private struct Starts
    {
        private SequenceNumber _first;
    }
}
