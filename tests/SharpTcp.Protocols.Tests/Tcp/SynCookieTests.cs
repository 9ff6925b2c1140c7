using System;
using System.Collections.Generic;
using SharpTcp.Protocols.Tcp;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;
using static SharpTcp.Protocols.Tests.Tcp.Segment;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>SYN cookies, RFC 4987 §3.6: answering SYNs for which there is no room.</summary>
public sealed class SynCookieTests
{
    private static readonly TcpSettings Always = new() { SynCookies = SynCookieMode.Always };

    [Theory]
    [InlineData(8, true)]
    [InlineData(0, true)]
    [InlineData(14, false)]
    [Rfc("exam", "50"), Rfc("4987", "3.6")]
    public void WhatTheSynOfferedComesBackInTheTimestamp(int scale, bool sack)
    {
        var t = new TcpFixture(Always, start: new Instant(1_234_567_890));
        t.Listen();
        var syn = Syn().Mss(1400).WScale(scale).Ts(7_000_000);
        t.Inject(sack ? syn.SackOk() : syn);
        t.Expect(SynAck(0, 1).WScale(10).Ts(0, 7_000_000));
        Assert.Equal(sack, t.Last.Options.SackPermitted);
        Assert.Equal(0, t.Host.Layer.ConnectionCount);
        Assert.Equal(0, t.Host.Timers.Count);
        var echo = t.Last.Options.TimestampValue;
        t.AdvanceMs(70);
        t.Inject(Ack(1, 1).Win(100).Ts(7_000_070, echo));
        t.ExpectNothing();
        t.Accept();
        Assert.Equal(TcpState.Established, t.State);
        Assert.Equal(100u << scale, t.Connection.SndWnd);
        Assert.Equal(sack, t.Connection.Has(TcpConnectionFlags.Sack));
        Assert.Equal(1380, t.Connection.PeerMss);
        Assert.Equal(7_000_070u, t.Connection.TsRecent);
        Assert.False(t.Connection.Rtt.HasSample, "nobody knows when the SYN-ACK left");
        t.Write(100);
        t.Expect(Data(1, 1, 100));
        Assert.True((int)(t.Last.Options.TimestampValue - echo) > 0, "the clock of timestamps does not go back");
    }

    [Fact, Rfc("exam", "50")]
    public void WithoutTimestampsNothingIsOfferedThatCouldNotComeBack()
    {
        var t = new TcpFixture(Always);
        t.Listen();
        t.Inject(Syn().Mss(1460).WScale(7).SackOk());
        t.Expect(SynAck(0, 1).NoTs());
        Assert.False(t.Last.Options.HasWindowScale || t.Last.Options.SackPermitted);
        t.Inject(Data(1, 1, 10));
        t.Accept();
        Assert.Equal(1460, t.Connection.PeerMss);
        Assert.False(t.Connection.Has(TcpConnectionFlags.Sack | TcpConnectionFlags.WindowScaling));
        Assert.Equal(10, t.Read());
    }

    [Theory]
    [InlineData(null, 536)]
    [InlineData(1, 48)]
    [InlineData(535, 48)]
    [InlineData(1459, 1440)]
    [InlineData(65535, 8940)]
    public void TheMssIsTheNextSmallerOneOfTheTable(int? offered, int taken)
    {
        var t = new TcpFixture(Always);
        t.Listen();
        t.Inject(offered is { } mss ? Syn().Mss(mss) : Syn());
        t.Expect(SynAck(0, 1));
        t.Inject(Ack(1, 1));
        t.Accept();
        Assert.Equal(taken, t.Connection.PeerMss);
    }

    [Fact]
    public void EcnComesBackToo()
    {
        var t = new TcpFixture(Always);
        t.Listen();
        t.Inject(Raw(TcpFlags.Syn | TcpFlags.Ece | TcpFlags.Cwr, 0).Mss(1460).Ts(100));
        t.Expect(Raw(TcpFlags.Syn | TcpFlags.Ack | TcpFlags.Ece, 0, 1));
        t.Inject(Ack(1, 1).Ts(101, t.Last.Options.TimestampValue));
        t.Accept();
        Assert.True(t.Connection.Has(TcpConnectionFlags.Ecn));
    }

