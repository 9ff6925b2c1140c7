using System;
using System.Collections.Generic;
using System.Net.Sockets;
using SharpTcp.Protocols.Tcp;
using SharpTcp.Wire;
using Xunit;
using static SharpTcp.Protocols.Tests.Tcp.Segment;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>
/// One TCP under test, and a peer that does what the script says: inject a segment, expect one, let time pass. Whatever the stack sends is also held to what must hold for
/// every segment (<see cref="SegmentRules"/>). Without settings of its own it does not pace: a script says what leaves at which moment.
/// </summary>
internal sealed class TcpFixture
{
    public const ushort LocalPort = 80;
    public const ushort PeerPort = 40000;

    private readonly Queue<SentSegment> _sent = new();
    private readonly SegmentRules _rules = new();
    private uint _lastPeerEcho;
    private bool _times;
    private bool _peerOffersTimes;

    public TcpFixture(TcpSettings? settings = null, int mtu = 1500, uint peerIss = 5_000_000, ulong seed = 1, bool ipv6 = false, Instant start = default)
    {
        PeerIss = peerIss;
        Local = ipv6 ? IPv6Address.Parse("2001:db8::7") : IPv4Address.Parse("10.0.0.7");
        Peer = ipv6 ? IPv6Address.Parse("2001:db8::9") : IPv4Address.Parse("10.0.0.9");
        Host = new TestHost(settings ?? new TcpSettings { Pacing = false }, new TestIp(mtu), seed, start: start);
        Host.Ip.Sent = OnSent;
    }

    public TestHost Host { get; }

    public IpAddress Local { get; }

    public IpAddress Peer { get; set; }

    public uint PeerIss { get; set; }

    /// <summary>The initial sequence number of the stack, known from its SYN; a test with several connections says which is meant.</summary>
    public uint Iss { get; set; }

    public TestUser User { get; } = new();

    public TestUser ListenUser { get; } = new();

    public TcpListenPoint? Listener { get; private set; }

    public TcpBinding? Binding { get; private set; }

    /// <summary>The connection under test.</summary>
    public TcpConnection Connection { get; private set; } = null!;

    public TcpState State => Connection.State;

    public Instant Now => Host.Now;

    /// <summary>Bytes written so far, and read.</summary>
    public long Written { get; private set; }

    public long ReadBytes { get; private set; }

    public SegmentRules Rules => _rules;

    /// <summary>The timestamp that the peer would send now.</summary>
    public uint PeerTime => (uint)Now.Milliseconds + 7_000_000;

    /// <summary>The last segment taken by <see cref="Expect"/>.</summary>
    public SentSegment Last { get; private set; } = null!;

    /// <summary>How many sent segments were not looked at yet.</summary>
    public int Pending => _sent.Count;

    /// <summary>Sets the clock so that the stack's initial sequence number of this connection will be <paramref name="iss"/>.</summary>
    public TcpFixture WithIss(uint iss, ushort localPort = LocalPort)
    {
        var tuple = new FourTuple(Local, Peer, localPort, PeerPort);
        var atZero = Host.Layer.Secrets.InitialSequence(tuple, Instant.Zero).Value;
        Host.Now = new Instant((long)(iss - atZero) * 40);
        Host.Timers.Advance(Host.Now);
        return this;
    }

    public void Listen(int backlog = 16, TcpSocketOptions? options = null, int fastOpenLimit = 0)
    {
        var any = Local.IsIPv4 ? (IpAddress)IPv4Address.Unspecified : IPv6Address.Unspecified;
        Assert.Equal(SocketError.Success, Host.Layer.Bind(new TransportEndpoint(any, LocalPort), false, false, out var binding));
        var request = new TcpListenRequest { Binding = binding!, Backlog = backlog, Options = options, FastOpenLimit = fastOpenLimit };
        Assert.Equal(SocketError.Success, Host.Layer.Listen(request, ListenUser, Now, out var listener));
        Listener = listener;
        Binding = binding;
    }

    public void Accept()
    {
        Assert.True(Listener!.TryAccept(User, out var connection), "no connection waits");
        Connection = connection!;
    }

    public void Connect(TcpSocketOptions? options = null) => Connect(null, options);

    /// <summary>Connects with Fast Open, and with so many bytes of the pattern to send; returns how many had room in the SYN.</summary>
    public int ConnectFast(int bytes, TcpSocketOptions? options = null) => Connect(bytes, options);

    /// <summary>Takes the handshake; a passive one by default. Everything about it has tests of its own.</summary>
    public TcpFixture Established(
        int? mss = 1460, int? wscale = null, bool sack = false, bool ts = false, int window = 65535, bool passive = true, TcpSocketOptions? options = null, int rtt = 0)
    {
        if (passive)
        {
            Listen(options: options);
            Inject(Offer(Syn().Win(window), mss, wscale, sack, ts));
            Expect(SynAck());
            AdvanceMs(rtt);
            Inject(Ack(1, 1).Win(window));
            Accept();
        }
        else
        {
            Connect(options);
            Expect(Syn());
            AdvanceMs(rtt);
            Inject(Offer(SynAck().Win(window), mss, wscale, sack, ts));
            Expect(Ack(1, 1));
        }

        ExpectNothing();
        Assert.Equal(TcpState.Established, State);
        return this;
    }

    /// <summary>The stack gets a segment, and all the time it needs at this moment.</summary>
    public void Inject(Segment segment) => InjectBatch(segment);

    /// <summary>Several segments before the stack is asked for output, as in one batch of a device.</summary>
    public void InjectBatch(params ReadOnlySpan<Segment> segments)
    {
        foreach (var segment in segments)
        {
            var bytes = ScriptWriter.Write(this, segment);
            Host.Input(bytes, Peer, Local, segment.SuperSize, segment.IsBroadcast, (byte)(segment.IsMarked ? 3 : 0));
        }

        Host.Poll();
    }

