using System;
using SharpTcp.Protocols.Tcp;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;
using static SharpTcp.Protocols.Tests.Tcp.Segment;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>Data with the SYN, from the client's side: RFC 7413 §4.1.3 and §4.2.1.</summary>
public sealed class FastOpenClientTests
{
    private static readonly byte[] Cookie = [34, 6, 0xAB, 0xCD, 0x12, 0x34];
    private static readonly TcpSettings Client = new() { FastOpen = FastOpenUse.Client, FastOpenExperimental = true };

    [Fact, Rfc("7413", "4.2.1")]
    public void ACookieIsAskedForOnceAndThenDataGoesWithTheSyn()
    {
        var t = new TcpFixture(Client);
        Assert.Equal(0, t.ConnectFast(500));
        t.Expect(Syn());
        AssertOption(t, []);
        t.Inject(SynAck().Mss(1000).Options(Cookie));
        t.Expect(Ack(1, 1));
        End(t);

        Assert.Equal(500, t.ConnectFast(500));
        t.Expect(Raw(TcpFlags.Syn, 0, length: 500));
        AssertOption(t, [0xAB, 0xCD, 0x12, 0x34]);
        t.AdvanceMs(30);
        t.Inject(SynAck(0, 501).Mss(1000));
        t.Expect(Ack(501, 1));
        Assert.Equal(TcpState.Established, t.State);
        Assert.Null(t.Connection.Send);
        Assert.Equal(TimeSpan.FromMilliseconds(30), t.Connection.Rtt.Smoothed);
        t.Advance(TimeSpan.FromSeconds(5));
        t.ExpectNothing();
    }

    [Fact, Rfc("7413", "4.1.3")]
    public void TheSynHasNoMoreThanTheServersLastMssAndLeavesRoomForOptions()
    {
        var t = WithCookie(mss: 940);
        Assert.Equal(900, t.ConnectFast(2000));
        t.Expect(Raw(TcpFlags.Syn, 0, length: 900));
        Assert.False(t.Connection.CanSend, "the SYN has left");
        Assert.Equal(0, t.Write(10));
        t.Inject(SynAck(0, 901).Mss(1460));
        t.Expect(Ack(901, 1));
        Assert.Equal(100, t.Write(100));
        t.Expect(Data(901, 1, 100));
    }

    [Fact, Rfc("7413", "4.2.1")]
    public void DataThatTheServerDidNotTakeIsSentAgainAtOnceAndCostsNoWindow()
    {
        var t = WithCookie();
        t.ConnectFast(700);
        t.Expect(Raw(TcpFlags.Syn, 0, length: 700));
        t.Inject(SynAck().Mss(1460));
        t.Expect(Data(1, 1, 700));
        Assert.Equal(10u * 1460, t.Connection.Congestion.Cwnd);
        t.Inject(Ack(1, 701));
        Assert.Null(t.Connection.Send);
    }

    [Fact, Rfc("7413", "4.2.1")]
    public void OfDataThatWasTakenInPartTheRestIsSent()
    {
        var t = WithCookie();
        t.ConnectFast(700);
        t.Expect(Raw(TcpFlags.Syn, 0, length: 700));
        t.Inject(SynAck(0, 101).Mss(1000));
        t.Expect(Data(101, 1, 600));
    }

    [Fact, Rfc("7413", "4.2.1")]
    public void ASynThatIsSentAgainHasNeitherCookieNorData()
    {
        var t = WithCookie();
        t.ConnectFast(700);
        t.Expect(Raw(TcpFlags.Syn, 0, length: 700));
        t.ExpectAt(1000, Syn());
        Assert.False(t.Last.Options.HasFastOpen);
        t.Inject(SynAck().Mss(1460));
        t.Expect(Data(1, 1, 700));
    }