    [Fact, Rfc("exam", "50"), Rfc("exam", "85")]
    public void AForgedCookieIsReset()
    {
        var t = new TcpFixture(Always);
        t.Listen();
        t.Inject(Syn().Mss(1460));
        t.Expect(SynAck(0, 1));
        for (var bit = 0; bit < 32; bit++)
        {
            var wrong = 1 + (1L << bit);
            t.Inject(Ack(1, wrong));
            t.Expect(Rst(wrong));
        }

        Assert.Equal(32, t.Host.Layer.Counters.SynCookiesRefused);
        t.Inject(Ack(2, 1));
        t.Expect(Rst(1));
        t.Inject(SynAck(1, 1));
        t.Expect(Rst(1));
        Assert.Equal(0, t.Host.Layer.ConnectionCount);
        t.Inject(Ack(1, 1));
        t.ExpectNothing();
        t.Accept();
    }

    [Fact, Rfc("exam", "50")]
    public void OfAMillionGuessesNoneIsTaken()
    {
        var entropy = new TestEntropy(3);
        var cookies = new SynCookies(entropy);
        var tuple = new FourTuple(IPv4Address.Parse("10.0.0.7"), IPv4Address.Parse("10.0.0.9"), 80, 40000);
        cookies.Make(tuple, default, Instant.Zero);
        var bytes = new byte[20];
        var taken = 0;
        for (var i = 0; i < 1_000_000; i++)
        {
            var header = new TcpHeader { SourcePort = 40000, DestinationPort = 80, Sequence = new SequenceNumber(1), Acknowledgment = new SequenceNumber((uint)entropy.Next()), Flags = TcpFlags.Ack };
            TcpWriter.Write(bytes, header, default);
            Assert.True(TcpView.TryParse(bytes, out var view));
            taken += cookies.TryRead(Always, tuple, view, default, 0, Instant.Zero, out _) ? 1 : 0;
        }

        // One in 2²⁸ is right; the exam allows one in 2²⁴.
        Assert.Equal(0, taken);
    }

    [Theory]
    [InlineData(59, true)]
    [InlineData(60, true)]
    [InlineData(121, false)]
    public void ACookieIsGoodForAMinuteAndNeverLongerThanTwo(int seconds, bool good)
    {
        var t = new TcpFixture(Always, start: new Instant(TimeSpan.TicksPerSecond * 30));
        t.Listen();
        t.Inject(Syn().Mss(1460));
        t.Expect(SynAck(0, 1));
        var iss = t.Iss;
        t.Advance(TimeSpan.FromSeconds(seconds));
        Other(t, 1, Syn().Mss(1460));
        t.Iss = iss;
        t.Inject(Ack(1, 1));
        Assert.Equal(good, t.Listener!.IsAcceptable);
    }

    [Fact]
    public void WhereNoCookieWasSentAnAcknowledgmentIsResetUnread()
    {
        var t = new TcpFixture();
        t.Listen();
        t.Inject(Ack(1, 77));
        t.Expect(Rst(77));
        Assert.Equal(0, t.Host.Layer.Counters.SynCookiesRefused);
    }

    [Fact, Rfc("exam", "50")]
    public void ACookieLooksRandomInAllBitsThatSignIt()
    {
        const int count = 20_000;
        var cookies = new SynCookies(new TestEntropy(5));
        Span<int> ones = stackalloc int[32];
        for (uint i = 0; i < count; i++)
        {
            var tuple = new FourTuple(IPv4Address.Parse("10.0.0.7"), new IPv4Address(0x0A00_0000 + i), 80, 40000);
            var cookie = cookies.Make(tuple, default, Instant.Zero).Value;
            for (var bit = 0; bit < 32; bit++)
            {
                ones[bit] += (int)(cookie >> bit & 1);
            }
        }

        // Four bits say the time and the MSS; of the others each is one as often as not (within seven standard deviations).
        for (var bit = 4; bit < 32; bit++)
        {
            Assert.InRange(ones[bit], count / 2 - 500, count / 2 + 500);
        }
    }

