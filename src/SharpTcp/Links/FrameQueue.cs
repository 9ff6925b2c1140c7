using System;
using System.Threading;
using SharpTcp.Protocols;

namespace SharpTcp.Links;

/// <summary>
/// One direction of a link in memory: a bounded queue between a sender and a receiver on threads of their own. What the receiver's end cannot take
/// (super-frames, partial checksums) is cut and summed on the way in.
/// </summary>
internal sealed class FrameQueue
{
    private readonly Lock _gate = new();
    private readonly FrameRing _ring;
    private readonly LinkCapabilities _receiver;
    private readonly int _longestPacket;
    private byte[]? _scratch;
    private Action? _receiverReady;
    private Action? _senderReady;
    private bool _receiverWaits = true;
    private bool _senderWaits;
    private bool _isClosed;
    private long _dropped;

    public FrameQueue(in LinkCapabilities receiver, int maxFrames, int maxBytes)
    {
        _receiver = receiver;
        _longestPacket = receiver.Mtu + FrameLayout.LongestLinkHeader(receiver.Medium);
        _ring = new FrameRing(maxFrames, maxBytes);
    }

    /// <summary>Frames that could not be carried: too long, malformed, or sent to an end that is disposed.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    public void SetReceiverReady(Action? onReady)
    {
        lock (_gate)
            _receiverReady = onReady;
    }

    public void SetSenderReady(Action? onReady)
    {
        lock (_gate)
            _senderReady = onReady;
    }

    public bool TrySend(in OutboundFrame frame)
    {
        Action? wake = null;
        lock (_gate)
        {
            if (!TryPut(frame))
            {
                _senderWaits = true;
                return false;
            }
            if (_receiverWaits && _ring.Count > 0 && _receiverReady is not null)
            {
                _receiverWaits = false;
                wake = _receiverReady;
            }
        }
        wake?.Invoke();
        return true;
    }

    public bool TryReceive(Span<byte> buffer, out int length, out FrameMeta meta)
    {
        Action? wake = null;
        lock (_gate)
        {
            if (!_ring.TryPeek(out var frame, out meta, out _))
            {
                length = 0;
                _receiverWaits = true;
                return false;
            }
            frame.CopyTo(buffer);
            length = frame.Length;
            _ring.Remove();
            // Not at the first frame of room: a sender that is woken for one frame would be refused again with the next.
            if (_senderWaits && _ring.IsHalfEmpty)
            {
                _senderWaits = false;
                wake = _senderReady;
            }
        }
        wake?.Invoke();
        return true;
    }

    /// <summary>The receiver is gone: from now on frames are lost, as on a cable that is not plugged in.</summary>
    public void Close()
    {
        Action? wake;
        lock (_gate)
        {
            _isClosed = true;
            _ring.Clear();
            _receiverReady = null;
            wake = _senderWaits ? _senderReady : null;
            _senderWaits = false;
        }
        wake?.Invoke();
    }

    private bool TryPut(in OutboundFrame frame)
    {
        var length = frame.Length;
        var longest = frame.Meta.Segmentation == Segmentation.None ? _longestPacket : FrameLayout.LargestFrame;
        if (_isClosed || length > longest)
            return Drop();
        var missing = FrameLayout.OffloadOf(frame.Meta.Segmentation) & ~_receiver.Offloads;
        if (missing != 0)
            return TryPutCut(frame);
        if (!_ring.EnsureRoom(1, length, length))
            return false;
        var needsSum = (frame.Meta.Flags & FrameFlags.NeedsChecksum) != 0 && (_receiver.Offloads & LinkOffloads.Checksum) == 0;
        var copy = _ring.Append(length, needsSum ? default : frame.Meta);
        frame.CopyTo(copy);
        if (needsSum)
            PartialChecksum.Complete(copy, frame.Meta);
        return true;
    }

    private bool TryPutCut(in OutboundFrame frame)
    {
        var whole = (_scratch ??= new byte[FrameLayout.LargestFrame]).AsSpan(0, frame.Length);
        frame.CopyTo(whole);
        if (!SuperFrame.TryParse(whole, frame.Meta, _receiver.Medium, out var super) || super.LongestPacket > _longestPacket)
            return Drop();
        if (!_ring.EnsureRoom(super.Count, super.TotalLength, super.LongestPacket))
            return _ring.Count == 0 && Drop(); // more packets than the queue can ever hold
        for (var i = 0; i < super.Count; i++)
            super.WritePacket(whole, i, _ring.Append(super.PacketLength(i), default));
        return true;
    }

    private bool Drop()
    {
        _dropped++;
        return true;
    }
}
