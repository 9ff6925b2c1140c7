using System.Net.Sockets;
using SharpTcp.Protocols.Tcp;
using SharpTcp.Testing;
using Xunit;
using static SharpTcp.Protocols.Tests.Tcp.Segment;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>Urgent data, both ways (RFC 9293 §3.8.5, RFC 6093).</summary>
public sealed class UrgentTests
{
    private static readonly TcpSocketOptions Apart = new() { UrgentInline = false };

    [Fact, Rfc("9293", "MUST-30"), Rfc("9293", "MUST-62"), Rfc("6093", "2.1")]
    public void EverySegmentBeforeTheEndOfUrgentDataPointsThere()
    {
        var t = new TcpFixture().Established(mss: 1000);
        t.Write(1500);
        t.Expect(Data(1, 1, 1000));
        t.Expect(Data(1001, 1, 500));

        // Nagle does not hold it, and what follows is not urgent.
        t.Write(10, SendMarks.Push | SendMarks.Urgent);
        t.Expect(Data(1501, 1, 10).Urg(10).Psh());
        t.Write(1000);
        t.Expect(Data(1511, 1, 1000));

        // What is sent again before it points there too.
        t.AdvanceMs(1000);
        t.Expect(Data(1, 1, 1000).Urg(1510));
        t.Inject(Ack(1, 1001));
        t.Expect(Data(1001, 1, 500).Urg(510));
        t.Expect(Data(1501, 1, 10).Urg(10));
        t.Inject(Ack(1, 1511));
        t.Expect(Data(1511, 1, 1000));
    }

    [Fact, Rfc("9293", "MUST-30"), Rfc("9293", "MUST-66")]
    public void UrgentDataIsAnnouncedToAClosedWindow()
    {
        var t = new TcpFixture().Established(mss: 1000, window: 0);
        t.Write(100, SendMarks.Push | SendMarks.Urgent);
        t.Expect(Ack(1, 1).Urg(100));
        t.ExpectAt(1000, Ack(0, 1).Urg(101));
        t.Inject(Ack(1, 1).Win(1000));
        t.Expect(Data(1, 1, 100).Urg(100));
        t.Inject(Ack(1, 101).Win(1000));
        t.Write(10);
        t.Expect(Data(101, 1, 10));
    }

    [Fact, Rfc("9293", "MUST-31")]
    public void UrgentDataMayBeLongerThanThePointerReaches()
    {
        var t = new TcpFixture().Established(mss: 1000, wscale: 7, window: 2000);
        t.Write(100_000, SendMarks.Push | SendMarks.Urgent);
        for (var at = 1; at < 100_001; at += 1000)
        {
            if (t.Pending == 0)
            {
                t.Inject(Ack(1, at).Win(2000));
            }

            // What the pointer reaches was not sent yet, so a later one corrects it in time.
            var urgent = System.Math.Min(100_001 - at, 65_535);
            t.Expect(Data(at, 1, 1000).Urg(urgent));
        }
    }

    [Fact, Rfc("9293", "MUST-30")]
    public void SuperSegmentsAreNotMadeOfUrgentData()
    {
        var t = new TcpFixture(TcpSettings.Linux with { Timestamps = false }).Established(mss: 1000);
        t.Write(3000, SendMarks.Push | SendMarks.Urgent);
        t.Expect(Data(1, 1, 1000).Urg(3000));
        t.Expect(Data(1001, 1, 1000).Urg(2000));
        t.Expect(Data(2001, 1, 1000).Urg(1000));
    }

    [Fact, Rfc("6093", "6"), Rfc("9293", "MUST-32"), Rfc("9293", "MUST-33")]
    public void InlineTheUrgentByteIsReadLikeAnyOther()
    {
        var t = new TcpFixture().Established();
        t.Inject(Data(1, 1, 100).Urg(60));
        Assert.True(t.User.Saw(TcpEvents.Urgent));
        Assert.Equal(60, t.Connection.UrgentBytes);

        // Reading stops before it once.
        Assert.Equal(59, t.Connection.Readable);
        Assert.Equal(59, t.Read(59));
        Assert.True(t.Connection.IsAtUrgentMark);
        Assert.True(t.Connection.IsUrgentByteThere);
        Assert.Equal(SocketError.InvalidArgument, t.Connection.ReadUrgent(false, out _));
        Assert.Equal(41, t.Connection.Readable);
        Assert.Equal(41, t.Read());
        Assert.False(t.Connection.IsAtUrgentMark);
    }

    [Fact]
    public void ApartTheUrgentByteIsLeftOutOfTheStream()
    {
        var t = new TcpFixture().Established(options: Apart);
        t.Inject(Data(1, 1, 50).Urg(60));
        Assert.False(t.Connection.IsUrgentByteThere);
        Assert.Equal(SocketError.WouldBlock, t.Connection.ReadUrgent(false, out _));
        t.Inject(Data(51, 1, 50));
        Assert.True(t.Connection.IsUrgentByteThere);
        Assert.Equal(SocketError.Success, t.Connection.ReadUrgent(true, out var value));
        Assert.Equal(Pattern.At(59), value);
        Assert.Equal(SocketError.Success, t.Connection.ReadUrgent(false, out _));
        Assert.Equal(SocketError.InvalidArgument, t.Connection.ReadUrgent(false, out _));
        Assert.False(t.Connection.IsUrgentByteThere);

        Assert.Equal(59, t.Read());
        Assert.True(t.Connection.IsAtUrgentMark);
        Assert.Equal(40, t.Connection.Readable);
        Assert.True(t.Connection.PeekReceived().IsEmpty);
        var peeked = new byte[50];
        Assert.Equal(40, t.Connection.CopyReceived(0, peeked));
        Assert.Equal(Pattern.At(60), peeked[0]);
        t.Connection.PassUrgentMark(t.Now);
        Assert.False(t.Connection.IsAtUrgentMark);
        Assert.Equal(Pattern.At(60), t.Connection.PeekReceived()[0]);
        t.Connection.ConsumeReceived(40, t.Now);
        Assert.Equal(0, t.Connection.Available);
    }

    [Fact]
    public void AByteThatIsOvertakenByANewMarkBelongsToTheStream()
    {
        var t = new TcpFixture().Established(options: Apart);
        t.Inject(Data(1, 1, 50).Urg(50));
        t.Inject(Data(51, 1, 50).Urg(50));
        Assert.Equal(99, t.Read());

        // At the mark the byte stays out of it.
        t.Inject(Data(101, 1, 10).Urg(10));
        Assert.Equal(9, t.Connection.Readable);
        Assert.Equal(Pattern.At(100), t.Connection.PeekReceived()[0]);
        t.Connection.ConsumeReceived(0, t.Now);
    }

    [Fact, Rfc("9293", "MUST-66")]
    public void APointerIsHeardAtZeroWindow()
    {
        var t = new TcpFixture().Established(options: new TcpSocketOptions { ReceiveBufferSize = 1000 });
        t.Inject(Data(1, 1, 1000));
        t.Drop();
        t.Inject(Ack(1001, 1).Urg(500));
        Assert.True(t.User.Saw(TcpEvents.Urgent));
        Assert.Equal(1500, t.Connection.UrgentBytes);
    }
}
