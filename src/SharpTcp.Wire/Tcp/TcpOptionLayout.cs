using System;

namespace SharpTcp.Wire;

/// <summary>
/// Which options of a set go into a segment, and how much room they take: the decisions that the length and the writing have to agree on.
/// Every part is a multiple of four octets.
/// </summary>
internal readonly struct TcpOptionLayout
{
    private const int Room = TcpView.MaxHeaderLength - TcpView.MinHeaderLength;

    public readonly bool MaximumSegmentSize;
    public readonly bool WindowScale;
    public readonly bool SackPermitted;
    public readonly bool FastOpen;
    public readonly bool UserTimeout;
    public readonly int SackBlockCount;
    public readonly int Length;

    public TcpOptionLayout(in TcpOptionSet options, bool syn)
    {
        MaximumSegmentSize = syn && options.HasMaximumSegmentSize;
        WindowScale = syn && options.HasWindowScale;
        SackPermitted = syn && options.SackPermitted;
        FastOpen = syn && options.HasFastOpen;

        var length = MaximumSegmentSize ? 4 : 0;
        if (options.HasTimestamps)
            length += 12; // SACK permitted takes the place of the two NOPs
        else if (SackPermitted)
            length += 4;
        if (WindowScale)
            length += 4;
        if (FastOpen)
            length += FastOpenLength(options.FastOpenCookie.Length, options.IsFastOpenExperimental);

        UserTimeout = options.HasUserTimeout && length + 4 <= Room;
        if (UserTimeout)
            length += 4;

        // RFC 2018 §3: as many blocks as fit, the most recent first. With timestamps that is three.
        if (!syn && options.SackBlockCount > 0)
        {
            SackBlockCount = Math.Min(options.SackBlockCount, (Room - length - 4) / 8);
            if (SackBlockCount > 0)
                length += 4 + 8 * SackBlockCount;
        }

        Length = length;
    }

    public static int FastOpenLength(int cookieLength, bool isExperimental) => ((isExperimental ? 4 : 2) + cookieLength + 3) & ~3;
}
