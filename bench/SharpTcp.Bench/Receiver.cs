using System;
using System.Net.Sockets;
using SharpTcp.Protocols;
using SharpTcp.Protocols.Tcp;
using SharpTcp.Simulation;
using SharpTcp.Wire;

namespace SharpTcp.Bench;

/// <summary>A TCP with some established connections, and the segments that their peers send.</summary>
internal sealed class Receiver : ITcpUser, ITcpListenUser
{
    /// <summary>Bytes of a segment.</summary>
    public const int SegmentSize = 1460;

    private const ushort Port = 80;
    private const uint PeerIss = 1_000_000;

    private static readonly IpAddress Local = IPv4Address.Parse("10.0.0.1");

    private readonly SinkOutput _output = new(Local);
    private readonly TimerWheel _timers = new(Instant.Zero);
    private readonly TcpLayer _layer;
    private readonly Peer[] _peers;
    private readonly byte[] _segment = new byte[TcpView.MinHeaderLength + SegmentSize];
    private TcpListenPoint? _listener;
    private Instant _now = new(1);

    public Receiver(int connections, TcpSettings? settings = null)
    {
        _layer = new TcpLayer(settings ?? new TcpSettings(), _output, _timers, new BufferPool(new MemoryBudget(8L << 30)), new SeededEntropy(1), null);
        _peers = new Peer[connections];
        Listen();
        for (var i = 0; i < connections; i++)
        {
            _peers[i] = Open(i);
        }
    }

    /// <summary>Segments that were sent in answer.</summary>
    public long Sent => _output.Sent;

    /// <summary>Gives a connection its next segment.</summary>
    public void Deliver(int connection)
    {
        ref var peer = ref _peers[connection];
        Input(peer, peer.Next, TcpFlags.Ack, SegmentSize);
        peer.Next += SegmentSize;
    }

    /// <summary>Gives a connection a segment so many bytes behind the next.</summary>
    public void DeliverBehind(int connection, int distance, int length) => Input(_peers[connection], _peers[connection].Next + distance, TcpFlags.Ack, length);

    /// <summary>Ends a batch: what is owed is sent, and what came is read.</summary>
    /// <returns>How many bytes were read.</returns>
    public int EndBatch(int connection)
    {
        var read = 0;
        Poll();
        var tcp = _peers[connection].Connection;
        while (tcp.PeekReceived() is { IsEmpty: false } piece)
        {
            read += piece.Length;
            tcp.ConsumeReceived(piece.Length, _now);
        }

        Poll();
        return read;
    }

    /// <summary>The ranges that a connection holds out of order.</summary>
    public SequenceRanges OutOfOrder(int connection) => _peers[connection].Connection.Receive!.OutOfOrder;

    public void OnTcpEvents(TcpConnection connection, TcpEvents events)
    {
    }

    public void OnAcceptable(TcpListenPoint listener)
    {
    }

    private void Listen()
    {
        Check(_layer.Bind(new TransportEndpoint(Local, Port), false, false, out var binding));
        Check(_layer.Listen(new TcpListenRequest { Binding = binding!, Backlog = 16 }, this, _now, out _listener));
    }

    private Peer Open(int index)
    {
        var peer = new Peer
        {
            Address = new IPv4Address(0x0A01_0000u + (uint)(index / 50_000)),
            Port = (ushort)(10_000 + (index % 50_000)),
            Next = new SequenceNumber(PeerIss),
        };
        Input(peer, peer.Next, TcpFlags.Syn, 0);
        Poll();
        peer.Next++;
        peer.Acknowledged = _output.LastSequence + 1;
        Input(peer, peer.Next, TcpFlags.Ack, 0);
        Poll();
        if (!_listener!.TryAccept(this, out var connection))
        {
            throw new InvalidOperationException("A connection was not accepted.");
        }

        peer.Connection = connection!;
        return peer;
    }

    private void Input(in Peer peer, SequenceNumber sequence, TcpFlags flags, int length)
    {
        var header = new TcpHeader
        {
            SourcePort = peer.Port,
            DestinationPort = Port,
            Sequence = sequence,
            Acknowledgment = flags == TcpFlags.Syn ? default : peer.Acknowledged,
            Flags = flags,
            Window = ushort.MaxValue,
        };
        TcpWriter.Write(_segment, header, default);
        if (!TcpView.TryParse(_segment.AsSpan(0, TcpView.MinHeaderLength + length), out var view))
        {
            throw new InvalidOperationException("A segment does not parse.");
        }

        _now += TimeSpan.FromMicroseconds(1);
        _layer.Input(view, _output.MetaFrom(peer.Address), _now);
    }

    private void Poll()
    {
        while (_layer.Poll(_now))
        {
        }
    }

    private static void Check(SocketError error)
    {
        if (error != SocketError.Success)
        {
            throw new InvalidOperationException($"{error}");
        }
    }

    private struct Peer
    {
        public IpAddress Address;
        public ushort Port;
        public SequenceNumber Next;
        public SequenceNumber Acknowledged;
        public TcpConnection Connection;
    }
}
