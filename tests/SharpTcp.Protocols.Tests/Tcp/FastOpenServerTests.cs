using System;
using System.Net.Sockets;
using SharpTcp.Protocols.Tcp;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;
using static SharpTcp.Protocols.Tests.Tcp.Segment;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>Data with the SYN, from the server's side: RFC 7413 §4.1.2, §4.2.2 and §5.1.</summary>
public sealed class FastOpenServerTests
{
    private static readonly TcpSettings Server = new() { FastOpen = FastOpenUse.Server };

    [Fact, Rfc("7413", "4.1.2")]
    public void ACookieIsGivenToWhoAsksAndIsForTheAddressAlone()
    {
        var t = new TcpFixture(Server);
        t.Listen(fastOpenLimit: 4);
        var first = AskCookie(t);
        Assert.Equal(8, first.Length);
        Assert.Equal(first, AskCookie(t));
        t.Peer = IPv4Address.Parse("10.0.0.10");
        Assert.NotEqual(first, AskCookie(t));
        Assert.NotEqual(first, AskCookie(Listening(new TcpFixture(Server, seed: 2))));
    }

    [Fact, Rfc("7413", "4.2.2")]
    public void WithTheRightCookieTheDataIsThereBeforeTheHandshakeIsComplete()
    {
        var t = Listening(new TcpFixture(Server));
        Inject(t, AskCookie(t), 500);
        t.Expect(SynAck(0, 501).Mss(1460));
        Assert.False(t.Last.Options.HasFastOpen);
        t.Accept();
        Assert.Equal(TcpState.SynReceived, t.State);
        Assert.Equal(500, t.Read());

        // The server may answer at once.
        Assert.Equal(300, t.Write(300));
        t.Expect(Data(1, 501, 300));
        t.AdvanceMs(40);
        t.Inject(Ack(501, 1));
        Assert.Equal(TcpState.Established, t.State);
        Assert.Equal(TimeSpan.FromMilliseconds(40), t.Connection.Rtt.Smoothed);
        t.Inject(Ack(501, 301));
        Assert.Null(t.Connection.Send);
        Assert.Equal(0, t.Listener!.FastOpenQueue.Pending);
        Assert.Equal(1, t.Host.Layer.Counters.FastOpensTaken);
    }

    [Fact, Rfc("7413", "4.2.2")]
    public void OneAcknowledgmentMayCoverTheSynAckAndTheAnswer()
    {
        var t = Listening(new TcpFixture(Server));
        Inject(t, AskCookie(t), 10);
        t.Expect(SynAck(0, 11));
        t.Accept();
        t.Write(300);
        t.Expect(Data(1, 11, 300));
        t.Inject(Data(11, 301, 20));
        Assert.Equal(TcpState.Established, t.State);
        Assert.Null(t.Connection.Send);
        Assert.Equal(30, t.Read());
    }

    [Fact]
    public void WhatTheServerSaidEarlyIsSentAgainIfItWasLost()
    {
        var t = Listening(new TcpFixture(Server));
        Inject(t, AskCookie(t), 10);
        t.Expect(SynAck(0, 11));
        t.Accept();
        t.Write(300);
        t.Expect(Data(1, 11, 300));
        t.AdvanceMs(20);
        t.Inject(Ack(11, 1));
        t.ExpectNothing();
        t.Advance(TimeSpan.FromSeconds(1));
        t.Expect(Data(1, 11, 300));
    }