    public void Expect(Segment expected)
    {
        Assert.True(_sent.Count > 0, $"expected {expected}, and nothing was sent");
        Last = _sent.Dequeue();
        ScriptChecker.Check(this, expected, Last);
    }

    /// <summary>Takes whatever was sent, one segment.</summary>
    public SentSegment Take()
    {
        Assert.True(_sent.Count > 0, "nothing was sent");
        return Last = _sent.Dequeue();
    }

    public void Drop() => _sent.Clear();

    public void ExpectNothing()
    {
        if (_sent.Count > 0)
        {
            Assert.Fail($"expected nothing, and {ScriptChecker.Describe(this, _sent.Peek())} was sent");
        }
    }

    /// <summary>Lets time pass; everything due on the way happens at its own time.</summary>
    public void Advance(TimeSpan span)
    {
        var end = Now + span;
        while (Host.Timers.NextDeadline is var next && next <= end)
        {
            Host.Now = Instant.Max(Now, next);
            Host.RunTimers();
        }

        Host.Now = end;
        Host.RunTimers();
    }

    public void AdvanceMs(double milliseconds) => Advance(TimeSpan.FromMilliseconds(milliseconds));

    /// <summary>Another connection of the same two ports is next: what the last one sent and read counts no more.</summary>
    public void Forget()
    {
        _sent.Clear();
        _rules.Forget();
        Written = 0;
        ReadBytes = 0;
    }

    /// <summary>Nothing leaves for a while; then, at the given time from now, something does.</summary>
    public void ExpectAt(double milliseconds, Segment expected)
    {
        AdvanceMs(milliseconds - 1);
        ExpectNothing();
        AdvanceMs(1);
        Expect(expected);
    }

    /// <summary>Writes so many bytes of the pattern; returns how many had room.</summary>
    public int Write(int count, bool push = true) => Write(count, push ? SendMarks.Push : SendMarks.None);

    public int Write(int count, SendMarks marks)
    {
        var total = 0;
        while (total < count)
        {
            var span = Connection.ReserveSend(count - total);
            if (span.IsEmpty)
            {
                break;
            }

            Pattern.Fill(span, Written);
            total += span.Length;
            Written += span.Length;
            Connection.CommitSend(span.Length, total == count ? marks : SendMarks.None, Now);
        }

        Host.Poll();
        return total;
    }

    /// <summary>Reads and checks at most so many bytes; returns how many there were.</summary>
    public int Read(int count = int.MaxValue)
    {
        var total = 0;
        while (total < count && Connection.Available > 0)
        {
            var piece = Connection.PeekReceived();
            if (piece.IsEmpty)
            {
                break;
            }

            piece = piece[..Math.Min(piece.Length, count - total)];
            Pattern.Check(piece, ReadBytes);
            Connection.ConsumeReceived(piece.Length, Now);
            ReadBytes += piece.Length;
            total += piece.Length;
        }

        Host.Poll();
        return total;
    }

    public void ShutdownSend()
    {
        Connection.ShutdownSend(Now);
        Host.Poll();
    }

    public void Close()
    {
        Connection.Close(Now);
        Host.Poll();
    }

    public void Abort()
    {
        Connection.Abort(Now);
        Host.Poll();
    }

    /// <summary>An ICMP error about the segment that begins at <paramref name="seq"/>.</summary>
    public void Icmp(IcmpErrorKind kind, long seq, int mtu = 0)
    {
        var report = new IcmpErrorReport
        {
            Kind = kind,
            Reporter = Peer,
            Local = new TransportEndpoint(Local, LocalPort),
            Remote = new TransportEndpoint(Peer, PeerPort),
            Protocol = IpProtocol.Tcp,
            Sequence = new SequenceNumber(Iss + (uint)seq),
            Mtu = mtu,
        };
        Host.Layer.OnIcmpError(report, Now);
        Host.Poll();
    }

    internal (uint Value, uint Echo)? TimesFor(Segment segment)
    {
        if (segment.Times is { } times)
        {
            _peerOffersTimes |= (segment.Flags & TcpFlags.Syn) != 0;
            return times;
        }

        return _times && !segment.WithoutTimes ? (PeerTime, _lastPeerEcho) : null;
    }

    private int Connect(int? early, TcpSocketOptions? options)
    {
        var request = new TcpConnectRequest
        {
            Remote = new TransportEndpoint(Peer, PeerPort),
            Local = new TransportEndpoint(Local, LocalPort),
            Options = options,
            FastOpen = early is not null,
        };
        Assert.Equal(SocketError.Success, Host.Layer.Connect(request, User, Now, out var connection));
        Connection = connection!;
        var written = early > 0 ? Write(early.Value) : 0;
        Host.Poll();
        return written;
    }

    private Segment Offer(Segment syn, int? mss, int? wscale, bool sack, bool ts)
    {
        syn = mss is { } size ? syn.Mss(size) : syn;
        syn = wscale is { } shift ? syn.WScale(shift) : syn;
        syn = sack ? syn.SackOk() : syn;
        return ts ? syn.Ts(PeerTime, _lastPeerEcho) : syn;
    }

    private void OnSent(SentSegment segment)
    {
        if (segment.Has(TcpFlags.Syn))
        {
            Iss = segment.Sequence;
        }

        var options = segment.Options;
        if (options.HasTimestamps)
        {
            _lastPeerEcho = options.TimestampValue;
        }

        _times = options.HasTimestamps && _peerOffersTimes;
        if (segment.Has(TcpFlags.Syn) && !segment.Has(TcpFlags.Ack))
        {
            _times = false;
        }

        _rules.Check(segment, this);
        _sent.Enqueue(segment);
    }
}
