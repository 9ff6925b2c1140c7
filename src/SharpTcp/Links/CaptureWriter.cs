using System;
using System.IO;
using System.Threading;
using SharpTcp.Protocols;
using SharpTcp.Wire;

namespace SharpTcp.Links;

/// <summary>
/// Takes copies of frames into a bounded buffer and writes them as pcapng, from a thread of its own or at once. The frames' checksums are completed, and
/// super-frames cut if asked for, by the writer and not by who adds them.
/// </summary>
internal sealed class CaptureWriter : IDisposable
{
    private const int MostFrames = 1 << 20;
    private const int NanosecondsPerTick = 100;
    private const int HeaderRoom = 4096;

    private readonly object _gate = new(); // a Monitor, since the writer waits on it
    private readonly FrameRing _ring;
    private readonly Stream _output;
    private readonly LinkMedium _medium;
    private readonly CaptureOptions _options;
    private readonly Thread? _thread;
    private readonly byte[] _frame = new byte[FrameLayout.LargestFrame + 1];
    private readonly byte[] _packet = new byte[FrameLayout.LargestFrame + 1];
    private readonly byte[] _block = new byte[FrameLayout.LargestFrame + HeaderRoom];
    private bool _isStopping;
    private long _missed;
    private Exception? _failure;

    public CaptureWriter(Stream output, string name, LinkMedium medium, CaptureOptions options)
    {
        _output = output;
        _medium = medium;
        _options = options;
        _ring = new FrameRing(MostFrames, options.BufferBytes);
        WriteHeader(name);
        if (!options.WriteBehind)
            return;
        _thread = new Thread(Run) { IsBackground = true, Name = $"capture of {name}" };
        _thread.Start();
    }

    public long Missed => Interlocked.Read(ref _missed);

    public Exception? Failure => Volatile.Read(ref _failure);

    /// <summary>The time now, in ticks since 1970.</summary>
    public long Now => _options.TimeProvider.GetUtcNow().Ticks - DateTime.UnixEpoch.Ticks;

    public void Add(in OutboundFrame frame, long time, PcapDirection direction)
    {
        lock (_gate)
        {
            if (_isStopping || _failure is not null || frame.Length > _frame.Length || !_ring.EnsureRoom(1, frame.Length, frame.Length))
            {
                Interlocked.Increment(ref _missed);
                return;
            }
            frame.CopyTo(_ring.Append(frame.Length, frame.Meta, time << 1 | (direction == PcapDirection.Outbound ? 1L : 0L)));
            if (_thread is null)
                WriteWaiting();
            else if (_ring.Count == 1)
                Monitor.Pulse(_gate);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isStopping = true;
            Monitor.Pulse(_gate);
        }
        _thread?.Join();
        TryWrite(static writer => writer._output.Flush());
        if (!_options.LeaveOpen)
            TryWrite(static writer => writer._output.Dispose());
    }

    private void WriteHeader(string name)
    {
        _output.Write(_block, 0, PcapngWriter.WriteSectionHeader(_block, "SharpTCP"));
        var linkType = _medium == LinkMedium.Ethernet ? PcapLinkType.Ethernet : PcapLinkType.Raw;
        _output.Write(_block, 0, PcapngWriter.WriteInterface(_block, linkType, name));
        _output.Flush();
    }

    private void Run()
    {
        while (true)
        {
            WriteWaiting();
            lock (_gate)
            {
                while (_ring.Count == 0 && !_isStopping)
                    Monitor.Wait(_gate);
                if (_ring.Count == 0)
                    return;
            }
        }
    }

    // Writes until nothing waits, and flushes, so that whoever reads along sees it.
    private void WriteWaiting()
    {
        while (TryTake(out var length, out var meta, out var tag))
        {
            try
            {
                WriteFrame(_frame.AsSpan(0, length), meta, tag);
            }
            catch (Exception e)
            {
                Fail(e);
            }
        }
        TryWrite(static writer => writer._output.Flush());
    }

    private bool TryTake(out int length, out FrameMeta meta, out long tag)
    {
        lock (_gate)
        {
            length = 0;
            if (!_ring.TryPeek(out var frame, out meta, out tag))
                return false;
            frame.CopyTo(_frame);
            length = frame.Length;
            _ring.Remove();
            return true;
        }
    }

    private void WriteFrame(Span<byte> frame, in FrameMeta meta, long tag)
    {
        if (_options.SplitSuperFrames && SuperFrame.TryParse(frame, meta, _medium, out var super))
        {
            for (var i = 0; i < super.Count; i++)
            {
                super.WritePacket(frame, i, _packet);
                WriteBlock(_packet.AsSpan(0, super.PacketLength(i)), tag);
            }
            return;
        }
        PartialChecksum.Complete(frame, meta);
        WriteBlock(frame, tag);
    }

    private void WriteBlock(ReadOnlySpan<byte> packet, long tag)
    {
        var direction = (tag & 1) != 0 ? PcapDirection.Outbound : PcapDirection.Inbound;
        var length = PcapngWriter.WritePacket(_block, 0, (ulong)(tag >> 1) * NanosecondsPerTick, packet, direction);
        _output.Write(_block, 0, length);
    }

    private void TryWrite(Action<CaptureWriter> write)
    {
        try
        {
            if (_failure is null)
                write(this);
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }

    // A full disk ends the capture and nothing else.
    private void Fail(Exception failure)
    {
        lock (_gate)
        {
            Volatile.Write(ref _failure, _failure ?? failure);
            Interlocked.Add(ref _missed, 1 + _ring.Count);
            _ring.Clear();
        }
    }
}
