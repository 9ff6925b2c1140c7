using System;
using SharpTcp.Protocols.Tcp;
using SharpTcp.Testing;
using Xunit;
using static SharpTcp.Protocols.Tests.Tcp.Segment;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>Sequence numbers that pass 2³² (or 2³¹) in every phase of a connection, on either side.</summary>
public sealed class SequenceWrapTests
{
    [Theory]
    [InlineData(0xFFFF_FFFFu)]
    [InlineData(0xFFFF_FFFEu)]
    [InlineData(0xFFFF_FFF0u)]
    [InlineData(0xFFFF_F000u)]
    [InlineData(0x7FFF_FFFFu)]
    [InlineData(0x7FFF_F000u)]
    [InlineData(0u)]
    [Rfc("defect", "3")]
    public void OurNumbersWrapInEveryPhase(uint iss)
    {
        var t = new TcpFixture(peerIss: 0xFFFF_FFFF - iss).WithIss(iss);
        t.Established(mss: 1000);
        Assert.Equal(iss, t.Iss);
        var sent = 0;
        for (var i = 0; i < 10; i++)
        {
            t.Write(500);
            t.Expect(Data(1 + sent, 1, 500));
            sent += 500;
            if (i % 3 == 0)
            {
                t.AdvanceMs(1000);
                t.Expect(Data(1 + sent - 500, 1, 500));
            }

            t.Inject(Ack(1, 1 + sent));
            t.ExpectNothing();
        }

        t.ShutdownSend();
        t.Expect(Fin(1 + sent, 1));
        t.Inject(Fin(1, 2 + sent));
        t.Expect(Ack(2 + sent, 2));
        t.Close();
        t.AdvanceMs(60_001);
        t.Host.AssertEmpty();
    }

    [Theory]
    [InlineData(0xFFFF_FFFFu)]
    [InlineData(0xFFFF_FFFEu)]
    [InlineData(0xFFFF_FF00u)]
    [InlineData(0x7FFF_FFFEu)]
    [InlineData(0x7FFF_F900u)]
    [Rfc("defect", "3")]
    public void ThePeersNumbersWrapInEveryPhase(uint irs)
    {
        var t = new TcpFixture(peerIss: irs).Established(mss: 1000, sack: true);
        t.Inject(Data(1001, 1, 1000));
        t.Expect(Ack(1, 1).Sack((1001, 2001)));
        t.Inject(Data(3001, 1, 1000));
        t.Expect(Ack(1, 1).Sack((3001, 4001), (1001, 2001)));
        t.Inject(Data(1, 1, 1000));
        t.Expect(Ack(1, 2001).Sack((3001, 4001)));
        t.Inject(Data(1001, 1, 1000));
        t.Expect(Ack(1, 2001).Sack((1001, 2001), (3001, 4001)));
        t.Inject(Data(2001, 1, 1000));
        t.Expect(Ack(1, 4001));
        Assert.Equal(4000, t.Read());
        t.Inject(Fin(4001, 1));
        t.Expect(Ack(1, 4002));
    }

    [Theory]
    [InlineData(0xFFFF_FFFFu)]
    [InlineData(0xFFFF_FFFEu)]
    public void AnActiveOpenWraps(uint iss)
    {
        var t = new TcpFixture(peerIss: iss).WithIss(iss);
        t.Established(passive: false);
        Assert.Equal(iss, t.Iss);
        t.Write(100);
        t.Expect(Data(1, 1, 100));
    }

    [Fact]
    public void ASimultaneousOpenWraps()
    {
        var t = new TcpFixture(peerIss: 0xFFFF_FFFF).WithIss(0xFFFF_FFFF);
        t.Connect();
        t.Expect(Syn());
        t.Inject(Syn().Mss(1460));
        t.Expect(SynAck(0, 1));
        t.Inject(SynAck(0, 1).Mss(1460));
        Assert.Equal(TcpState.Established, t.State);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Rfc("defect", "3")]
    public void ALossyTransferCrossesTheWrapInBothDirections(bool sack)
    {
        const int size = 1 << 20;
        var settings = new TcpSettings { SelectiveAcks = sack };
        var pair = new TcpPair(new WireOptions { Loss = 0.02, Delay = TimeSpan.FromMilliseconds(2) }, 7, settings, settings, start: StartBeforeWrap(settings, 7));
        var client = new StreamApp(size);
        var server = new StreamApp(size);
        var wrapped = false;
        uint? first = null;
        pair.Filter = segment =>
        {
            first ??= segment.Sequence;
            wrapped |= segment.Source == pair.Client.Ip.LocalIPv4 && segment.Sequence < first;
            return true;
        };
        pair.Connect(client, server, localPort: 40_000);
        pair.RunToEnd();
        Assert.Equal(size, client.Received);
        Assert.Equal(size, server.Received);
        Assert.True(wrapped, "the transfer did not pass the wrap");
    }

    [Fact]
    public void AfterFourGibibytesTheFirstByteOfTheBufferIsStillItsFirst()
    {
        // SND.UNA passes ISS again: the connection must not take that for its beginning.
        var t = new TcpFixture().Established();
        t.Write(100);
        t.Inject(Ack(1, 101));
        t.Drop();
        t.Connection.Iss = t.Connection.SndUna;
        t.Write(100);
        t.Expect(Data(101, 1, 100));
    }

    private static Instant StartBeforeWrap(TcpSettings settings, ulong seed)
    {
        // The initial number is a function of the clock: the clock begins where it lies 200 kB before the wrap.
        var probe = new TcpPair(null, seed, settings, settings);
        var tuple = new FourTuple(probe.Client.Ip.LocalIPv4, probe.Server.Ip.LocalIPv4, 40_000, TcpPair.Port);
        var atZero = probe.Client.Layer.Secrets.InitialSequence(tuple, Instant.Zero).Value;
        return new Instant((long)(unchecked((uint)-200_000) - atZero) * 40);
    }
}
