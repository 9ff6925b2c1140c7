using System;
using System.Diagnostics;
using System.Net.Sockets;
using SharpTcp.Protocols.Tcp;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;
using static SharpTcp.Protocols.Tests.Tcp.Segment;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>Faults, limits and what the application sets.</summary>
public sealed class RobustnessTests
{
    [Fact, Rfc("exam", "86")]
    public void AnExceptionCostsTheConnectionThatItBelongsTo()
    {
        var t = new TcpFixture();
        t.Listen();
        t.Inject(Syn().Mss(1460));
        t.Expect(SynAck());
        t.Inject(Ack(1, 1));
        Assert.True(t.Listener!.TryAccept(new Thrower(), out var connection));
        Assert.Throws<InvalidOperationException>(() => t.Inject(Data(1, 1, 10)));
        t.Expect(RstAck(1, 11));
        Assert.Equal(TcpState.Closed, connection!.State);
        Assert.Equal(1, t.Host.Layer.Counters.Faults);
        connection.Close(t.Now);
        t.Host.AssertEmpty();
    }

    [Fact, Rfc("exam", "86")]
    public void AnExceptionInAListenersUserCostsTheNewConnection()
    {
        var host = new TestHost();
        host.Layer.Bind(new TransportEndpoint(host.Ip.LocalIPv4, 80), false, false, out var binding);
        host.Layer.Listen(new TcpListenRequest { Binding = binding!, Backlog = 3 }, new Thrower(), host.Now, out var listener);
        var t = new TcpFixture();
        uint iss = 0;
        host.Ip.Sent = segment => iss = segment.Sequence;
        host.Input(ScriptWriter.Write(t, Syn()), t.Peer, t.Local);
        host.Input(ScriptWriter.Write(t, Raw(TcpFlags.Ack, 1, iss + 1)), t.Peer, t.Local);
        Assert.Equal(1, host.Layer.Counters.Faults);
        Assert.Equal(0, host.Layer.ConnectionCount);
        listener!.Close(host.Now);
        host.AssertEmpty();
    }

