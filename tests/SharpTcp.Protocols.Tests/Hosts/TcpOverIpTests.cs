using System;
using System.Net.Sockets;
using SharpTcp.Protocols.Tcp;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Protocols.Tests;

/// <summary>What TCP must make of things that come by IP (RFC 9293 §3.9.2).</summary>
public sealed class TcpOverIpTests
{
    private const ushort Port = 80;
    private const ushort PeerPort = 40000;
    private const uint PeerIss = 1000;

    private TcpListenPoint? _listener;

    private static readonly byte[] UnknownOption = [0x9E, 4, 0, 0];

    [Fact, Rfc("9293", "MUST-50")]
    public void UnknownIPOptionsAreIgnored()
    {
        var fixture = new HostFixture();
        Listen(fixture);
        var answer = Segment(fixture, TcpFlags.Syn, PeerIss, 0, UnknownOption);
        Assert.True(answer.Has(TcpFlags.Syn | TcpFlags.Ack));
        var connection = Accept(fixture, answer, UnknownOption);
        Assert.Equal(TcpState.Established, connection.State);
        Segment(fixture, TcpFlags.Ack | TcpFlags.Psh, PeerIss + 1, connection.SndNxt.Value, UnknownOption, "hello"u8);
        Assert.Equal(5, connection.Available);
    }

    [Fact, Rfc("9293", "MUST-55"), Rfc("9293", "SHLD-20")]
    public void SourceQuenchIsDiscarded()
    {
        var fixture = new HostFixture();
        var user = new User();
        Listen(fixture);
        var connection = Accept(fixture, Segment(fixture, TcpFlags.Syn, PeerIss, 0), [], user);
        connection.ReserveSend(500).Clear();
        connection.CommitSend(500, true, fixture.Now);
        fixture.Host.Poll(fixture.Now);
        var window = connection.Congestion.Cwnd;
        var sent = Frames.Packet(HostFixture.One(fixture.Sink.Take()));
        var message = new byte[8 + sent.Length];
        Icmpv4Writer.Write(message, Icmpv4Type.SourceQuench, 0, 0, sent);
        fixture.Drops(DropReason.IgnoredIcmp, Frames.IPv4(IpProtocol.Icmp, message));
        Assert.Equal(window, connection.Congestion.Cwnd);
        Assert.Equal(SocketError.Success, connection.SoftError);

        // The same of a network that cannot be reached is a hint, which a user need not look at: nothing ends by it.
        Icmpv4Writer.Write(message, Icmpv4Type.DestinationUnreachable, 0, 0, sent);
        fixture.Receive(Frames.IPv4(IpProtocol.Icmp, message));
        Assert.Equal(TcpEvents.SoftError, user.Seen);
        Assert.Equal(SocketError.NetworkUnreachable, connection.SoftError);
        Assert.Equal((TcpState.Established, SocketError.Success), (connection.State, connection.Error));
        Segment(fixture, TcpFlags.Ack, PeerIss + 1, connection.SndNxt.Value);
        Assert.True(connection.IsSendBufferEmpty);
        Assert.Equal(SocketError.Success, connection.SoftError);
    }

    private void Listen(HostFixture fixture)
    {
        var tcp = fixture.Host.Tcp;
        Assert.Equal(SocketError.Success, tcp.Bind(new TransportEndpoint(IPv4Address.Unspecified, Port), false, false, out var binding));
        Assert.Equal(SocketError.Success, tcp.Listen(new TcpListenRequest { Binding = binding!, Backlog = 1 }, new User(), fixture.Now, out _listener));
    }

    private TcpConnection Accept(HostFixture fixture, TcpView synAck, byte[] options, User? user = null)
    {
        Segment(fixture, TcpFlags.Ack, PeerIss + 1, synAck.Sequence.Value + 1, options);
        Assert.True(_listener!.TryAccept(user ?? new User(), out var connection));
        return connection!;
    }

    /// <summary>A segment of the peer, and the first that answers it.</summary>
    private static TcpView Segment(
        HostFixture fixture, TcpFlags flags, uint sequence, uint acknowledgment, byte[]? options = null, ReadOnlySpan<byte> data = default)
    {
        var header = new TcpHeader
        {
            SourcePort = PeerPort,
            DestinationPort = Port,
            Sequence = new SequenceNumber(sequence),
            Acknowledgment = new SequenceNumber(acknowledgment),
            Flags = flags,
            Window = ushort.MaxValue,
        };
        var bytes = new byte[60 + data.Length];
        var length = TcpWriter.Write(bytes, header, default);
        data.CopyTo(bytes.AsSpan(length));
        bytes = bytes[..(length + data.Length)];
        TcpWriter.WriteChecksum(bytes, HostFixture.Peer4, HostFixture.Own4);
        var answers = fixture.Receive(Frames.IPv4(IpProtocol.Tcp, bytes, options: options));
        if (answers.Count == 0)
        {
            return default;
        }

        Assert.True(IPv4View.TryParse(Frames.Packet(answers[0].Bytes), out var packet));
        Assert.True(TcpView.TryParse(packet.Payload, out var view));
        return view;
    }

    private sealed class User : ITcpUser, ITcpListenUser
    {
        public TcpEvents Seen { get; private set; }

        public void OnTcpEvents(TcpConnection connection, TcpEvents events) => Seen |= events;

        public void OnAcceptable(TcpListenPoint listener)
        {
        }
    }
}
