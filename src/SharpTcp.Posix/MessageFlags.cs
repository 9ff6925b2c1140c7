using System;

namespace SharpTcp.Posix;

/// <summary>The MSG_ flags of Linux.</summary>
[Flags]
public enum MessageFlags
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>MSG_OOB: urgent data.</summary>
    OutOfBand = 1,

    /// <summary>MSG_PEEK: what is read stays.</summary>
    Peek = 2,

    /// <summary>MSG_TRUNC: a datagram was, or is to be, cut; of a stream, bytes are dropped and not copied.</summary>
    Truncate = 0x20,

    /// <summary>MSG_DONTWAIT: does not block this time.</summary>
    DoNotWait = 0x40,

    /// <summary>MSG_EOR: a record ends here; no segment goes across.</summary>
    EndOfRecord = 0x80,

    /// <summary>MSG_WAITALL: waits for all of the buffer.</summary>
    WaitAll = 0x100,

    /// <summary>MSG_NOSIGNAL: no SIGPIPE. This layer never raises a signal.</summary>
    NoSignal = 0x4000,

    /// <summary>MSG_MORE: more follows; a small segment may wait for it.</summary>
    More = 0x8000,

    /// <summary>MSG_FASTOPEN: data with the SYN (RFC 7413).</summary>
    FastOpen = 0x20000000,
}
