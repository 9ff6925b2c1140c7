using System.Collections.Generic;

namespace SharpTcp.Protocols.Tests;

/// <summary>A frame as a sink got it.</summary>
internal sealed record SentFrame(byte[] Bytes, FrameMeta Meta);

/// <summary>A link that keeps what is sent, as long as there is room.</summary>
internal sealed class RecordingSink : IFrameSink
{
    private readonly Queue<SentFrame> _frames = new();

    /// <summary>How many more frames it takes before it is full.</summary>
    public int Room { get; set; } = int.MaxValue;

    /// <summary>Whether it keeps the frames, or only counts them (for tests that must not allocate).</summary>
    public bool Keeps { get; set; } = true;

    public long Count { get; private set; }

    public bool TrySend(in OutboundFrame frame)
    {
        if (Room == 0)
        {
            return false;
        }

        Room--;
        Count++;
        if (Keeps)
        {
            var bytes = new byte[frame.Length];
            frame.CopyTo(bytes);
            _frames.Enqueue(new SentFrame(bytes, frame.Meta));
        }

        return true;
    }

    /// <summary>What was sent since the last call.</summary>
    public List<SentFrame> Take()
    {
        List<SentFrame> frames = [.. _frames];
        _frames.Clear();
        return frames;
    }
}