    [Fact, Rfc("7413", "4.2.2")]
    public void AServerMayAnswerAndCloseBeforeTheHandshakeIsComplete()
    {
        var t = Listening(new TcpFixture(Server));
        Inject(t, AskCookie(t), 10);
        t.Expect(SynAck(0, 11));
        t.Accept();
        t.Read();
        t.Write(20);
        t.Expect(Data(1, 11, 20));
        t.Close();
        t.Expect(Fin(21, 11));
        t.Inject(Ack(11, 22));
        Assert.Equal(TcpState.FinWait2, t.State);
        t.Inject(Fin(11, 22));
        t.Expect(Ack(22, 12));
        Assert.Equal(1, t.Host.Layer.TimeWaitCount);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(500)]
    [Rfc("7413", "4.2.2")]
    public void AWrongCookieGetsTheUsualHandshakeAndANewCookie(int length)
    {
        var t = Listening(new TcpFixture(Server));
        var right = AskCookie(t);
        var wrong = (byte[])right.Clone();
        wrong[3] ^= 1;
        Inject(t, wrong, length);
        t.Expect(SynAck(0, 1));
        Assert.Equal(right, t.Last.Options.FastOpenCookie.ToArray());
        Assert.False(t.Listener!.IsAcceptable);
        t.Inject(Data(1, 1, 500));
        t.Accept();
        Assert.Equal(500, t.Read());
        Assert.Equal(1, t.Host.Layer.Counters.FastOpenCookiesRefused);
    }

    [Fact, Rfc("7413", "4.1.2")]
    public void TheKeyChangesAndTheOneBeforeIsTakenOncesMore()
    {
        var t = Listening(new TcpFixture(Server));
        var first = AskCookie(t);
        t.Advance(Server.FastOpenKeyLifetime);
        Inject(t, first, 10);
        t.Expect(SynAck(0, 11));
        var second = t.Last.Options.FastOpenCookie.ToArray();
        Assert.Equal(8, second.Length);
        Assert.NotEqual(first, second);
        End(t);
        Inject(t, second, 10);
        t.Expect(SynAck(0, 11));
        Assert.False(t.Last.Options.HasFastOpen);
        End(t);
        t.Advance(Server.FastOpenKeyLifetime);
        Inject(t, first, 10);
        t.Expect(SynAck(0, 1));
    }

    [Fact]
    public void AfterALongSilenceNoOldCookieIsGood()
    {
        var t = Listening(new TcpFixture(Server));
        var first = AskCookie(t);
        t.Advance(2 * Server.FastOpenKeyLifetime + TimeSpan.FromSeconds(1));
        Inject(t, first, 10);
        t.Expect(SynAck(0, 1));
    }

    [Fact, Rfc("exam", "68"), Rfc("7413", "5.1")]
    public void PendingConnectionsAreBoundedAndAResetFreesNoPlace()
    {
        var t = Listening(new TcpFixture(Server), limit: 2);
        var cookie = AskCookie(t);
        Assert.True(IsTaken(t, cookie, 1));
        Assert.True(IsTaken(t, cookie, 2));
        Assert.False(IsTaken(t, cookie, 3));

        // A forged SYN would be answered by a reset of the one whose address it is.
        From(t, 1, Rst(11));
        Assert.False(IsTaken(t, cookie, 4));
        t.Advance(TimeSpan.FromSeconds(61));
        Assert.True(IsTaken(t, cookie, 5));
        Assert.False(IsTaken(t, cookie, 6));
        t.Advance(TimeSpan.FromMinutes(5));
        Assert.True(IsTaken(t, cookie, 7));
        Assert.Equal(1, t.Listener!.FastOpenQueue.Pending);
    }

    [Fact]
    public void AResetTellsTheApplicationThatHasTheConnection()
    {
        var t = Listening(new TcpFixture(Server));
        Inject(t, AskCookie(t), 10);
        t.Accept();
        t.Drop();
        t.Inject(Rst(11));
        Assert.Equal(SocketError.ConnectionReset, t.Connection.Error);
        Assert.Equal(10, t.Read());
    }

    [Fact]
    public void UnreadDataAndAClosedListenerReset()
    {
        var t = Listening(new TcpFixture(Server));
        var cookie = AskCookie(t);
        Inject(t, cookie, 10);
        t.Expect(SynAck(0, 11));
        t.Accept();
        t.Close();
        t.Expect(RstAck(1, 11));
        t.Forget();
        Inject(t, cookie, 10);
        t.Expect(SynAck(0, 11));
        t.Listener!.Close(t.Now);
        t.Expect(RstAck(1, 11));
        t.Host.AssertEmpty();
    }

