using System;
using System.Collections.Generic;
using SharpTcp.Protocols;

namespace SharpTcp.Packetdrill;

/// <summary>The link towards the script: what the stack sends waits here with its time, after its checksums were verified.</summary>
internal sealed class PacketQueue : IFrameSink
{
    private readonly Queue<(byte[] Bytes, Instant At)> _packets = new();

    /// <summary>The time of the clock, which whoever drives the host sets.</summary>
    public Instant Now { get; set; }

    public bool IsEmpty => _packets.Count == 0;

    /// <summary>May change a packet, or drop it by answering null.</summary>
    public Func<byte[], byte[]?>? Filter { get; set; }

    /// <inheritdoc/>
    public bool TrySend(in OutboundFrame frame)
    {
        var packet = new byte[frame.Length];
        frame.CopyTo(packet);
        if (frame.Meta != default)
        {
            Native.Die($"the stack left work to a link that takes none: {frame.Meta}");
        }

        // What the interface says on its own account when it comes up is none of the script's affair.
        if (ChecksumProof.Check(packet) && (Filter is null ? packet : Filter(packet)) is { } passed)
        {
            _packets.Enqueue((passed, Now));
        }

        return true;
    }

    public (byte[] Bytes, Instant At) Dequeue() => _packets.Dequeue();
}
