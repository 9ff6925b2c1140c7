using System.Net.Sockets;
using SharpTcp.Protocols.Tcp;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;
using static SharpTcp.Protocols.Tests.Tcp.Segment;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>Whether a segment is acceptable, RFC 9293 §3.10.7.4 with RFC 5961 and RFC 7323: what a blind attacker sends must change nothing.</summary>
public sealed class SegmentCheckTests
{
    private const int Window = 65535;

    [Fact, Rfc("exam", "29")]
    public void OnlyAResetAtExactlyTheNextNumberResets()
    {
        var t = new TcpFixture().Established();
        t.Inject(Rst(0));
        t.ExpectNothing();
        t.Inject(Rst(Window + 2));
        t.ExpectNothing();
        t.Inject(Rst(2_000_000));
        t.ExpectNothing();
        foreach (var seq in (int[])[2, 30_000, Window])
        {
            t.Inject(Rst(seq));
            t.Expect(Ack(1, 1));
            t.ExpectNothing();
        }

        Assert.Equal(TcpState.Established, t.State);
        t.Inject(Rst(1));
        t.ExpectNothing();
        Assert.Equal(SocketError.ConnectionReset, t.Connection.Error);
        Assert.True(t.User.Saw(TcpEvents.Failed | TcpEvents.Closed));
    }

