using System;
using System.Collections.Generic;
using System.Net.Sockets;
using SharpTcp.Protocols.Tcp;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>What a wire does to what crosses it.</summary>
internal sealed record WireOptions
{
    public TimeSpan Delay { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Up to so much more delay, for each packet anew: packets overtake one another.</summary>
    public TimeSpan Jitter { get; init; }

    public double Loss { get; init; }

    public double Duplication { get; init; }

    public double Corruption { get; init; }

    /// <summary>Bytes a second in each direction; 0 for no limit.</summary>
    public long Rate { get; init; }

    /// <summary>Bytes that wait for a limited wire; more are lost.</summary>
    public int Queue { get; init; } = 256 * 1024;

    /// <summary>Whether super-segments cross whole.</summary>
    public bool SuperSegments { get; init; }
}

/// <summary>Two TCPs joined by a wire in virtual time. Everything that happens follows from the seed.</summary>
internal sealed class TcpPair
{
    public const ushort Port = 7;

    private readonly PriorityQueue<(SentSegment Segment, TestHost To), (long At, long Order)> _wire = new();
    private readonly TestEntropy _random;
    private readonly List<StreamApp> _apps = [];
    private readonly Queue<StreamApp> _servers = new();
    private readonly long[] _busyUntil = new long[2];
    private readonly TestUser _listenUser = new();
    private TcpListenPoint? _listener;
    private long _order;

    public TcpPair(WireOptions? wire = null, ulong seed = 1, TcpSettings? client = null, TcpSettings? server = null, int mtu = 1500, Instant start = default)
    {
        Wire = wire ?? new WireOptions();
        _random = new TestEntropy(seed);
        Client = MakeHost("10.0.0.1", "2001:db8::1", client, seed + 1000, mtu, start);
        Server = MakeHost("10.0.0.2", "2001:db8::2", server, seed + 2000, mtu, start);
        Client.Ip.Sent = segment => Carry(segment, Server, 0);
        Server.Ip.Sent = segment => Carry(segment, Client, 1);
        Now = start;
    }

    public WireOptions Wire { get; set; }

    public TestHost Client { get; }

    public TestHost Server { get; }

    public Instant Now { get; private set; }

    /// <summary>Segments that entered the wire.</summary>
    public long Carried { get; private set; }

    /// <summary>Sees every segment that enters the wire; false loses it.</summary>
    public Func<SentSegment, bool>? Filter { get; set; }

    /// <summary>Opens a connection between two applications.</summary>
    public void Connect(StreamApp client, StreamApp server, bool ipv6 = false, TcpSocketOptions? clientOptions = null, TcpSocketOptions? serverOptions = null, ushort localPort = 0, bool fastOpen = false)
    {
        if (_listener is null)
        {
            Assert.Equal(SocketError.Success, Server.Layer.Bind(new TransportEndpoint(IPv6Address.Unspecified, Port), true, false, out var binding));
            var request = new TcpListenRequest { Binding = binding!, Backlog = 4096, Options = serverOptions };
            Assert.Equal(SocketError.Success, Server.Layer.Listen(request, _listenUser, Now, out _listener));
        }

        _servers.Enqueue(server);
        var remote = new TransportEndpoint(ipv6 ? Server.Ip.LocalIPv6 : Server.Ip.LocalIPv4, Port);
        var local = new TransportEndpoint(ipv6 ? IPv6Address.Unspecified : IPv4Address.Unspecified, localPort);
        var error = Client.Layer.Connect(new TcpConnectRequest { Remote = remote, Local = local, Options = clientOptions, FastOpen = fastOpen }, client, Now, out var connection);
        Assert.Equal(SocketError.Success, error);
        client.Connection = connection;
        if (fastOpen)
        {
            client.Act(Now);
        }

        _apps.Add(client);
        _apps.Add(server);
    }

    /// <summary>Runs until <paramref name="done"/> holds, or fails after <paramref name="limit"/> of virtual time.</summary>
    public void RunUntil(Func<bool> done, TimeSpan? limit = null)
    {
        var end = Now + (limit ?? TimeSpan.FromMinutes(30));
        Settle();
        while (!done())
        {
            var next = NextEvent();
            Assert.False(next.IsNever, "nothing will ever happen any more");
            Assert.True(next <= end, $"not done by {end}; {Describe()}");
            Step(next);
        }
    }