    [Fact, Rfc("7413", "4.2.2")]
    public void TheSynAckIsSentAgainWithoutDataAndThenGivenUp()
    {
        var settings = Server with { SynAckRetries = 2 };
        var t = Listening(new TcpFixture(settings));
        Inject(t, AskCookie(t), 10);
        t.Expect(SynAck(0, 11));
        t.Accept();
        t.Read();
        t.Write(20);
        t.Expect(Data(1, 11, 20));
        t.ExpectAt(1000, SynAck(0, 11));
        t.ExpectAt(2000, SynAck(0, 11));
        t.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(SocketError.TimedOut, t.Connection.Error);
        Assert.Equal(0, t.Listener!.FastOpenQueue.Pending);
    }

    [Fact]
    public void TheSynAgainGetsTheSynAckAgain()
    {
        var t = Listening(new TcpFixture(Server));
        var cookie = AskCookie(t);
        Inject(t, cookie, 10);
        t.Expect(SynAck(0, 11));
        t.AdvanceMs(500);
        t.Inject(Syn().Mss(1460));
        t.Expect(SynAck(0, 11));
        t.ExpectNothing();
    }

    [Fact]
    public void WithoutALimitOfTheListenerOrTheSettingThereIsNone()
    {
        var t = Listening(new TcpFixture(Server), limit: 0);
        t.Inject(Raw(TcpFlags.Syn, 0, length: 10).Mss(1460).Options(34, 2));
        t.Expect(SynAck(0, 1));
        Assert.False(t.Last.Options.HasFastOpen);
        t = Listening(new TcpFixture());
        t.Inject(Raw(TcpFlags.Syn, 0, length: 10).Mss(1460).Options(34, 2));
        t.Expect(SynAck(0, 1));
        Assert.False(t.Last.Options.HasFastOpen);
        t = Listening(new TcpFixture(Server with { FastOpen = FastOpenUse.Server | FastOpenUse.EveryListener }), limit: 0);
        Assert.Equal(8, AskCookie(t).Length);
    }

    [Fact]
    public void DataWithoutAnOptionIsNotTakenUnlessTheHostNeedsNoCookies()
    {
        var t = Listening(new TcpFixture(Server));
        t.Inject(Raw(TcpFlags.Syn, 0, length: 10).Mss(1460));
        t.Expect(SynAck(0, 1));
        Assert.False(t.Last.Options.HasFastOpen);
        t = Listening(new TcpFixture(Server with { FastOpen = FastOpenUse.Server | FastOpenUse.ServerWithoutCookie }));
        t.Inject(Raw(TcpFlags.Syn, 0, length: 10).Mss(1460));
        t.Expect(SynAck(0, 11));
    }

    [Fact]
    public void TheOldFormIsAnsweredOnlyWhereItIsSpoken()
    {
        var t = Listening(new TcpFixture(Server));
        t.Inject(Syn().Mss(1460).Options(254, 4, 0xF9, 0x89));
        t.Expect(SynAck(0, 1));
        Assert.False(t.Last.Options.HasFastOpen);
        t = Listening(new TcpFixture(Server with { FastOpenExperimental = true }));
        t.Inject(Syn().Mss(1460).Options(254, 4, 0xF9, 0x89));
        t.Expect(SynAck(0, 1));
        Assert.True(t.Last.Options is { IsFastOpenExperimental: true, FastOpenCookie.Length: 8 });
    }