    [Fact, Rfc("7413", "4.1.3.1")]
    public void WhereSynsWithDataGetLostFastOpenRestsForEverLonger()
    {
        var t = WithCookie();
        for (var i = 0; i < 2; i++)
        {
            t.ConnectFast(100);
            t.AdvanceMs(1000);
            t.Drop();
            t.Inject(SynAck().Mss(1460));
            t.Expect(Data(1, 1, 100));
            End(t);
        }

        foreach (var minutes in (ReadOnlySpan<int>)[4, 8])
        {
            Assert.Equal(0, t.ConnectFast(100));
            t.Expect(Syn());
            Assert.False(t.Last.Options.HasFastOpen, "it rests");
            End(t);
            t.Advance(TimeSpan.FromMinutes(minutes));
            Assert.Equal(100, t.ConnectFast(100));
            t.Expect(Raw(TcpFlags.Syn, 0, length: 100));
            t.AdvanceMs(1000);
            t.Drop();
            t.Inject(SynAck().Mss(1460));
            End(t);
        }
    }

    [Fact, Rfc("7413", "4.1.3.1")]
    public void NoAnswerAtAllCountsAsALoss()
    {
        var t = WithCookie();
        for (var i = 0; i < 2; i++)
        {
            t.ConnectFast(100, new TcpSocketOptions { SynRetries = 1 });
            t.Expect(Raw(TcpFlags.Syn, 0, length: 100));
            t.Advance(TimeSpan.FromSeconds(3));
            Assert.Equal(TcpState.Closed, t.State);
            t.Forget();
        }

        t.ConnectFast(100);
        t.Expect(Syn());
        Assert.False(t.Last.Options.HasFastOpen);
    }

    [Fact]
    public void ASynTooLargeForTheWayIsSentAtOnceWithoutData()
    {
        var t = WithCookie();
        t.ConnectFast(1400);
        t.Expect(Raw(TcpFlags.Syn, 0, length: 1400));
        t.AdvanceMs(10);
        t.Icmp(IcmpErrorKind.PacketTooBig, 0, 840);
        t.Expect(Syn());
        Assert.False(t.Last.Options.HasFastOpen);
        t.Icmp(IcmpErrorKind.PacketTooBig, 0, 840);
        t.ExpectNothing();
        t.AdvanceMs(20);
        t.Inject(SynAck().Mss(1460));
        t.Expect(Data(1, 1, 800));
        t.Expect(Data(801, 1, 600));
        Assert.Equal(TimeSpan.FromMilliseconds(20), t.Connection.Rtt.Smoothed);
    }

    [Fact]
    public void AnAnswerBeyondTheDataIsReset()
    {
        var t = WithCookie();
        t.ConnectFast(100);
        t.Expect(Raw(TcpFlags.Syn, 0, length: 100));
        t.Inject(SynAck(0, 102).Options(34, 6, 9, 9, 9, 9));
        t.Expect(Rst(102));
        Assert.Equal(TcpState.SynSent, t.State);
        End(t);
        t.ConnectFast(100);
        t.Take();
        AssertOption(t, [0xAB, 0xCD, 0x12, 0x34]);
    }

    [Fact]
    public void AServerThatAnswersOnlyTheOldFormIsAskedInItTheNextTime()
    {
        var t = new TcpFixture(Client);
        foreach (var experimental in (ReadOnlySpan<bool>)[false, true, false, false])
        {
            t.ConnectFast(100);
            t.Expect(Syn());
            Assert.True(t.Last.Options is { HasFastOpen: true, FastOpenCookie.Length: 0 });
            Assert.Equal(experimental, t.Last.Options.IsFastOpenExperimental);
            t.Inject(SynAck().Mss(1460));
            End(t);
        }
    }

    [Fact]
    public void ACookieOfTheOldFormGoesBackInIt()
    {
        var t = new TcpFixture(Client);
        t.ConnectFast(100);
        t.Inject(SynAck().Mss(1460).Options(254, 8, 0xF9, 0x89, 1, 2, 3, 4));
        End(t);
        Assert.Equal(100, t.ConnectFast(100));
        t.Expect(Raw(TcpFlags.Syn, 0, length: 100));
        AssertOption(t, [1, 2, 3, 4]);
        Assert.True(t.Last.Options.IsFastOpenExperimental);
    }

