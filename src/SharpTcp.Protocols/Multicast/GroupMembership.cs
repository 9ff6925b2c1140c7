using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>A group that an interface listens to, or has just left and still reports: the host's half of RFC 3810, for one group.</summary>
internal sealed class GroupMembership(GroupTable table, IpAddress group) : TimerEntry
{
    public IpAddress Group { get; } = group;

    /// <summary>How many users of the host listen to it; at 0 it is left.</summary>
    public int Users { get; set; }

    /// <summary>State change reports still to be sent (RFC 3810 §6.1).</summary>
    public int ChangesLeft { get; set; }

    /// <summary>When the next state change report is due.</summary>
    public Instant ChangeDue { get; set; } = Instant.Never;

    /// <summary>When the answer to a query is due (RFC 3810 §6.2).</summary>
    public Instant AnswerDue { get; set; } = Instant.Never;

    /// <summary>Whether membership is reported at all.</summary>
    public bool IsReported { get; } = group.IsIPv6
        && group.ToIPv6() != IPv6Address.AllNodes
        && group.ToIPv6().MulticastScope > IPv6MulticastScope.InterfaceLocal; // RFC 3810 §6

    protected internal override void OnTimer(Instant now) => table.OnTimer(this, now);
}
