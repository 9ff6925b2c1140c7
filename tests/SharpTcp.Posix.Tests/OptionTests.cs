using System;
using System.Buffers.Binary;
using SharpTcp.Protocols;
using SharpTcp.Wire;
using Xunit;
using static SharpTcp.Posix.Tests.Calls;

namespace SharpTcp.Posix.Tests;

/// <summary>Socket options, addresses and TCP_INFO in Linux's numbers and layout.</summary>
public sealed class OptionTests
{
    private readonly Network _network = new();

    [Theory]
    [InlineData(OptionLevel.Tcp, TcpOption.NoDelay, 1, 1)]
    [InlineData(OptionLevel.Tcp, TcpOption.MaximumSegment, 1100, 1100)]
    [InlineData(OptionLevel.Tcp, TcpOption.KeepIdle, 60, 60)]
    [InlineData(OptionLevel.Tcp, TcpOption.KeepInterval, 5, 5)]
    [InlineData(OptionLevel.Tcp, TcpOption.KeepCount, 3, 3)]
    [InlineData(OptionLevel.Tcp, TcpOption.UserTimeout, 3000, 3000)]
    [InlineData(OptionLevel.Tcp, TcpOption.SynCount, 2, 2)]
    [InlineData(OptionLevel.Tcp, TcpOption.DeferAccept, 0, 0)]
    [InlineData(OptionLevel.Tcp, TcpOption.DeferAccept, 1, 1)]
    [InlineData(OptionLevel.Tcp, TcpOption.DeferAccept, 4, 7)]
    [InlineData(OptionLevel.Tcp, TcpOption.DeferAccept, 200, 247)]
    [InlineData(OptionLevel.Tcp, TcpOption.DeferAccept, -3, 0)]
    [InlineData(OptionLevel.Tcp, TcpOption.FastOpen, 5, 5)]
    [InlineData(OptionLevel.Tcp, TcpOption.FastOpenConnect, 1, 1)]
    [InlineData(OptionLevel.Tcp, TcpOption.FastOpenNoCookie, 1, 1)]
    [InlineData(OptionLevel.Socket, SocketOption.KeepAlive, 1, 1)]
    [InlineData(OptionLevel.Socket, SocketOption.ReuseAddress, 1, 1)]
    [InlineData(OptionLevel.Socket, SocketOption.SendBuffer, 21_000, 42_000)]
    [InlineData(OptionLevel.Socket, SocketOption.ReceiveBuffer, 21_000, 42_000)]
    [InlineData(OptionLevel.Socket, SocketOption.SendBuffer, 1, 4608)]
    [InlineData(OptionLevel.Socket, SocketOption.ReceiveBuffer, 1, 2304)]
    [InlineData(OptionLevel.IPv4, IPv4Option.TypeOfService, 0x28, 0x28)]
    [InlineData(OptionLevel.IPv4, IPv4Option.TimeToLive, 9, 9)]
    public void WhatIsSetReadsBack(int level, int option, int value, int expected)
    {
        var socket = _network.Client.Socket(Inet, Stream, 0);
        Assert.Equal(0, _network.Client.Set(socket, level, option, value));
        Assert.Equal(expected, _network.Client.Get(socket, level, option));
    }

    [Theory]
    [InlineData(OptionLevel.Tcp, TcpOption.MaximumSegment, 10, Errno.Invalid)]
    [InlineData(OptionLevel.Tcp, TcpOption.KeepIdle, 0, Errno.Invalid)]
    [InlineData(OptionLevel.Tcp, TcpOption.KeepCount, 200, Errno.Invalid)]
    [InlineData(OptionLevel.Tcp, TcpOption.SynCount, 0, Errno.Invalid)]
    [InlineData(OptionLevel.Tcp, TcpOption.SynCount, 128, Errno.Invalid)]
    [InlineData(OptionLevel.Tcp, TcpOption.FastOpenNoCookie, 2, Errno.Invalid)]
    [InlineData(OptionLevel.Tcp, 200, 1, Errno.NoProtocolOption)]
    [InlineData(OptionLevel.Socket, 200, 1, Errno.NoProtocolOption)]
    [InlineData(OptionLevel.IPv4, IPv4Option.TimeToLive, 300, Errno.Invalid)]
    [InlineData(OptionLevel.IPv6, IPv6Option.UnicastHops, 9, Errno.NoProtocolOption)]
    [InlineData(99, 1, 1, Errno.NoProtocolOption)]
    public void WhatIsRefusedHasItsNumber(int level, int option, int value, int error)
    {
        var socket = _network.Client.Socket(Inet, Stream, 0);
        Assert.Equal(-error, _network.Client.Set(socket, level, option, value));
    }

