using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>
/// Limits on acknowledgments that a stranger can provoke. They are counted for each connection alone: a limit shared between connections would tell an attacker on one of
/// them about another (CVE-2016-5696).
/// </summary>
internal static class AckThrottle
{
    /// <summary>Challenge acknowledgments a second (RFC 5961 §7).</summary>
    private const int ChallengesPerSecond = 10;

    /// <summary>Answers to unacceptable segments without data a second: two stacks that disagree must not answer each other for ever (exam row 42).</summary>
    private const int AnswersPerSecond = 10;

    /// <summary>Sends a challenge acknowledgment (RFC 5961 §3.2, §4.2, §5.2) if the limit allows.</summary>
    public static void Challenge(TcpConnection connection, Instant now)
    {
        if (Count(connection, ChallengesPerSecond, now))
        {
            connection.Layer.Counters.ChallengeAcks++;
            AckPolicy.AtOnce(connection);
        }
    }

    /// <summary>Whether an unacceptable segment is answered: one with data always (its sender retransmits and needs it), one without seldom.</summary>
    public static bool Allows(TcpConnection connection, in TcpView segment, Instant now) =>
        segment.SegmentLength > 0 || Count(connection, AnswersPerSecond, now);

    private static bool Count(TcpConnection connection, int limit, Instant now)
    {
        ref var acks = ref connection.Acks;
        var second = (uint)(now.Ticks / TimeSpan.TicksPerSecond);
        if (acks.ChallengesSince != second)
        {
            acks.ChallengesSince = second;
            acks.Challenges = 0;
        }

        if (acks.Challenges >= limit)
        {
            return false;
        }

        acks.Challenges++;
        return true;
    }
}
