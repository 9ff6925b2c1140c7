using System;
using System.Collections.Generic;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>
/// A group that an interface listens to, or has just left and still reports: the host's half of RFC 3376 and RFC 3810, for one group. It knows what is wanted and what is still to
/// be said; the table says it.
/// </summary>
internal sealed class GroupMembership(GroupTable table, IpAddress group) : TimerEntry
{
    /// <summary>The most sources of a query that are remembered; of more, the whole state is told (RFC 3376 §5.2 allows it).</summary>
    public const int MaxAsked = 64;

    private const int MaxChanges = 512;

    private readonly List<GroupSubscription> _subscriptions = [];
    private readonly List<(IpAddress Source, int Left)> _changes = [];
    private readonly List<IpAddress> _asked = [];
    private readonly SourceFilter _next = new();
    private int _modeChangesLeft;

    public IpAddress Group { get; } = group;

    /// <summary>How many users want all of it, beside the subscriptions.</summary>
    public int Users { get; set; }

    /// <summary>What the interface wants: all filters in one (RFC 3376 §3.2, RFC 3810 §4.2).</summary>
    public SourceFilter Filter { get; } = new();

    /// <summary>When the next state change report is due.</summary>
    public Instant ChangeDue { get; set; } = Instant.Never;

    /// <summary>When the answer to a query is due (RFC 3376 §5.2, RFC 3810 §6.2).</summary>
    public Instant AnswerDue { get; private set; } = Instant.Never;

    /// <summary>Whether there is a state change that was not said often enough.</summary>
    public bool HasChanges => _modeChangesLeft > 0 || _changes.Count > 0;

    /// <summary>Whether membership is reported at all: the group of all hosts never is, nor one that does not cross the link (RFC 3376 §6, RFC 3810 §6).</summary>
    public bool IsReported { get; } = group.IsIPv4
        ? group.ToIPv4() != IPv4Address.AllHosts
        : group.ToIPv6() != IPv6Address.AllNodes && group.ToIPv6().MulticastScope > IPv6MulticastScope.InterfaceLocal;

    public void Add(GroupSubscription subscription) => _subscriptions.Add(subscription);

    public void Remove(GroupSubscription subscription) => _subscriptions.Remove(subscription);

    /// <summary>A user came, went or wants something else: merges the filters anew and notes what changed. Returns whether anything did.</summary>
    public bool Refresh(int robustness)
    {
        Merge();
        if (_next.IsExclude != Filter.IsExclude)
        {
            _modeChangesLeft = robustness;
            _changes.Clear(); // the record of the new mode carries the whole list
        }
        else if (!NoteDifferences(robustness))
        {
            return false;
        }

        Filter.CopyFrom(_next);
        return true;
    }

    /// <summary>All that is known is to be said once more.</summary>
    public void Repeat() => _modeChangesLeft = Math.Max(_modeChangesLeft, Filter.IsExclude ? 1 : 0);

    /// <summary>A query wants an answer at some time; without sources, or with too many, about the whole group (RFC 3376 §5.2, rules 3 to 5).</summary>
    public void Ask(ReadOnlySpan<IpAddress> sources, Instant due)
    {
        var isPending = !AnswerDue.IsNever;
        if (sources.IsEmpty || (isPending && _asked.Count == 0) || _asked.Count + sources.Length > MaxAsked)
        {
            _asked.Clear();
        }
        else
        {
            foreach (var source in sources)
            {
                if (!_asked.Contains(source))
                {
                    _asked.Add(source);
                }
            }
        }

        AnswerDue = Instant.Min(AnswerDue, due);
    }

    /// <summary>The answer has to wait some more.</summary>
    public void Postpone(Instant due) => AnswerDue = due;

    /// <summary>The answer is given, or needed no more.</summary>
    public void CancelAnswer()
    {
        AnswerDue = Instant.Never;
        _asked.Clear();
    }

    /// <summary>Nothing is to be said any more: the querier speaks another version (RFC 3376 §7.2.1).</summary>
    public void CancelAll()
    {
        CancelAnswer();
        _modeChangesLeft = 0;
        _changes.Clear();
        ChangeDue = Instant.Never;
    }