    [Fact]
    public void ACookieThatNobodyAskedForIsNotKept()
    {
        var t = new TcpFixture(Client);
        t.Connect();
        t.Expect(Syn());
        Assert.False(t.Last.Options.HasFastOpen);
        t.Inject(SynAck().Mss(1460).Options(Cookie));
        End(t);
        Assert.Equal(0, t.ConnectFast(100));
    }

    [Fact, Rfc("7413", "4.1.3")]
    public void TheCacheIsBoundedAndTheServerUsedLongestAgoIsForgotten()
    {
        var cache = new FastOpenCache();
        for (uint i = 0; i < 10; i++)
        {
            cache.FindOrAdd(Tuple(i), 4).Mss = (ushort)(1000 + i);
            Assert.NotNull(cache.Find(Tuple(0)));
        }

        Assert.Equal(4, cache.Count);
        Assert.Equal((ushort)1000, cache.Find(Tuple(0))!.Mss);
        Assert.Null(cache.Find(Tuple(6)));
        Assert.Equal((ushort)1009, cache.Find(Tuple(9))!.Mss);
        cache.Clear();
        Assert.Null(cache.Find(Tuple(0)));
    }

    [Fact]
    public void WithoutTheSettingNothingIsAskedFor()
    {
        var t = new TcpFixture();
        Assert.Equal(0, t.ConnectFast(100));
        t.Expect(Syn());
        Assert.False(t.Last.Options.HasFastOpen);
    }

    [Fact]
    public void WithoutCookiesDataGoesAtOnceIfTheUserSaysSo()
    {
        var t = new TcpFixture(Client);
        Assert.Equal(1420, t.ConnectFast(2000, new TcpSocketOptions { FastOpenWithoutCookie = true }));
        t.Expect(Raw(TcpFlags.Syn, 0, length: 1420));
        Assert.False(t.Last.Options.HasFastOpen);
    }

    [Fact]
    public void SynsWithDataThatCrossMakeOneConnection()
    {
        var t = WithCookie();
        t.ConnectFast(100);
        t.Expect(Raw(TcpFlags.Syn, 0, length: 100));
        t.Inject(Raw(TcpFlags.Syn, 0, length: 50).Mss(1460).SackOk());
        t.Expect(SynAck(0, 1));
        Assert.Equal(0, t.Connection.Available);
        t.Inject(SynAck(0, 101).Mss(1460).SackOk());
        t.Expect(Ack(101, 1).Sack((0, 1)));
        Assert.Equal(TcpState.Established, t.State);
        Assert.Null(t.Connection.Send);
        t.Inject(Data(1, 101, 50));
        Assert.Equal(50, t.Read());
    }

    [Theory]
    [InlineData(0u, true)]
    [InlineData(uint.MaxValue - 1, false)]
    [InlineData(11u, false)]
    [InlineData(99_999u, false)]
    public void AnAnswerThatEchoesWhatWasNeverSentIsReset(uint offset, bool established)
    {
        var t = new TcpFixture(start: new Instant(TimeSpan.TicksPerDay));
        t.Connect();
        t.Expect(Syn());
        var value = t.Last.Options.TimestampValue;
        t.AdvanceMs(10);
        t.Inject(SynAck().Mss(1460).Ts(77, value + offset));
        t.Expect(established ? Ack(1, 1) : Rst(1));
        Assert.Equal(established, t.State == TcpState.Established);
    }

    private static FourTuple Tuple(uint host) => new(IPv4Address.Loopback, new IPv4Address(0x0A00_0000 + host), 1, 2);

    private static void End(TcpFixture t)
    {
        if (t.State != TcpState.Closed)
        {
            t.Abort();
        }

        t.Forget();
    }

    /// <summary>A client that has the server's cookie.</summary>
    private static TcpFixture WithCookie(int mss = 1460)
    {
        var t = new TcpFixture(Client);
        t.ConnectFast(0);
        t.Inject(SynAck().Mss(mss).Options(Cookie));
        End(t);
        return t;
    }

    private static void AssertOption(TcpFixture t, byte[] cookie)
    {
        Assert.True(t.Last.Options.HasFastOpen, "no Fast Open option");
        Assert.Equal(cookie, t.Last.Options.FastOpenCookie.ToArray());
    }
}