    [Fact]
    public void TheNumberOfSynsIsLinuxsUnlessItIsSetAndThenItEndsTheAttempt()
    {
        var socket = _network.Client.Socket(Inet, Stream, 0);
        Assert.Equal(6, _network.Client.Get(socket, OptionLevel.Tcp, TcpOption.SynCount));
        _network.Client.Set(socket, OptionLevel.Tcp, TcpOption.SynCount, 1);
        _network.IsCut = true;
        Assert.Equal(-Errno.TimedOut, _network.Client.Connect(socket, Address(Inet, 2, 80)));
        Assert.Equal(TimeSpan.FromSeconds(3), _network.Now - Instant.Zero);
    }

    [Fact]
    public void ADeferringListenerAcceptsWithTheFirstBytes()
    {
        var listener = _network.Server.Socket(Inet, Stream | NonBlock, 0);
        _network.Server.Bind(listener, Any(Inet, 80));
        _network.Server.Listen(listener, 1);
        Assert.Equal(0, _network.Server.Set(listener, OptionLevel.Tcp, TcpOption.DeferAccept, 5));
        var client = _network.Client.Socket(Inet, Stream, 0);
        Assert.Equal(0, _network.Client.Connect(client, Address(Inet, 2, 80)));
        _network.Run(TimeSpan.FromMilliseconds(100));
        Assert.Equal(-Errno.Again, _network.Server.Accept(listener, default, out _));
        Assert.Equal(2, _network.Client.Send(client, "hi"u8));
        _network.Run(TimeSpan.FromMilliseconds(10));
        Assert.True(_network.Server.Accept(listener, default, out _) >= 0);
    }

    [Fact]
    public void AcceptedSocketsInheritOptions()
    {
        var listener = _network.Server.Socket(Inet, Stream, 0);
        _network.Server.Set(listener, OptionLevel.Tcp, TcpOption.NoDelay, 1);
        _network.Server.Bind(listener, Any(Inet, 80));
        _network.Server.Listen(listener, 1);
        var client = _network.Client.Socket(Inet, Stream, 0);
        _network.Client.Connect(client, Address(Inet, 2, 80));
        var server = _network.Server.Accept(listener, default, out _);
        Assert.Equal(1, _network.Server.Get(server, OptionLevel.Tcp, TcpOption.NoDelay));
        Assert.Equal(1448, _network.Server.Get(server, OptionLevel.Tcp, TcpOption.MaximumSegment));
    }

    [Fact]
    public void TcpInfoHasItsFieldsWhereLinuxHasThem()
    {
        var (_, client, _) = _network.Connect();
        var info = new byte[TcpInfoLayout.Length];
        Assert.Equal(info.Length, _network.Client.GetOption(client, OptionLevel.Tcp, TcpOption.Info, info));
        Assert.Equal(1, info[0]); // TCP_ESTABLISHED
        Assert.Equal(7, info[5]); // timestamps, SACK, window scaling
        Assert.Equal(1448u, BinaryPrimitives.ReadUInt32LittleEndian(info.AsSpan(16))); // snd_mss
        Assert.Equal(2000u, BinaryPrimitives.ReadUInt32LittleEndian(info.AsSpan(68))); // rtt in microseconds
        Assert.Equal(10u, BinaryPrimitives.ReadUInt32LittleEndian(info.AsSpan(80))); // snd_cwnd
        Assert.Equal(8, _network.Client.GetOption(client, OptionLevel.Tcp, TcpOption.Info, info.AsSpan(0, 8)));
    }

