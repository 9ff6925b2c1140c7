using System;

namespace SharpTcp.Protocols;

/// <summary>
/// A frame on its way to a link: one block of headers and up to three slices of payload by reference. The slices belong to a send
/// buffer and are valid only inside <see cref="IFrameSink.TrySend"/>; a sink that keeps the frame copies it.
/// </summary>
public readonly ref struct OutboundFrame
{
    /// <summary>Makes a frame of a header block and payload slices.</summary>
    public OutboundFrame(
        ReadOnlySpan<byte> headers,
        scoped in FrameMeta meta = default,
        ReadOnlySpan<byte> first = default,
        ReadOnlySpan<byte> second = default,
        ReadOnlySpan<byte> third = default)
    {
        Headers = headers;
        Meta = meta;
        First = first;
        Second = second;
        Third = third;
    }

    /// <summary>Link, network and transport headers (and the whole frame, where the payload is not by reference).</summary>
    public ReadOnlySpan<byte> Headers { get; }

    /// <summary>The first payload slice.</summary>
    public ReadOnlySpan<byte> First { get; }

    /// <summary>The second payload slice; empty if the first is.</summary>
    public ReadOnlySpan<byte> Second { get; }

    /// <summary>The third payload slice; empty if the second is.</summary>
    public ReadOnlySpan<byte> Third { get; }

    /// <summary>Checksum and segmentation left to the link.</summary>
    public FrameMeta Meta { get; }

    /// <summary>Bytes of the whole frame.</summary>
    public int Length => Headers.Length + First.Length + Second.Length + Third.Length;

    /// <summary>Copies the whole frame.</summary>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is shorter than <see cref="Length"/>.</exception>
    public void CopyTo(Span<byte> destination)
    {
        Headers.CopyTo(destination);
        destination = destination[Headers.Length..];
        First.CopyTo(destination);
        destination = destination[First.Length..];
        Second.CopyTo(destination);
        Third.CopyTo(destination[Second.Length..]);
    }
}