    [Fact]
    public void AClientAndAServerOfOursNeedNoRoundTripForTheRequest()
    {
        var settings = new TcpSettings { FastOpen = FastOpenUse.Client | FastOpenUse.Server | FastOpenUse.EveryListener };
        var pair = new TcpPair(new WireOptions { Delay = TimeSpan.FromMilliseconds(50) }, client: settings, server: settings);
        pair.Connect(new StreamApp(100), new StreamApp(100), fastOpen: true);
        pair.RunFor(TimeSpan.FromSeconds(1));
        var begun = pair.Now;
        var client = new StreamApp(1000);
        var server = new StreamApp(1000);
        pair.Connect(client, server, fastOpen: true);
        pair.RunUntil(() => client.Received == 1000 && server.Received == 1000);
        Assert.Equal(TimeSpan.FromMilliseconds(100), pair.Now - begun);
        Assert.Equal(1, pair.Server.Layer.Counters.FastOpensTaken);
        pair.RunToEnd();
    }

    /// <summary>The values are those of the reference implementation of SipHash-2-4 and of Linux, for the same key and addresses.</summary>
    [Fact, Rfc("exam", "85")]
    public void TheCookieIsLinuxsAndComparedAsOneNumber()
    {
        var reference = new SipHash(0x0706050403020100, 0x0F0E0D0C0B0A0908);
        Assert.Equal(0x726FDB47DD0E0E31UL, reference.ComputeStrong([]));
        Assert.Equal(0x93F5F5799A932462UL, reference.ComputeStrong([0x0706050403020100]));
        var key = new FastOpenKey(Convert.FromHexString("f763bfa0813d80ed301d64cd904abcce"));
        var cookies = new FastOpenCookies(key, null);
        var cookie = new byte[8];
        IpAddress client = IPv4Address.Parse("10.248.0.2"), server = IPv4Address.Parse("192.168.0.2");
        cookies.Make(client, server, Server, Instant.Zero, cookie);
        Assert.Equal("00ABAAABE8E954C2", Convert.ToHexString(cookie));
        Assert.Equal(FastOpenVerdict.Right, cookies.Check(cookie, client, server, Server, Instant.Zero));
        for (var bit = 0; bit < 64; bit++)
        {
            var wrong = (byte[])cookie.Clone();
            wrong[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.Equal(FastOpenVerdict.Wrong, cookies.Check(wrong, client, server, Server, Instant.Zero));
        }

        Assert.Equal(FastOpenVerdict.Wrong, cookies.Check(cookie.AsSpan(0, 4), client, server, Server, Instant.Zero));
        Assert.Equal(FastOpenVerdict.Wrong, cookies.Check([.. cookie, .. cookie], client, server, Server, Instant.Zero));
    }

    private static TcpFixture Listening(TcpFixture t, int limit = 8)
    {
        t.Listen(fastOpenLimit: limit);
        return t;
    }

    /// <summary>Asks for a cookie by a connection that then goes away.</summary>
    private static byte[] AskCookie(TcpFixture t)
    {
        t.Inject(Syn().Mss(1460).Options(34, 2));
        t.Expect(SynAck(0, 1));
        var cookie = t.Last.Options.FastOpenCookie.ToArray();
        t.Inject(Rst(1));
        t.Forget();
        return cookie;
    }

    private static void Inject(TcpFixture t, byte[] cookie, int length) =>
        t.Inject(Raw(TcpFlags.Syn, 0, length: length).Mss(1460).Options([34, (byte)(2 + cookie.Length), .. cookie]));

    /// <summary>The connection just opened goes away, with its place in the queue of pending ones.</summary>
    private static void End(TcpFixture t)
    {
        t.Accept();
        t.Abort();
        t.Forget();
    }

    private static bool IsTaken(TcpFixture t, byte[] cookie, int number)
    {
        var before = t.Listener!.Waiting;
        From(t, number, Raw(TcpFlags.Syn, 0, length: 10).Mss(1460).Options([34, 10, .. cookie]));
        return t.Listener.Waiting > before;
    }

    /// <summary>The same peer from another port.</summary>
    private static void From(TcpFixture t, int port, Segment segment)
    {
        t.Forget();
        var bytes = ScriptWriter.Write(t, segment, (ushort)(50000 + port));
        t.Host.Input(bytes, t.Peer, t.Local);
        t.Host.Poll();
        t.Drop();
    }
}