    [Fact, Rfc("9293", "SHLD-2"), Rfc("9293", "MUST-12")]
    public void AResetMayCarryData()
    {
        var t = new TcpFixture().Established();
        t.Inject(Raw(TcpFlags.Rst | TcpFlags.Ack, 1, 1, 40));
        Assert.Equal(SocketError.ConnectionReset, t.Connection.Error);
        Assert.Equal(0, t.Connection.Available);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5_000)]
    [InlineData(-70_000)]
    [InlineData(2_000_000_000)]
    [Rfc("exam", "30"), Rfc("defect", "13")]
    public void ASynAnywhereIsChallenged(long seq)
    {
        var t = new TcpFixture().Established();
        t.Inject(Syn(seq));
        t.Expect(Ack(1, 1));
        t.ExpectNothing();
        StillWorks(t);
    }

    [Fact, Rfc("exam", "31"), Rfc("9293", "MAY-12")]
    public void DataWithAnImpossibleAcknowledgmentIsNotDelivered()
    {
        var t = new TcpFixture().Established(window: 10_000);
        t.Inject(Data(1, 2, 100));
        t.Expect(Ack(1, 1));
        t.Inject(Data(1, 1 - 10_001, 100));
        t.Expect(Ack(1, 1));
        Assert.Equal(0, t.Connection.Available);
        t.Inject(Data(1, 1 - 10_000, 100));
        Assert.Equal(100, t.Read());
    }

    [Fact, Rfc("exam", "32")]
    public void ChallengesAreLimitedForEachConnectionAlone()
    {
        var t = new TcpFixture().Established();
        for (var i = 0; i < 100; i++)
        {
            t.Inject(Syn(5000));
        }

        Assert.InRange(t.Pending, 1, 10);
        t.Drop();
        var other = IPv4Address.Parse("10.0.0.99");
        t.Peer = other;
        t.Rules.Forget();
        t.Inject(Syn().Mss(1460));
        t.Expect(SynAck());
        t.Inject(Ack(1, 1));
        for (var i = 0; i < 3; i++)
        {
            t.Inject(Syn(5000));
            t.Expect(Ack(1, 1));
        }
    }

    [Fact, Rfc("exam", "42")]
    public void AcknowledgmentsOutsideOfTheWindowMakeNoStorm()
    {
        var t = new TcpFixture().Established();
        for (var i = 0; i < 1000; i++)
        {
            t.Inject(Ack(-5, 1));
        }

        Assert.InRange(t.Pending, 1, 10);
    }

    [Fact, Rfc("exam", "42"), Rfc("defect", "13")]
    public void AResetIsNeverAnswered()
    {
        var t = new TcpFixture();
        t.Inject(Rst(5));
        t.Inject(RstAck(5, 9));
        t.ExpectNothing();
    }

    [Fact, Rfc("defect", "1")]
    public void ASynWithTheLastSequenceNumberIsRefusedLikeAnyOther()
    {
        var t = new TcpFixture(peerIss: 0xFFFF_FFFF);
        t.Inject(Syn());
        var reset = t.Take();
        Assert.Equal(TcpFlags.Rst | TcpFlags.Ack, reset.Flags);
        Assert.Equal(0u, reset.Acknowledgment);
        Assert.Equal(0u, reset.Sequence);
    }

    [Fact]
    public void AClosedPortAnswersByTheRules()
    {
        var t = new TcpFixture();
        t.Inject(Data(1, 77, 10));
        t.Expect(Rst(77));
        t.Inject(Raw(TcpFlags.Fin, 100, null, 20));
        var reset = t.Take();
        Assert.Equal(TcpFlags.Rst | TcpFlags.Ack, reset.Flags);
        Assert.Equal(t.PeerIss + 121, reset.Acknowledgment);
        t.Inject(Syn().Broadcast());
        t.ExpectNothing();
    }

    [Fact]
    public void AnAcknowledgmentToAListenerIsReset()
    {
        var t = new TcpFixture();
        t.Listen();
        t.Inject(Ack(5, 99));
        t.Expect(Rst(99));
        t.Host.AssertEmpty();
    }

    [Theory]
    [InlineData(TcpFlags.None)]
    [InlineData(TcpFlags.Fin | TcpFlags.Psh | TcpFlags.Urg)]
    [InlineData(TcpFlags.Psh)]
    [Rfc("exam", "43")]
    public void WithoutAckASegmentIsDropped(TcpFlags flags)
    {
        var t = new TcpFixture().Established();
        t.Inject(Raw(flags, 1, null, 10));
        Assert.Equal(0, t.Connection.Available);
        Assert.Equal(TcpState.Established, t.State);
        StillWorks(t);
    }

    [Fact, Rfc("9293", "MUST-3")]
    public void ADamagedSegmentIsDroppedSilently()
    {
        var t = new TcpFixture().Established();
        t.Inject(Data(1, 1, 100).Damaged());
        t.AdvanceMs(500);
        t.ExpectNothing();
        Assert.Equal(0, t.Connection.Available);
        Assert.Equal(1, t.Host.Layer.Counters.BadChecksums);
    }

    [Theory]
    [InlineData(new byte[] { 253, 4, 1, 2 })]
    [InlineData(new byte[] { 1, 1, 1, 0 })]
    [InlineData(new byte[] { 2, 0, 5, 5 })]
    [InlineData(new byte[] { 8, 1, 5, 5 })]
    [InlineData(new byte[] { 5, 40, 5, 5 })]
    [InlineData(new byte[] { 4 })]
    [Rfc("9293", "MUST-5"), Rfc("9293", "MUST-6"), Rfc("9293", "MUST-7"), Rfc("9293", "MUST-64")]
    public void OptionsThatAreUnknownOrWrongDoNoHarm(byte[] options)
    {
        var t = new TcpFixture().Established();
        t.Inject(Data(1, 1, 100).Options(options));
        Assert.Equal(100, t.Read());
    }

    [Fact, Rfc("exam", "48"), Rfc("9293", "MUST-66")]
    public void AnOldDuplicateIsKnownByItsTimestamp()
    {
        var t = new TcpFixture().Established(ts: true);
        t.AdvanceMs(1000);
        t.Inject(Data(1, 1, 100));
        t.AdvanceMs(1000);
        t.Drop();
        t.Inject(Data(101, 1, 100).Ts(t.PeerTime - 5000));
        t.Expect(Ack(1, 101));
        Assert.Equal(100, t.Read());
        Assert.Equal(1, t.Host.Layer.Counters.OldTimestamps);

        // A reset is not subject to it (RFC 7323 §5.2).
        t.Inject(Rst(101).Ts(t.PeerTime - 5000));
        Assert.Equal(TcpState.Closed, t.State);
    }

    [Theory]
    [InlineData(1, 900_000)]
    [InlineData(200_000, 1)]
    [InlineData(10, 1)]
    [Rfc("exam", "47")]
    public void AForgedSegmentDoesNotPoisonTheTimestamp(long seq, long ack)
    {
        var t = new TcpFixture().Established(ts: true);
        t.Inject(Data(seq, ack, 5).Ts(t.PeerTime + int.MaxValue));
        t.Drop();
        t.AdvanceMs(10);
        t.Inject(Data(1, 1, 9));
        Assert.True(t.Read() >= 9);
    }

    [Fact]
    public void TheEchoIsOfTheSegmentThatTheAcknowledgmentIsAbout()
    {
        var t = new TcpFixture().Established(ts: true, sack: true, mss: 1012);
        var first = t.PeerTime;
        t.Inject(Data(1, 1, 1000));
        t.AdvanceMs(5);
        t.Inject(Data(1001, 1, 1000));
        t.Expect(Ack(1, 2001).Ts(0, first));
        t.AdvanceMs(5);

        // RFC 7323 §4.3 (B): out of order, so the echo stays that of the segment before the gap.
        var second = t.PeerTime;
        t.Inject(Data(2001, 1, 1000));
        t.AdvanceMs(5);
        t.Inject(Data(4001, 1, 1000));
        t.Expect(Ack(1, 3001).Ts(0, second).Sack((4001, 5001)));
    }

    [Fact, Rfc("9293", "MUST-66")]
    public void AtZeroWindowResetsAndAcknowledgmentsAreHeard()
    {
        var t = new TcpFixture().Established(options: new TcpSocketOptions { ReceiveBufferSize = 4000 });
        t.Write(100);
        t.Expect(Data(1, 1, 100));
        t.Inject(Data(1, 1, 1460));
        t.Inject(Data(1461, 1, 1460));
        t.Inject(Data(2921, 1, 1080));
        t.Drop();
        t.Inject(Data(4001, 101, 1));
        t.Expect(Ack(101, 4001).Win(0));
        Assert.True(t.Connection.IsSendBufferEmpty);
        t.Inject(Rst(4001));
        Assert.Equal(SocketError.ConnectionReset, t.Connection.Error);
    }

    [Fact, Rfc("9293", "MUST-54"), Rfc("exam", "33"), Rfc("9293", "MUST-56"), Rfc("9293", "SHLD-25"), Rfc("9293", "SHLD-26"), Rfc("9293", "MUST-47")]
    public void IcmpErrorsAreHintsOnceTheConnectionIsSynchronized()
    {
        var t = new TcpFixture().Established();
        t.Write(100);
        t.Expect(Data(1, 1, 100));
        t.Icmp(IcmpErrorKind.PortUnreachable, 101);
        t.Icmp(IcmpErrorKind.HostUnreachable, 0);
        Assert.False(t.User.Saw(TcpEvents.SoftError));
        foreach (var kind in (IcmpErrorKind[])[IcmpErrorKind.PortUnreachable, IcmpErrorKind.ProtocolUnreachable, IcmpErrorKind.HostUnreachable, IcmpErrorKind.TimeExceeded])
        {
            t.User.Forget();
            t.Icmp(kind, 1);
            Assert.True(t.User.Saw(TcpEvents.SoftError));
            Assert.Equal(TcpState.Established, t.State);
        }
    }

    [Theory]
    [InlineData(IcmpErrorKind.PortUnreachable, true)]
    [InlineData(IcmpErrorKind.ProtocolUnreachable, true)]
    [InlineData(IcmpErrorKind.HostUnreachable, false)]
    [InlineData(IcmpErrorKind.NetworkUnreachable, false)]
    [InlineData(IcmpErrorKind.TimeExceeded, false)]
    [Rfc("exam", "33"), Rfc("9293", "SHLD-26")]
    public void BeforeThatAHardErrorEndsIt(IcmpErrorKind kind, bool ends)
    {
        var t = new TcpFixture();
        t.Connect();
        t.Expect(Syn());
        t.Icmp(kind, 5);
        Assert.Equal(TcpState.SynSent, t.State);
        t.Icmp(kind, 0);
        Assert.Equal(ends ? TcpState.Closed : TcpState.SynSent, t.State);
        Assert.Equal(ends, t.User.Saw(TcpEvents.Failed));
    }

    [Fact, Rfc("exam", "34"), Rfc("defect", "16")]
    public void ASmallerPathMtuIsBelievedOnlyAboutWhatIsInFlight()
    {
        var t = new TcpFixture().Established(sack: true);
        t.Write(2920);
        t.Expect(Data(1, 1, 1460));
        t.Expect(Data(1461, 1, 1460));
        t.Icmp(IcmpErrorKind.PacketTooBig, 5000, 1000);
        t.Icmp(IcmpErrorKind.PacketTooBig, 1, 2000);
        t.ExpectNothing();
        t.Icmp(IcmpErrorKind.PacketTooBig, 1, 1000);
        t.Expect(Data(1, 1, 960));
        t.Expect(Data(961, 1, 960));
        t.Expect(Data(1921, 1, 960));
        t.Expect(Data(2881, 1, 40));
        t.ExpectNothing();
    }

    [Theory]
    [InlineData(0, 1452)]
    [InlineData(68, 256)]
    [InlineData(700, 660)]
    [Rfc("exam", "34"), Rfc("1191", "5")]
    public void NobodyMakesUsSendTinySegments(int mtu, int size)
    {
        var t = new TcpFixture().Established();
        t.Write(1460);
        t.Expect(Data(1, 1, 1460));
        t.Icmp(IcmpErrorKind.PacketTooBig, 1, mtu);
        t.Expect(Data(1, 1, size));
    }

    [Fact, Rfc("exam", "10"), Rfc("exam", "11"), Rfc("9293", "MUST-32")]
    public void UrgentPointersNeverDisturbTheStream()
    {
        var t = new TcpFixture().Established();
        foreach (var pointer in (int[])[0, 1, 50, 100, 101, 65535])
        {
            var at = 1 + t.ReadBytes;
            t.Inject(Data(at, 1, 100).Urg(pointer));
            Assert.Equal(100, t.Read());
        }

        Assert.True(t.User.Saw(TcpEvents.Urgent));
    }

    private static void StillWorks(TcpFixture t)
    {
        t.Inject(Data(1, 1, 10));
        Assert.Equal(10, t.Read());
    }
}
