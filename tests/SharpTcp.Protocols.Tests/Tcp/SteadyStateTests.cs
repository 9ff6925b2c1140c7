using System;
using System.Net.Sockets;
using SharpTcp.Protocols.Tcp;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>In steady state nothing is allocated, however many segments pass.</summary>
public sealed class SteadyStateTests
{
    private const int Segments = 1_000_000;

    private readonly IpAddress _client = IPv4Address.Parse("10.0.0.1");
    private readonly IpAddress _server = IPv4Address.Parse("10.0.0.2");
    private readonly SteadyLink _out;
    private readonly SteadyLink _back;
    private readonly TimerWheel _timers = new(Instant.Zero);
    private readonly BufferPool _buffers = new(new MemoryBudget(64 << 20));
    private readonly TcpLayer _sender;
    private readonly TcpLayer _receiver;
    private TcpConnection? _from;
    private TcpConnection? _to;
    private Instant _now;

    public SteadyStateTests()
    {
        _out = new SteadyLink(_client, _server);
        _back = new SteadyLink(_server, _client);
        _sender = new TcpLayer(new TcpSettings(), _out, _timers, _buffers, new TestEntropy(1), null);
        _receiver = new TcpLayer(new TcpSettings(), _back, _timers, _buffers, new TestEntropy(2), null);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AMillionSegmentsAllocateNothing(bool cut)
    {
        Open(cut);
        Transfer(50_000, cut);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Transfer(Segments, cut);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(0, allocated);
        Assert.True(_out.Segments > Segments);
    }

    [Fact]
    public void RequestsAndAnswersAllocateNothing()
    {
        Open(false);
        Exchange(1000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Exchange(100_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private void Open(bool cut)
    {
        var user = new Quiet();
        Assert.Equal(SocketError.Success, _receiver.Bind(new TransportEndpoint(_server, 80), false, false, out var binding));
        Assert.Equal(SocketError.Success, _receiver.Listen(new TcpListenRequest { Binding = binding!, Backlog = 4 }, user, _now, out var listener));
        Assert.Equal(SocketError.Success, _sender.Connect(new TcpConnectRequest { Remote = new TransportEndpoint(_server, 80) }, user, _now, out _from));
        for (var i = 0; i < 4; i++)
        {
            Turn(cut);
        }

        Assert.True(listener!.TryAccept(user, out _to));
    }

    private void Transfer(int segments, bool cut)
    {
        for (var end = _out.Segments + segments; _out.Segments < end;)
        {
            while (_from!.ReserveSend(1 << 16) is { IsEmpty: false } room)
            {
                _from.CommitSend(room.Length, true, _now);
            }

            Turn(cut);
            while (_to!.PeekReceived() is { IsEmpty: false } piece)
            {
                _to.ConsumeReceived(piece.Length, _now);
            }
        }
    }

    private void Exchange(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _from!.CommitSend(_from.ReserveSend(64).Length, true, _now);
            Turn(false);
            if (_to!.PeekReceived().Length != 64)
            {
                Assert.Fail("no request");
            }

            _to.ConsumeReceived(64, _now);
            _to.CommitSend(_to.ReserveSend(64).Length, true, _now);
            Turn(false);
            if (_from.PeekReceived().Length != 64)
            {
                Assert.Fail("no answer");
            }

            _from.ConsumeReceived(64, _now);
        }
    }

    private void Turn(bool cut)
    {
        _now += TimeSpan.FromMicroseconds(100);
        _timers.Advance(_now);
        Poll(_sender);
        _out.DeliverTo(_receiver, cut, _now);
        Poll(_receiver);
        _back.DeliverTo(_sender, cut, _now);
        Poll(_sender);
    }

    private void Poll(TcpLayer layer)
    {
        layer.OnWritable(_now);
        while (layer.Poll(_now))
        {
        }
    }

    private sealed class Quiet : ITcpUser, ITcpListenUser
    {
        public void OnTcpEvents(TcpConnection connection, TcpEvents events)
        {
        }

        public void OnAcceptable(TcpListenPoint listener)
        {
        }
    }
}
