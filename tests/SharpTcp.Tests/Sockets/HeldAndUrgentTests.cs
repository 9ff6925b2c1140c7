using System;
using System.Net.Sockets;
using SharpTcp.Testing;
using Xunit;

namespace SharpTcp.Tests.Sockets;

/// <summary>What a user says of the ends of its writes: a cork, more to come, urgent.</summary>
public sealed class HeldAndUrgentTests
{
    private readonly byte[] _buffer = new byte[64];

    [Fact]
    public void ACorkHoldsUntilItIsTakenAway()
    {
        using var net = new TwoStacks();
        var (client, server) = net.Connect();
        Assert.False(client.Cork);
        client.Cork = true;
        Assert.Equal(5, net.Run(client.SendAsync("hello"u8.ToArray())));
        net.Settle();
        Assert.Equal(0, server.Available);
        client.Cork = false;
        net.Settle();
        Assert.Equal(5, server.Available);
    }

    [Fact]
    public void NoDelayLetsGoWhatIsCorked()
    {
        using var net = new TwoStacks();
        var (client, server) = net.Connect();
        client.Cork = true;
        net.Run(client.SendAsync("hello"u8.ToArray()));
        client.NoDelay = true;
        net.Settle();
        Assert.Equal(5, server.Available);
    }

    [Fact]
    public void APartOfAMessageWaitsForTheRest()
    {
        using var net = new TwoStacks();
        var (client, server) = net.Connect();
        client.NoDelay = true;
        net.Run(client.SendAsync("head"u8.ToArray(), SocketFlags.Partial));
        net.Settle();
        Assert.Equal(0, server.Available);
        Assert.Equal(4, client.Send("body"u8));
        net.Settle();
        Assert.Equal(8, net.Run(server.ReceiveAsync(_buffer)));
    }

    [Fact, Rfc("9293", "MUST-30")]
    public void AnUrgentByteIsReceivedApart()
    {
        using var net = new TwoStacks();
        var (client, server) = net.Connect();
        server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.OutOfBandInline, false);
        Assert.False(server.OutOfBandInline);
        Assert.Equal(0, server.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.OutOfBandInline));
        Assert.Equal(SocketError.InvalidArgument, Error(() => server.Receive(_buffer, SocketFlags.OutOfBand)));
        var reader = server.ReceiveAsync(_buffer);
        net.Run(client.SendAsync("abc"u8.ToArray(), SocketFlags.OutOfBand));
        net.Run(client.SendAsync("de"u8.ToArray()));
        Assert.Equal(2, net.Run(reader));
        Assert.True(server.IsAtUrgentMark);
        Assert.Equal(1, server.Receive(_buffer, SocketFlags.OutOfBand | SocketFlags.Peek));
        Assert.Equal((byte)'c', _buffer[0]);
        _buffer[0] = 0;
        Assert.Equal(1, net.Run(server.ReceiveAsync(_buffer, SocketFlags.OutOfBand)));
        Assert.Equal((byte)'c', _buffer[0]);
        Assert.Equal(SocketError.InvalidArgument, Error(() => net.Run(server.ReceiveAsync(_buffer, SocketFlags.OutOfBand))));
        Assert.Equal(2, net.Run(server.ReceiveAsync(_buffer)));
        Assert.Equal("de"u8, _buffer.AsSpan(0, 2));
        Assert.False(server.IsAtUrgentMark);
    }

    [Fact, Rfc("6093", "6")]
    public void ByDefaultUrgentDataIsPartOfTheStream()
    {
        using var net = new TwoStacks();
        var (client, server) = net.Connect();
        Assert.True(server.OutOfBandInline);
        net.Run(client.SendAsync("abc"u8.ToArray(), SocketFlags.OutOfBand));
        net.Run(client.SendAsync("de"u8.ToArray()));
        net.Settle();
        Assert.Equal(2, net.Run(server.ReceiveAsync(_buffer)));
        Assert.True(server.IsAtUrgentMark);
        Assert.Equal(SocketError.InvalidArgument, Error(() => server.Receive(_buffer, SocketFlags.OutOfBand)));
        Assert.Equal(3, net.Run(server.ReceiveAsync(_buffer)));
        Assert.Equal("cde"u8, _buffer.AsSpan(0, 3));
    }

    [Fact]
    public void AWaitingReadGoesOnBehindTheUrgentByte()
    {
        using var net = new TwoStacks();
        var (client, server) = net.Connect();
        server.OutOfBandInline = false;
        net.Run(client.SendAsync("x"u8.ToArray(), SocketFlags.OutOfBand));
        net.Settle();
        var reader = server.ReceiveAsync(_buffer);
        net.Settle();
        Assert.False(reader.IsCompleted);
        net.Run(client.SendAsync("y"u8.ToArray()));
        Assert.Equal(1, net.Run(reader));
        Assert.Equal((byte)'y', _buffer[0]);
    }

    [Fact, Rfc("9293", "MUST-21")]
    public void TheUserSaysHowLongDataMayStayUnacknowledged()
    {
        using var net = new TwoStacks();
        var (client, server) = net.Connect();
        Assert.Equal(TimeSpan.Zero, client.UserTimeout);
        client.UserTimeout = TimeSpan.FromSeconds(30);
        Assert.Equal(TimeSpan.FromSeconds(30), client.UserTimeout);
        Assert.Throws<ArgumentOutOfRangeException>(() => client.UserTimeout = TimeSpan.FromSeconds(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => client.UserTimeout = TimeSpan.FromDays(30));

        // Nobody reads: the window closes, and stays so though the probes are answered.
        server.ReceiveBufferSize = 1000;
        var sending = client.SendAsync(new byte[1_000_000]);
        net.Pass(TimeSpan.FromSeconds(29));
        Assert.False(sending.IsCompleted);
        net.Pass(TimeSpan.FromSeconds(2));
        Assert.Equal(SocketError.TimedOut, Error(() => net.Run(sending)));
    }

    [Fact]
    public void OtherFlagsAreRefused()
    {
        using var net = new TwoStacks();
        var (client, _) = net.Connect();
        Assert.Equal(SocketError.OperationNotSupported, Error(() => client.Send("x"u8, SocketFlags.Multicast)));
        Assert.Equal(SocketError.OperationNotSupported, Error(() => client.Receive(_buffer, SocketFlags.Partial)));
    }

    private static SocketError Error(Func<int> call) => Assert.Throws<SocketException>(() => call()).SocketErrorCode;
}
