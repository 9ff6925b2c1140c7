using System;
using System.Threading;
using SharpTcp.Protocols;
using SharpTcp.Wire;

namespace SharpTcp.Links;

/// <summary>
/// A link around a link that loses, duplicates, reorders, corrupts and delays packets and holds them to a rate. Super-frames are cut first, so that what is
/// lost is a packet. The same seed, packets and times meet the same faults.
/// </summary>
/// <remarks>
/// With the system's clock packets arrive up to a millisecond late, as its timers do; with a clock of virtual time they are exact to 100 ns.
/// </remarks>
public sealed class FaultyLink : ILink
{
    private const int ReceiveBatch = 64;
    private const long NanosecondsPerSecond = 1_000_000_000;
    private const long NanosecondsPerMillisecond = 1_000_000;
    private const long NanosecondsPerTick = 100;

    private readonly Lock _gate = new();
    private readonly ILink _inner;
    private readonly FaultOptions _options;
    private readonly TimeProvider _clock;
    private readonly FaultPipe _outbound;
    private readonly FaultPipe _inbound;
    private readonly byte[] _frame = new byte[FrameLayout.LargestFrame + 1];
    private readonly byte[] _received;
    private readonly ITimer _timer;
    private Action? _onReady;
    private long _armedFor = FaultPipe.Never;
    private bool _isBlocked;
    private bool _senderWaits;
    private bool _receiverKnows;
    private bool _isDisposed;

