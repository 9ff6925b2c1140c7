using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>D-SACK (RFC 2883): the first SACK block may tell of something that arrived twice.</summary>
internal static class DuplicateSack
{
    /// <summary>The farthest below SND.UNA that a block may begin: what lies further is not of the same cycle of sequence numbers.</summary>
    private const int Farthest = 1 << 30;

    /// <summary>The block that reports a duplicate, if one does (RFC 2883 §4): it lies below the acknowledgment, or in the second block.</summary>
    public static SackBlock? Read(TcpConnection connection, in TcpOptionSet options)
    {
        if (options.SackBlockCount == 0 || !connection.Has(TcpConnectionFlags.Sack))
        {
            return null;
        }

        var first = options.GetSackBlock(0);
        var una = connection.SndUna;
        if (first.Left >= first.Right || first.Right > connection.SndNxt || una - first.Left > Farthest)
        {
            return null;
        }

        if (first.Right <= una)
        {
            return first;
        }

        if (options.SackBlockCount < 2)
        {
            return null;
        }

        var second = options.GetSackBlock(1);
        return second.Left <= first.Left && first.Right <= second.Right ? first : null;
    }
}
