using System;
using SharpTcp.Protocols.Tcp;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>One TCP with everything that it stands on, in virtual time.</summary>
internal sealed class TestHost
{
    private int _faults;

    public TestHost(TcpSettings? settings = null, TestIp? ip = null, ulong seed = 1, long memory = 256L << 20, Instant start = default)
    {
        Ip = ip ?? new TestIp();
        Now = start;
        Timers = new TimerWheel(start);
        Buffers = new BufferPool(new MemoryBudget(memory));
        Layer = new TcpLayer(settings ?? new TcpSettings(), Ip, Timers, Buffers, new TestEntropy(seed), (exception, where) =>
        {
            _faults++;
            Fault = new InvalidOperationException($"{where}: {exception}", exception);
        });
    }

    public TestIp Ip { get; }

    public TcpLayer Layer { get; }

    public TimerWheel Timers { get; }

    public BufferPool Buffers { get; }

    public Instant Now { get; set; }

    /// <summary>The first exception that a handler threw.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>Gives the layer a segment as it came from the wire, without a poll after it.</summary>
    public void Input(ReadOnlySpan<byte> segment, IpAddress source, IpAddress destination, ushort segmentSize = 0, bool broadcast = false, byte trafficClass = 0)
    {
        if (!TcpView.TryParse(segment, out var view))
        {
            return;
        }

        var meta = new IpMeta
        {
            Source = source,
            Destination = destination,
            Interface = Ip.Interface,
            HopLimit = 64,
            SegmentSize = segmentSize,
            TrafficClass = trafficClass,
            IsBroadcastOrMulticast = broadcast,
            ChecksumVouched = segmentSize > 0,
        };
        Layer.Input(view, meta, Now);
    }

    /// <summary>Polls until there is nothing to send any more.</summary>
    public void Poll()
    {
        for (var i = 0; Layer.Poll(Now); i++)
        {
            Assert.True(i < 10_000, "polling does not end");
        }

        ThrowFault();
    }

    /// <summary>Runs what is due at <see cref="Now"/>.</summary>
    public void RunTimers()
    {
        Timers.Advance(Now);
        Poll();
    }

    public void ThrowFault()
    {
        if (_faults > 0 && Fault is { } fault)
        {
            _faults = 0;
            throw fault;
        }
    }

    /// <summary>Nothing is held any more: no connection, no timer, no buffer.</summary>
    public void AssertEmpty()
    {
        Assert.Equal(0, Layer.ConnectionCount);
        Assert.Equal(0, Timers.Count);
        Assert.Equal(0, Buffers.Budget.Used);
    }
}