    /// <summary>Runs for a span of virtual time.</summary>
    public void RunFor(TimeSpan span)
    {
        var end = Now + span;
        Settle();
        for (var next = NextEvent(); next <= end; next = NextEvent())
        {
            Step(next);
        }

        Step(end);
    }

    /// <summary>Runs until every application is done, then past TIME-WAIT, and checks that nothing is left.</summary>
    public void RunToEnd(TimeSpan? limit = null)
    {
        RunUntil(() => _apps.TrueForAll(app => app.IsClosed), limit);
        RunFor(TimeSpan.FromMinutes(20));
        _listener?.Close(Now);
        Client.AssertEmpty();
        Server.AssertEmpty();
    }

    private static TestHost MakeHost(string ipv4, string ipv6, TcpSettings? settings, ulong seed, int mtu, Instant start) =>
        new(settings, new TestIp(mtu) { LocalIPv4 = IPv4Address.Parse(ipv4), LocalIPv6 = IPv6Address.Parse(ipv6) }, seed, start: start);

    private Instant NextEvent()
    {
        var next = Instant.Min(Client.Timers.NextDeadline, Server.Timers.NextDeadline);
        return _wire.TryPeek(out _, out var at) ? Instant.Min(next, new Instant(at.At)) : next;
    }

    private void Step(Instant next)
    {
        Now = Instant.Max(Now, next);
        Client.Now = Now;
        Server.Now = Now;
        while (_wire.TryPeek(out var packet, out var at) && at.At <= Now.Ticks)
        {
            _wire.Dequeue();
            var segment = packet.Segment;
            packet.To.Input(segment.Bytes, segment.Source, segment.Destination, Wire.SuperSegments ? segment.SegmentSize : (ushort)0);
        }

        Client.Timers.Advance(Now);
        Server.Timers.Advance(Now);
        Settle();
    }

    private void Settle()
    {
        bool acted;
        do
        {
            Client.Poll();
            Server.Poll();
            acted = Accept();
            foreach (var app in _apps)
            {
                acted |= app.Act(Now);
            }
        }
        while (acted);
    }

    private bool Accept()
    {
        if (_listener is null || !_listener.IsAcceptable)
        {
            return false;
        }

        var app = _servers.Dequeue();
        Assert.True(_listener.TryAccept(app, out var connection));
        app.Connection = connection;
        return true;
    }

    private void Carry(SentSegment segment, TestHost to, int direction)
    {
        to.Ip.KeepsSuperSegments = Wire.SuperSegments;
        Carried++;
        if (Filter?.Invoke(segment) == false || _random.Chance(Wire.Loss))
        {
            return;
        }

        var leaves = Now.Ticks;
        if (Wire.Rate > 0)
        {
            var start = Math.Max(leaves, _busyUntil[direction]);
            if ((start - leaves) * Wire.Rate / TimeSpan.TicksPerSecond > Wire.Queue)
            {
                return;
            }

            leaves = start + (segment.Bytes.Length + 34L) * TimeSpan.TicksPerSecond / Wire.Rate;
            _busyUntil[direction] = leaves;
        }

        if (_random.Chance(Wire.Corruption))
        {
            var damaged = (byte[])segment.Bytes.Clone();
            damaged[_random.Below(damaged.Length)] ^= (byte)(1 << _random.Below(8));
            segment = segment with { Bytes = damaged };
        }

        Enqueue(segment, to, leaves);
        if (_random.Chance(Wire.Duplication))
        {
            Enqueue(segment, to, leaves);
        }
    }

    private void Enqueue(SentSegment segment, TestHost to, long leaves)
    {
        var jitter = Wire.Jitter > TimeSpan.Zero ? (long)(_random.Next() % (ulong)Wire.Jitter.Ticks) : 0;
        _wire.Enqueue((segment, to), (leaves + Wire.Delay.Ticks + jitter, _order++));
    }

    private string Describe()
    {
        var text = new System.Text.StringBuilder();
        foreach (var app in _apps)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"[{app.Connection?.State} sent {app.Sent} received {app.Received} seen {app.Seen} end {app.SawEnd}] ");
        }

        return text.ToString();
    }
}
