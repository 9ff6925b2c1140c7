using System;

namespace SharpTcp.Protocols.Tcp;

public sealed partial record TcpSettings
{
    private static readonly TimeSpan MostRto = TimeSpan.FromSeconds(120);

    /// <summary>
    /// The personality of Linux, which its tools and test scripts expect: quick acknowledgments at first and 40 ms of delay later, a retransmission timeout down to 200 ms, SYNs that
    /// are given up after six retries, CUBIC in whole segments, gradual answers to echoed marks, no pacing, Linux's buffer sizes. Everything else stays as the
    /// RFCs have it.
    /// </summary>
    public static TcpSettings Linux { get; } = new()
    {
        FastOpen = FastOpenUse.Client,
        FastOpenExperimental = true,
        AnnouncePathMtu = true,
        UnreachableEndsHalfOpen = true,
        QuickAcks = 16,
        PushSuperSegments = true,
        SuperSegmentsPerWindow = 2,
        SuperSegmentTime = TimeSpan.FromTicks(TimeSpan.TicksPerSecond / 1024),
        WholeBuffers = true,
        GatheredPart = 3,
        AnswerUnsentAcks = false,
        CubicInSegments = true,
        SackWholeSegments = true,
        RackRttInSequence = true,
        EchoReducesByRate = true,
        Pacing = false,
        PathMtuProbing = PathMtuProbing.Off,
        DelayedAckTimeout = TimeSpan.FromMilliseconds(40),
        MinimumRto = TimeSpan.FromMilliseconds(200),
        MinimumRtoVariation = TimeSpan.FromMilliseconds(200),
        R2 = RetryTime(15, TimeSpan.FromMilliseconds(200)),
        R2Syn = RetryTime(6, TimeSpan.FromSeconds(1)),
        SendBuffer = (16 * 1024, 4 * 1024 * 1024),
        ReceiveBuffer = (64 * 1024, 6 * 1024 * 1024),
    };

    /// <summary>How many retries <see cref="R2Syn"/> has time for.</summary>
    internal int SynRetries
    {
        get
        {
            var retries = 0;
            while (RetryTime(retries, InitialRto) < R2Syn)
            {
                retries++;
            }

            return retries;
        }
    }

    /// <summary>When a sender that retries <paramref name="retries"/> times, doubling its timeout up to two minutes, gives up: Linux counts, RFC 9293 §3.8.3 times.</summary>
    public static TimeSpan RetryTime(int retries, TimeSpan first)
    {
        var total = TimeSpan.Zero;
        var timeout = first;
        for (var i = 0; i <= retries; i++)
        {
            total += timeout;
            timeout = timeout * 2 < MostRto ? timeout * 2 : MostRto;
        }

        return total;
    }
}