    [Fact, Rfc("exam", "55")]
    public void SackBlocksThatPickOutEveryOtherSegmentCostABoundedAmount()
    {
        var settings = new TcpSettings { SendBuffer = (1 << 20, 1 << 20), InitialWindow = 50_000 };
        var t = new TcpFixture(settings).Established(mss: 48, wscale: 14, sack: true);
        while (t.Write(1 << 18) > 0)
        {
            t.Drop();
        }

        var sent = (int)t.Connection.FlightSize;
        Assert.True(sent > 500_000, $"{sent} bytes in flight");
        var watch = Stopwatch.StartNew();
        for (var at = 49; at + 48 < sent; at += 4 * 96)
        {
            t.Inject(Ack(1, 1).Sack((at, at + 48), (at + 96, at + 144), (at + 192, at + 240), (at + 288, at + 336)));
            t.Drop();
        }

        Assert.InRange(t.Connection.Send!.Sent.Count, 1, TransmitQueue.MostRecordsToCut + 4096);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"{watch.Elapsed}");
        t.Inject(Ack(1, 1 + sent));
        Assert.Equal(0u, t.Connection.Send?.Sent.SackedBytes ?? 0);
    }

    [Fact]
    public void AWriterWhomTheBudgetRefusesHearsWhenThereIsMemory()
    {
        var t = new TcpFixture().Established();
        t.Host.Buffers.Budget.Limit = 0;
        Assert.Equal(0, t.Write(100));
        t.User.Forget();
        t.Host.Poll();
        Assert.False(t.User.Saw(TcpEvents.Writable));
        t.Host.Buffers.Budget.Limit = 1 << 20;
        t.Host.Poll();
        Assert.True(t.User.Saw(TcpEvents.Writable));
        Assert.Equal(100, t.Write(100));
        t.Expect(Data(1, 1, 100));
    }

    [Fact, Rfc("9293", "MUST-48"), Rfc("9293", "MUST-49"), Rfc("9293", "SHLD-21"), Rfc("9293", "SHLD-22")]
    public void TheApplicationSetsHopLimitAndTrafficClassAtAnyTime()
    {
        var t = new TcpFixture().Established(passive: false, options: new TcpSocketOptions { HopLimit = 7, TrafficClass = 0xB8 });
        t.Write(10);
        t.Expect(Data(1, 1, 10));
        Assert.Equal(7, t.Last.HopLimit);
        Assert.Equal(0xB8, t.Last.TrafficClass);
        t.Inject(Ack(1, 11));
        t.Connection.Options.TrafficClass = 0x28 | 3;
        t.Connection.OnOptionsChanged(t.Now);
        t.Write(10);
        t.Expect(Data(11, 1, 10));
        Assert.Equal(0x28, t.Last.TrafficClass);
    }

    [Fact, Rfc("9293", "MUST-33"), Rfc("9293", "MUST-62")]
    public void TheUserLearnsHowMuchIsUrgent()
    {
        var t = new TcpFixture().Established();
        t.Inject(Data(1, 1, 100).Urg(150));
        Assert.Equal(150, t.Connection.UrgentBytes);
        t.Read(60);
        Assert.Equal(90, t.Connection.UrgentBytes);
        t.Inject(Data(101, 1, 100));
        t.Read();
        Assert.Equal(0, t.Connection.UrgentBytes);
    }

    [Fact, Rfc("9293", "MUST-43"), Rfc("9293", "MUST-44")]
    public void TheLocalAddressIsTheUsersOrTheIpLayersChoice()
    {
        var t = new TcpFixture();
        var remote = new TransportEndpoint(t.Peer, 80);
        var user = new TestUser();
        Assert.Equal(SocketError.Success, t.Host.Layer.Connect(new TcpConnectRequest { Remote = remote }, user, t.Now, out var connection));
        Assert.Equal(t.Local, connection!.Local.Address);
        var foreign = new TcpConnectRequest { Remote = remote, Local = new TransportEndpoint(IPv4Address.Parse("10.9.9.9"), 0) };
        Assert.Equal(SocketError.AddressNotAvailable, t.Host.Layer.Connect(foreign, user, t.Now, out _));
        var bound = new TcpConnectRequest { Remote = remote, Local = new TransportEndpoint(t.Local, 1234) };
        Assert.Equal(SocketError.Success, t.Host.Layer.Connect(bound, user, t.Now, out connection));
        Assert.Equal(new TransportEndpoint(t.Local, 1234), connection!.Local);
        Assert.Equal(SocketError.AddressAlreadyInUse, t.Host.Layer.Connect(bound, user, t.Now, out _));
    }

    [Fact]
    public void WhatIsCommittedAfterTheEndIsNotPartOfTheStream()
    {
        var t = new TcpFixture().Established();
        var span = t.Connection.ReserveSend(10);
        span.Clear();
        t.ShutdownSend();
        t.Expect(Fin(1, 1));
        t.Connection.CommitSend(10, true, t.Now);
        t.Host.Poll();
        t.ExpectNothing();
        t.ExpectAt(1000, Fin(1, 1));
        t.Inject(Ack(1, 2));
        Assert.Equal(TcpState.FinWait2, t.State);
    }

    [Fact]
    public void ALoanOutlivesTheConnection()
    {
        var t = new TcpFixture().Established();
        t.Inject(Data(1, 1, 100));
        var read = t.Connection.PeekReceived();
        var write = t.Connection.ReserveSend(10);
        t.Inject(Rst(101));
        Assert.Equal(TcpState.Closed, t.State);
        Pattern.Check(read, 0);
        write.Fill(1);
        t.Connection.ConsumeReceived(read.Length, t.Now);
        t.Connection.CommitSend(10, true, t.Now);
        t.Close();
        t.Host.AssertEmpty();
    }

    [Fact]
    public void UnreadBytesOutliveTheConnectionUntilItsUserCloses()
    {
        var t = new TcpFixture().Established();
        t.ShutdownSend();
        t.Inject(Fin(1, 2, 100));
        Assert.True(t.User.Saw(TcpEvents.Closed));
        Assert.Equal(100, t.Read());
        Assert.True(t.Connection.IsPeerClosed);
        t.Close();
        t.AdvanceMs(60_001);
        t.Host.AssertEmpty();
    }

    [Fact]
    public void ClosingAListenerResetsWhatWaitsAndForgetsWhatIsHalfOpen()
    {
        var t = new TcpFixture();
        t.Listen();
        t.Inject(Syn().Mss(1460));
        t.Expect(SynAck());
        t.Inject(Data(1, 1, 100));
        t.Listener!.Close(t.Now);
        t.Host.Poll();
        t.Expect(RstAck(1, 101));
        t.Host.AssertEmpty();
        t.Binding!.Release();
        t.Rules.Forget();
        t.Listen();
        t.Inject(Syn(500_000));
        t.Expect(SynAck(0, 500_001));
        t.Listener!.Close(t.Now);
        t.Inject(Ack(500_001, 1));
        t.Expect(Rst(1));
        t.Host.AssertEmpty();
    }

    private sealed class Thrower : ITcpUser, ITcpListenUser
    {
        public void OnTcpEvents(TcpConnection connection, TcpEvents events)
        {
            if ((events & TcpEvents.Readable) != 0)
            {
                throw new InvalidOperationException("a user that throws");
            }
        }

        public void OnAcceptable(TcpListenPoint listener) => throw new InvalidOperationException("a user that throws");
    }
}
