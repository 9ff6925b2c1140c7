using System;

namespace SharpTcp.Links;

/// <summary>How the frames of a link are captured.</summary>
public sealed class CaptureOptions
{
    /// <summary>Whether super-frames are written as the packets that they would be cut into; if not, each is written as one long packet. Default false.</summary>
    public bool SplitSuperFrames { get; init; }

    /// <summary>
    /// Whether a thread of its own writes, so that a slow disk never holds up the link: what overfills the buffer is not captured, and counted. If not,
    /// every frame is written before the call that carried it returns, and none is missed. Default true.
    /// </summary>
    public bool WriteBehind { get; init; } = true;

    /// <summary>The most bytes that wait to be written; at least what one 64 KiB frame needs. Default 16 MiB.</summary>
    public int BufferBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>The clock of the time stamps. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Whether the stream stays open when the link is disposed. Default false.</summary>
    public bool LeaveOpen { get; init; }
}