    [Fact]
    public void TheCongestionControlIsChosenByName()
    {
        var client = _network.Client.Socket(Inet, Stream, 0);
        var name = new byte[16];
        Assert.Equal(16, _network.Client.GetOption(client, OptionLevel.Tcp, TcpOption.Congestion, name));
        Assert.Equal("cubic", Text(name));
        Assert.Equal(0, _network.Client.SetOption(client, OptionLevel.Tcp, TcpOption.Congestion, "reno\0"u8));
        Assert.Equal(-Errno.NoEntry, _network.Client.SetOption(client, OptionLevel.Tcp, TcpOption.Congestion, "vegas"u8));
        Assert.Equal(-Errno.Invalid, _network.Client.SetOption(client, OptionLevel.Tcp, TcpOption.Congestion, default));
        Assert.Equal(4, _network.Client.GetOption(client, OptionLevel.Tcp, TcpOption.Congestion, name.AsSpan(0, 4)));
        Assert.Equal("reno", Text(name.AsSpan(0, 4)));

        static string Text(ReadOnlySpan<byte> name) => System.Text.Encoding.ASCII.GetString(name).TrimEnd('\0');
    }

    [Fact]
    public void TheRateOfSendingHasALimitIfTheUserWantsOne()
    {
        var client = _network.Client.Socket(Inet, Stream, 0);
        Assert.Equal(-1, _network.Client.Get(client, OptionLevel.Socket, SocketOption.MaximumPacingRate));
        Assert.Equal(0, _network.Client.Set(client, OptionLevel.Socket, SocketOption.MaximumPacingRate, unchecked((int)3_000_000_000)));
        Assert.Equal(unchecked((int)3_000_000_000), _network.Client.Get(client, OptionLevel.Socket, SocketOption.MaximumPacingRate));
        Assert.Equal(0, _network.Client.Set(client, OptionLevel.Socket, SocketOption.MaximumPacingRate, -1));
        Assert.Equal(-1, _network.Client.Get(client, OptionLevel.Socket, SocketOption.MaximumPacingRate));
    }

    [Fact]
    public void AddressesReadBack()
    {
        var bytes = new byte[SocketAddresses.IPv6Length];
        var endpoint = new TransportEndpoint(new IPv6Address(0xFE80_0000_0000_0000, 7), 443, 3);
        Assert.Equal(SocketAddresses.IPv6Length, SocketAddresses.Write(endpoint, Inet6, bytes));
        Assert.Equal("0A0001BB00000000FE80000000000000000000000000000703000000", Convert.ToHexString(bytes));
        Assert.Equal(0, SocketAddresses.Read(bytes, Inet6, out var read));
        Assert.Equal(endpoint, read);
        Assert.Equal(0, SocketAddresses.Read(bytes.AsSpan(0, 24), Inet6, out _));
        Assert.Equal(-Errno.Invalid, SocketAddresses.Read(bytes.AsSpan(0, 23), Inet6, out _));
        Assert.Equal(-Errno.FamilyNotSupported, SocketAddresses.Read(bytes, Inet, out _));
    }

    [Theory]
    [InlineData(99, Stream, 0, Errno.FamilyNotSupported)]
    [InlineData(Inet, 7, 0, Errno.SocketTypeNotSupported)]
    [InlineData(Inet, Stream, 17, Errno.ProtocolNotSupported)]
    [InlineData(Inet, Datagram, 6, Errno.ProtocolNotSupported)]
    [InlineData(Inet, Stream | 0x100, 0, Errno.Invalid)]
    public void SocketsThatCannotBe(int family, int type, int protocol, int error) =>
        Assert.Equal(-error, _network.Client.Socket(family, type, protocol));
}
