using System;
using System.Net.Sockets;
using SharpTcp.Protocols.Tcp;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;
using static SharpTcp.Protocols.Tests.Tcp.Segment;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>What opening connections may cost: others, when addresses are forged, and us, when a program opens too many.</summary>
public sealed class OpeningLimitsTests
{
    [Theory]
    [InlineData(SynCookieMode.UnderPressure, 6)]
    [InlineData(SynCookieMode.Always, 1)]
    [Rfc("exam", "51")]
    public void AForgedSynDrawsFewSmallAnswers(SynCookieMode cookies, int answers)
    {
        var t = new TcpFixture(new TcpSettings { SynCookies = cookies });
        t.Listen();
        t.Inject(Syn().Mss(1460).WScale(7).SackOk().Ts(1));
        t.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(answers, t.Pending);
        for (var i = 0; i < answers; i++)
        {
            Assert.InRange(t.Take().Bytes.Length, 20, 40);
        }

        Assert.Equal(0, t.Host.Layer.ConnectionCount);
    }

    [Fact, Rfc("exam", "51")]
    public void AResetOfTheOneWhoseAddressItIsStopsThem()
    {
        var t = new TcpFixture();
        t.Listen();
        t.Inject(Syn().Mss(1460));
        t.Expect(SynAck(0, 1));
        t.Inject(Rst(1));
        t.Advance(TimeSpan.FromMinutes(10));
        t.ExpectNothing();
        t.Host.AssertEmpty();
    }

    [Fact, Rfc("exam", "51")]
    public void TheSynAgainDrawsNoMoreThanItself()
    {
        var t = new TcpFixture();
        t.Listen();
        for (var i = 0; i < 100; i++)
        {
            t.Inject(Syn().Mss(1460));
            t.AdvanceMs(1);
        }

        Assert.InRange(t.Pending, 1, 101);
        t.Drop();
        t.Advance(TimeSpan.FromMinutes(10));
        Assert.InRange(t.Pending, 0, 5);
    }

    [Fact, Rfc("exam", "89")]
    public void AMillionConnectsAreAnErrorAndNotTheEndOfMemory()
    {
        const long memory = 8 << 20;
        var host = new TestHost(memory: memory);
        var user = new TestUser();
        var opened = 0;
        for (uint i = 0; i < 1_000_000; i++)
        {
            var request = new TcpConnectRequest { Remote = new TransportEndpoint(new IPv4Address(0x0A00_0100u + i % 200), (ushort)(1 + i % 60_000)) };
            var error = host.Layer.Connect(request, user, host.Now, out _);
            Assert.True(error is SocketError.Success or SocketError.NoBufferSpaceAvailable, $"{error}");
            opened += error == SocketError.Success ? 1 : 0;
        }

        Assert.InRange(opened, 1000, memory / TcpRecord.ConnectionCost);
        Assert.InRange(host.Buffers.Budget.Used, 0, memory);
        Assert.Equal(1_000_000 - opened, host.Layer.Counters.ConnectionsRefused);
    }

    [Fact, Rfc("exam", "89")]
    public void MorePortsThanThereAreAreAnError()
    {
        var host = new TestHost(new TcpSettings { EphemeralPorts = (40_000, 40_999) });
        for (var i = 0; i < 1100; i++)
        {
            var error = host.Layer.Bind(new TransportEndpoint(IPv4Address.Unspecified, 0), false, false, out _);
            Assert.Equal(i < 1000 ? SocketError.Success : SocketError.AddressAlreadyInUse, error);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Rfc("3168", "6.1.1")]
    public void SynsThatCrossAgreeOnEcnIfBothAsk(bool peerAgrees)
    {
        var t = new TcpFixture(new TcpSettings { Ecn = EcnMode.On });
        t.Connect();
        t.Expect(Raw(TcpFlags.Syn | TcpFlags.Ece | TcpFlags.Cwr, 0));
        t.Inject(Raw(TcpFlags.Syn | TcpFlags.Ece | TcpFlags.Cwr, 0).Mss(1460));
        t.Expect(Raw(TcpFlags.Syn | TcpFlags.Ack | TcpFlags.Ece, 0, 1));
        t.Inject(peerAgrees ? Raw(TcpFlags.Syn | TcpFlags.Ack | TcpFlags.Ece, 0, 1).Mss(1460) : SynAck(0, 1).Mss(1460));
        Assert.Equal(TcpState.Established, t.State);
        Assert.Equal(peerAgrees, t.Connection.Has(TcpConnectionFlags.Ecn));
    }
}