    [Fact]
    public void AFullAcceptQueueComesFirstAndACompletedHandshakeWaitsForRoom()
    {
        var t = new TcpFixture(Always);
        t.Listen(backlog: 1);
        t.Inject(Syn().Mss(1460));
        t.Expect(SynAck(0, 1));
        var iss = t.Iss;
        Other(t, 1, Syn().Mss(1460));
        Other(t, 1, Ack(1, 1));
        Assert.Equal(1, t.Listener!.Waiting);
        t.Iss = iss;
        t.Inject(Ack(1, 1));
        t.ExpectNothing();
        Assert.Equal(1, t.Listener.Waiting);
        Other(t, 2, Syn().Mss(1460));
        Assert.Equal(0, t.Pending);
        Assert.True(t.Listener.TryAccept(t.User, out _));
        Other(t, 0, Data(1, 1, 10));
        Assert.Equal(1, t.Listener.Waiting);
    }

    [Fact]
    public void WithoutCookiesWhatHasNoRoomIsDropped()
    {
        var t = new TcpFixture(new TcpSettings { SynBacklog = 2, SynCookies = SynCookieMode.Off });
        t.Listen();
        for (var i = 0; i < 3; i++)
        {
            Other(t, i, Syn().Mss(1460));
        }

        Assert.Equal(2, t.Host.Layer.ConnectionCount);
        Assert.Equal(1, t.Host.Layer.Counters.SynBacklogOverflows);
    }

    /// <summary>A flood of SYNs from forged addresses while honest clients come and go: they are served, and what the flood costs does not grow.</summary>
    [Fact, Rfc("exam", "49"), Rfc("4987", "3.6")]
    public void AFloodOfAHundredThousandSynsKeepsNobodyOut()
    {
        const int rounds = 100, flood = 1000;
        var settings = new TcpSettings { SynBacklog = 256 };
        var pair = new TcpPair(new WireOptions { Delay = TimeSpan.FromMilliseconds(5) }, server: settings);
        pair.Filter = segment => segment.Destination == pair.Client.Ip.LocalIPv4 || segment.Destination == pair.Server.Ip.LocalIPv4;
        var random = new TestEntropy(9);
        var used = new HashSet<long>();
        var syn = new byte[24];
        TcpWriter.Write(syn, new TcpHeader { SourcePort = 1, DestinationPort = TcpPair.Port, Flags = TcpFlags.Syn, Window = 1000 }, new TcpOptionSet { HasMaximumSegmentSize = true, MaximumSegmentSize = 1460 });
        pair.Connect(new StreamApp(10), new StreamApp(10));
        pair.RunFor(TimeSpan.FromSeconds(1));
        long allocated = 0;
        for (var round = 0; round < rounds; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < flood; i++)
            {
                var source = new IPv4Address(0x0B00_0000 + (uint)random.Below(1 << 24));
                TcpWriter.WriteChecksum(syn, source, pair.Server.Ip.LocalIPv4);
                pair.Server.Input(syn, source, pair.Server.Ip.LocalIPv4);
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            var client = new StreamApp(5000);
            var server = new StreamApp(5000);
            pair.Connect(client, server);
            pair.RunUntil(() => client.Received == 5000 && server.Received == 5000, TimeSpan.FromSeconds(1));
            Assert.InRange(pair.Server.Layer.ConnectionCount, 0, settings.SynBacklog + 2 * (round + 2));
            used.Add(pair.Server.Buffers.Budget.Used / (64 * 1024));
        }

        var counters = pair.Server.Layer.Counters;
        Assert.True(counters.SynCookiesSent > rounds * flood / 2, $"cookies: {counters.SynCookiesSent}");
        Assert.InRange(counters.SynCookiesTaken, rounds - 2, rounds);
        Assert.True(used.Count <= 5, "memory grew");

        // The tests' own wire copies what is sent; the stack keeps and allocates nothing for it.
        Assert.InRange(allocated / flood, 0, 600);
        pair.RunFor(TimeSpan.FromMinutes(3));
        Assert.Equal(0, pair.Server.Layer.ConnectionCount);
    }

    /// <summary>The same peer from another port; 0 is its own.</summary>
    private static void Other(TcpFixture t, int port, Segment segment)
    {
        var isFirst = port == 0;
        t.Rules.Forget();
        var bytes = ScriptWriter.Write(t, segment, isFirst ? TcpFixture.PeerPort : (ushort)(50000 + port));
        t.Host.Input(bytes, t.Peer, t.Local);
        t.Host.Poll();
        if (!isFirst && (segment.Flags & TcpFlags.Ack) == 0 && t.Pending > 0)
        {
            t.Take();
        }
    }
}