    /// <summary>Says what changed, once (RFC 3376 §5.1, RFC 3810 §6.1): a change of the mode with the whole list, else the sources that came and went.</summary>
    public void WriteChange(ref GroupReport report)
    {
        if (_modeChangesLeft > 0)
        {
            _modeChangesLeft--;
            report.Add(Filter.IsExclude ? MulticastRecordType.ChangeToExclude : MulticastRecordType.ChangeToInclude, Group, Filter.Sources);
        }
        else
        {
            WriteSources(ref report, MulticastRecordType.AllowNewSources, isWanted: true);
            WriteSources(ref report, MulticastRecordType.BlockOldSources, isWanted: false);
        }

        CountChange();
    }

    /// <summary>One report of a change is out, whatever it said.</summary>
    public void CountOlderChange()
    {
        _modeChangesLeft = Math.Max(0, _modeChangesLeft - 1);
        CountChange();
    }

    /// <summary>Answers (RFC 3376 §5.2): the whole state, or those of the asked sources that are wanted.</summary>
    public void WriteAnswer(ref GroupReport report)
    {
        if (_asked.Count == 0)
        {
            WriteState(ref report);
        }
        else
        {
            Span<IpAddress> wanted = stackalloc IpAddress[MaxAsked];
            var count = 0;
            foreach (var source in _asked)
            {
                if (Filter.Passes(source))
                {
                    wanted[count++] = source;
                }
            }

            if (count > 0)
            {
                report.Add(MulticastRecordType.ModeIsInclude, Group, wanted[..count]);
            }
        }

        CancelAnswer();
    }

    /// <summary>Tells the whole state.</summary>
    public void WriteState(ref GroupReport report)
    {
        if (!Filter.IsNothing)
        {
            report.Add(Filter.IsExclude ? MulticastRecordType.ModeIsExclude : MulticastRecordType.ModeIsInclude, Group, Filter.Sources);
        }
    }

    protected internal override void OnTimer(Instant now) => table.OnTimer(this, now);

    /// <summary>If one user excludes, the interface excludes what no user wants; else it includes what any user wants.</summary>
    private void Merge()
    {
        GroupSubscription? excluding = null;
        foreach (var subscription in _subscriptions)
        {
            excluding ??= subscription.Filter.IsExclude ? subscription : null;
        }

        _next.Reset(Users > 0 || excluding is not null);
        if (Users > 0)
        {
            return;
        }

        if (excluding is not null)
        {
            foreach (var source in excluding.Filter.Sources)
            {
                if (!IsWantedByAny(source))
                {
                    _next.Add(source);
                }
            }

            return;
        }

        foreach (var subscription in _subscriptions)
        {
            foreach (var source in subscription.Filter.Sources)
            {
                _next.Add(source);
            }
        }
    }

    private bool IsWantedByAny(IpAddress source)
    {
        foreach (var subscription in _subscriptions)
        {
            if (subscription.Filter.Passes(source))
            {
                return true;
            }
        }

        return false;
    }

    private bool NoteDifferences(int robustness)
    {
        var changed = false;
        foreach (var source in Filter.Sources)
        {
            changed |= !_next.Contains(source) && NoteChange(source, robustness);
        }

        foreach (var source in _next.Sources)
        {
            changed |= !Filter.Contains(source) && NoteChange(source, robustness);
        }

        return changed;
    }

    private bool NoteChange(IpAddress source, int robustness)
    {
        _changes.RemoveAll(change => change.Source == source);
        if (_changes.Count == MaxChanges)
        {
            _changes.RemoveAt(0); // routers learn it from the answer to their next query
        }

        _changes.Add((source, robustness));
        return true;
    }

    private void WriteSources(ref GroupReport report, MulticastRecordType type, bool isWanted)
    {
        Span<IpAddress> sources = stackalloc IpAddress[MaxChanges];
        var count = 0;
        foreach (var (source, _) in _changes)
        {
            if (Filter.Passes(source) == isWanted)
            {
                sources[count++] = source;
            }
        }

        if (count > 0)
        {
            report.Add(type, Group, sources[..count]);
        }
    }

    private void CountChange()
    {
        for (var i = _changes.Count - 1; i >= 0; i--)
        {
            if (_changes[i].Left == 1)
            {
                _changes.RemoveAt(i);
            }
            else
            {
                _changes[i] = (_changes[i].Source, _changes[i].Left - 1);
            }
        }
    }
}