    /// <summary>Makes a link faulty.</summary>
    /// <param name="inner">The link; disposed with this one.</param>
    /// <param name="options">What is done to its packets.</param>
    /// <param name="timeProvider">The clock and the timers; null for the system's.</param>
    public FaultyLink(ILink inner, FaultOptions options, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(options);
        _inner = inner;
        _options = options;
        _clock = timeProvider ?? TimeProvider.System;
        _outbound = new FaultPipe(options, inner.Capabilities.Medium, 0);
        _inbound = new FaultPipe(options, inner.Capabilities.Medium, 1);
        _received = new byte[inner.ReceiveBufferSize];
        _timer = _clock.CreateTimer(static link => ((FaultyLink)link!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public string Name => _inner.Name;

    /// <inheritdoc/>
    public LinkCapabilities Capabilities => _inner.Capabilities;

    /// <inheritdoc/>
    public MacAddress HardwareAddress => _inner.HardwareAddress;

    /// <inheritdoc/>
    public int ReceiveBufferSize => _inner.ReceiveBufferSize;

    /// <inheritdoc/>
    public int? PollDescriptor => _inner.PollDescriptor;

    /// <summary>What was done to packets that the stack received.</summary>
    public FaultCounters Inbound
    {
        get
        {
            lock (_gate)
                return _inbound.Counters;
        }
    }

    /// <summary>What was done to packets that the stack sent.</summary>
    public FaultCounters Outbound
    {
        get
        {
            lock (_gate)
                return _outbound.Counters;
        }
    }

    private long Now => (long)((Int128)_clock.GetTimestamp() * NanosecondsPerSecond / _clock.TimestampFrequency);

    /// <inheritdoc/>
    public bool TrySend(in OutboundFrame frame)
    {
        if ((_options.Directions & FaultDirections.Outbound) == 0)
            return _inner.TrySend(frame);
        lock (_gate)
        {
            var now = Now;
            Forward(now);
            _senderWaits = _isBlocked;
            if (_isBlocked)
            {
                Arm(now);
                return false;
            }
            if (frame.Length <= _frame.Length)
            {
                frame.CopyTo(_frame);
                _outbound.Take(_frame.AsSpan(0, frame.Length), frame.Meta, now);
            }
            Forward(now);
            Arm(now);
        }
        return true;
    }

    /// <inheritdoc/>
    public bool TryReceive(Span<byte> buffer, out int length, out FrameMeta meta)
    {
        LinkArguments.CheckBuffer(buffer.Length, ReceiveBufferSize);
        bool received;
        bool hasRoom;
        lock (_gate)
        {
            var now = Now;
            Forward(now);
            hasRoom = TakeRoom();
            received = (_options.Directions & FaultDirections.Inbound) == 0
                ? _inner.TryReceive(buffer, out length, out meta)
                : TryReceiveArrived(buffer, out length, out meta, now);
            _receiverKnows = received;
            Arm(now);
        }
        if (hasRoom)
            Volatile.Read(ref _onReady)?.Invoke();
        return received;
    }

    /// <inheritdoc/>
    public void SetReadyCallback(Action? onReady)
    {
        Volatile.Write(ref _onReady, onReady);
        // Takes no lock: it may be called from inside a call of the other end, which holds that end's.
        _inner.SetReadyCallback(onReady is null ? null : () => Volatile.Read(ref _onReady)?.Invoke());
    }

    /// <summary>Disposes the link; packets that are under way are lost.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            _timer.Dispose();
            _outbound.Dispose();
            _inbound.Dispose();
            _inner.Dispose();
        }
    }

    // Takes all that the inner link has, since it calls only for what comes after it was found empty; but no more than a batch while some packet has arrived.
    private bool TryReceiveArrived(Span<byte> buffer, out int length, out FrameMeta meta, long now)
    {
        for (var i = 0; i < ReceiveBatch || _inbound.NextDue > (now = Now); i++)
        {
            if (!_inner.TryReceive(_received, out var count, out var innerMeta))
                break;
            _inbound.Take(_received.AsSpan(0, count), innerMeta, now);
        }
        meta = default;
        length = 0;
        if (!_inbound.TryPeekArrived(now, out var packet))
            return false;
        packet.CopyTo(buffer);
        length = packet.Length;
        _inbound.Remove();
        return true;
    }

    private void OnTimer()
    {
        bool isReady;
        lock (_gate)
        {
            if (_isDisposed)
                return;
            var now = Now;
            _armedFor = FaultPipe.Never;
            Forward(now);
            var hasArrived = !_receiverKnows && _inbound.NextDue <= now;
            _receiverKnows |= hasArrived;
            isReady = TakeRoom() | hasArrived;
            Arm(now);
        }
        if (isReady)
            Volatile.Read(ref _onReady)?.Invoke();
    }

    // Whether a sender that was refused is to be told that it may send again.
    private bool TakeRoom()
    {
        var hasRoom = _senderWaits && !_isBlocked;
        _senderWaits &= _isBlocked;
        return hasRoom;
    }

    // Sends on what has arrived at the far end of the pipe.
    private void Forward(long now)
    {
        _isBlocked = false;
        while (_outbound.TryPeekArrived(now, out var packet))
        {
            if (!_inner.TrySend(new OutboundFrame(packet)))
            {
                _isBlocked = true;
                return;
            }
            _outbound.Remove();
        }
    }

    // One timer for both directions: a link that is full is tried again after a millisecond, besides when it calls; a receiver that knows of a packet needs no call.
    private void Arm(long now)
    {
        var outbound = _isBlocked ? now + NanosecondsPerMillisecond : _outbound.NextDue;
        var due = Math.Min(outbound, _receiverKnows ? FaultPipe.Never : _inbound.NextDue);
        if (due == FaultPipe.Never)
            return;
        var unit = ReferenceEquals(_clock, TimeProvider.System) ? NanosecondsPerMillisecond : NanosecondsPerTick;
        var units = Math.Max(1, (due - now + unit - 1) / unit);
        // A timer that goes off earlier, or is late already, stays: it arms the next one. Putting it off at every call could do so for ever.
        if (_armedFor <= now + units * unit)
            return;
        _armedFor = now + units * unit;
        _timer.Change(TimeSpan.FromTicks(units * unit / NanosecondsPerTick), Timeout.InfiniteTimeSpan);
    }
}
