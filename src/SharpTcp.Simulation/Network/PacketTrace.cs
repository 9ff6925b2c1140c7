using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.Numerics;
using System.Runtime.InteropServices;
using SharpTcp.Links;
using SharpTcp.Protocols;
using SharpTcp.Wire;

namespace SharpTcp.Simulation;

/// <summary>
/// Every frame that hosts and stations send and receive, with its time: summed up in a number by which two runs are compared, and on request written as pcapng or as text.
/// </summary>
public sealed class PacketTrace : IDisposable
{
    private const ulong Prime = 0x9E37_79B1_85EB_CA87;

    private readonly VirtualTime _time;
    private readonly List<(string Name, PcapLinkType Type)> _interfaces = [];
    private Stream? _capture;

    internal PacketTrace(VirtualTime time) => _time = time;

    /// <summary>A number that two runs share only if they saw the same frames at the same times at the same places.</summary>
    public ulong Hash { get; private set; } = Prime;

    /// <summary>Frames that were sent; super-frames count as one.</summary>
    public long Sent { get; private set; }

    /// <summary>Frames that were received.</summary>
    public long Received { get; private set; }

    /// <summary>When the last frame was sent or received.</summary>
    public Instant LastActivity { get; private set; }

    /// <summary>Where a line for every frame goes, in the manner of tcpdump; null for nowhere.</summary>
    public TextWriter? Log { get; set; }

    /// <summary>Writes all frames from now on as pcapng.</summary>
    /// <param name="output">Where to; it is disposed with the network.</param>
    public void CaptureTo(Stream output)
    {
        ArgumentNullException.ThrowIfNull(output);
        _capture?.Dispose();
        _capture = output;
        Span<byte> block = stackalloc byte[PcapngWriter.MaxTextLength + 64];
        output.Write(block[..PcapngWriter.WriteSectionHeader(block, "SharpTcp.Simulation")]);
        foreach (var (name, type) in _interfaces)
        {
            output.Write(block[..PcapngWriter.WriteInterface(block, type, name)]);
        }
    }

    /// <summary>Writes all frames from now on as pcapng.</summary>
    /// <param name="path">The file; it is made anew, and complete when the network is disposed.</param>
    public void CaptureTo(string path) => CaptureTo(new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 16));

    /// <summary>Closes the capture.</summary>
    public void Dispose()
    {
        _capture?.Dispose();
        _capture = null;
    }

    internal int AddInterface(string name, LinkMedium medium)
    {
        var type = medium == LinkMedium.Ethernet ? PcapLinkType.Ethernet : PcapLinkType.Raw;
        _interfaces.Add((name, type));
        if (_capture is not null)
        {
            Span<byte> block = stackalloc byte[PcapngWriter.MaxTextLength + 64];
            _capture.Write(block[..PcapngWriter.WriteInterface(block, type, name)]);
        }

        return _interfaces.Count - 1;
    }

    internal void Record(int traceId, PcapDirection direction, ReadOnlySpan<byte> frame, in FrameMeta meta)
    {
        LastActivity = _time.Now;
        if (direction == PcapDirection.Outbound)
        {
            Sent++;
        }
        else
        {
            Received++;
        }

        Add((ulong)_time.Now.Ticks);
        Add(((ulong)traceId << 40) | ((ulong)direction << 32) | (uint)frame.Length);
        Add(frame);
        if (_capture is not null || Log is not null)
        {
            Write(traceId, direction, frame, meta);
        }
    }

    private void Write(int traceId, PcapDirection direction, ReadOnlySpan<byte> frame, in FrameMeta meta)
    {
        var length = PcapngWriter.PacketBlockLength(frame.Length);
        var buffer = ArrayPool<byte>.Shared.Rent(frame.Length + length);
        var copy = buffer.AsSpan(0, frame.Length);
        frame.CopyTo(copy);
        PartialChecksum.Complete(copy, meta);
        var (name, type) = _interfaces[traceId];
        if (_capture is not null)
        {
            var block = buffer.AsSpan(frame.Length, length);
            var nanoseconds = (ulong)(_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
            _capture.Write(block[..PcapngWriter.WritePacket(block, traceId, nanoseconds, copy, direction)]);
        }

        Log?.WriteLine($"{_time.Now} {name} {(direction == PcapDirection.Outbound ? ">" : "<")} {PacketFormatter.ToString(copy, type, meta.SegmentSize)}");
        ArrayPool<byte>.Shared.Return(buffer);
    }

    private void Add(ReadOnlySpan<byte> bytes)
    {
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(bytes))
        {
            Add(BitConverter.IsLittleEndian ? word : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(word));
        }

        foreach (var octet in bytes[(bytes.Length & ~7)..])
        {
            Add(octet);
        }
    }

    private void Add(ulong word) => Hash = BitOperations.RotateLeft((Hash ^ word) * Prime, 29);
}
