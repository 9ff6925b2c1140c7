using System;
using System.Net.Sockets;
using Xunit;

namespace SharpTcp.Sockets.Parity.Tests;

/// <summary>Options, as properties, by name, and by number.</summary>
public abstract class OptionSuite(IWorld world) : Suite(world)
{
    [Theory]
    [InlineData(SocketOptionLevel.Socket, SocketOptionName.Type, "1", "SE.ProtocolOption", "1")]
    [InlineData(SocketOptionLevel.Socket, SocketOptionName.Error, "0", "SE.ProtocolOption", "0")]
    [InlineData(SocketOptionLevel.Socket, SocketOptionName.AcceptConnection, "0", "SE.ProtocolOption", "0")]
    [InlineData(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, "0", "ok", "1")]
    [InlineData(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, "0", "ok", "1")]
    [InlineData(SocketOptionLevel.Socket, SocketOptionName.Broadcast, "0", "ok", "1")]
    [InlineData(SocketOptionLevel.Socket, SocketOptionName.DontRoute, "0", "ok", "1")]
    [InlineData(SocketOptionLevel.Socket, SocketOptionName.SendLowWater, "1", "SE.ProtocolOption", "1")]
    [InlineData(SocketOptionLevel.Socket, SocketOptionName.ReceiveLowWater, "1", "ok", "1")]
    [InlineData(SocketOptionLevel.Socket, SocketOptionName.DontLinger, "SE.OperationNotSupported", "SE.OperationNotSupported", "SE.OperationNotSupported")]
    [InlineData(SocketOptionLevel.Socket, SocketOptionName.UseLoopback, "SE.OperationNotSupported", "SE.OperationNotSupported", "SE.OperationNotSupported")]
    [InlineData(SocketOptionLevel.Socket, SocketOptionName.MaxConnections, "SE.OperationNotSupported", "SE.OperationNotSupported", "SE.OperationNotSupported")]
    [InlineData(SocketOptionLevel.Socket, SocketOptionName.ReuseUnicastPort, "SE.OperationNotSupported", "SE.OperationNotSupported", "SE.OperationNotSupported")]
    [InlineData(SocketOptionLevel.Tcp, SocketOptionName.NoDelay, "0", "ok", "1")]
    [InlineData(SocketOptionLevel.Tcp, SocketOptionName.BsdUrgent, "SE.OperationNotSupported", "SE.OperationNotSupported", "SE.OperationNotSupported")]
    [InlineData(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, "7200", "ok", "1")]
    [InlineData(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, "75", "ok", "1")]
    [InlineData(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, "9", "ok", "1")]
    [InlineData(SocketOptionLevel.IP, SocketOptionName.IpTimeToLive, "64", "ok", "1")]
    [InlineData(SocketOptionLevel.IP, SocketOptionName.TypeOfService, "0", "ok", "0")]
    [InlineData(SocketOptionLevel.IP, SocketOptionName.HopLimit, "SE.OperationNotSupported", "SE.OperationNotSupported", "SE.OperationNotSupported")]
    [InlineData(SocketOptionLevel.IP, SocketOptionName.IPProtectionLevel, "SE.OperationNotSupported", "SE.OperationNotSupported", "SE.OperationNotSupported")]
    public void OfTcp(SocketOptionLevel level, SocketOptionName name, string before, string set, string after)
    {
        var socket = Tcp();

        Assert.Equal(before, Said(() => socket.GetSocketOption(level, name)));
        Assert.Equal(set, Said(() => socket.SetSocketOption(level, name, 1)));
        Assert.Equal(after, Said(() => socket.GetSocketOption(level, name)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(32_768)]
    public void KeepAliveTimesHaveLimits(int seconds)
    {
        var socket = Tcp();

        Assert.Equal("SE.InvalidArgument", Said(() => socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, seconds)));
        Assert.Equal("SE.InvalidArgument", Said(() => socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, seconds)));
        Assert.Equal("SE.InvalidArgument", Said(() => socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, seconds)));
    }

    [Fact]
    public void TypeOfServiceKeepsItsUpperBitsOnAStream()
    {
        var socket = Tcp();
        socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.TypeOfService, 0xB8);

        Assert.Equal(0xB8, socket.GetSocketOption(SocketOptionLevel.IP, SocketOptionName.TypeOfService));
    }

    [Fact]
    public void LingerIsAnObject()
    {
        var socket = Tcp();
        Assert.False(socket.LingerState!.Enabled);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Linger, new LingerOption(true, 7));

        var linger = Assert.IsType<LingerOption>(socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Linger));
        Assert.True(linger.Enabled);
        Assert.Equal(7, linger.LingerTime);
        Assert.Equal("SE.InvalidArgument", Said(() => socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Linger, 1)));
    }

    [Fact]
    public void LingerIsEightBytes()
    {
        var socket = Tcp();
        socket.LingerState = new LingerOption(true, 3);

        Assert.Equal("0100000003000000", Convert.ToHexString(socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Linger, 8)));
    }

    [Fact]
    public void LingerTimesHaveLimits()
    {
        Assert.Equal("ArgumentNullException(optionValue)", Said(() => Tcp().LingerState = null));
        Assert.Equal("ArgumentException(optionValue)", Said(() => Tcp().LingerState = new LingerOption(true, -1)));
        Assert.Equal("ArgumentException(optionValue)", Said(() => Tcp().LingerState = new LingerOption(true, 65_536)));
    }

    [Fact]
    public void AnOptionIsFourBytes()
    {
        var socket = Tcp();
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.NoDelay, (byte[])[1, 0, 0, 0]);
        var value = new byte[4];
        socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.NoDelay, value);

        Assert.Equal(1, BitConverter.ToInt32(value));
        Assert.Equal(4, socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.NoDelay, 8).Length);
        Assert.Equal("SE.InvalidArgument", Said(() => socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.NoDelay, new byte[2])));
    }

    [Fact]
    public void AnOptionIsABoolean()
    {
        var socket = Tcp();
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.NoDelay, true);
        Assert.True(socket.NoDelay);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.NoDelay, false);

        Assert.False(socket.NoDelay);
    }

    [Fact]
    public void ObjectsAreChecked()
    {
        Assert.Equal("ArgumentNullException(optionValue)", Said(() => Tcp().SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.NoDelay, (object)null!)));
        Assert.Equal("ArgumentException(optionValue)", Said(() => Tcp().SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.NoDelay, (object)"yes")));
    }

    [Fact]
    public void TheTimeToLiveHasLimits()
    {
        var socket = Tcp();
        socket.Ttl = 255;
        Assert.Equal(255, socket.Ttl);

        Assert.Equal("SE.InvalidArgument", Said(() => socket.Ttl = 0));
        Assert.Equal("ArgumentOutOfRangeException(value)", Said(() => socket.Ttl = 256));
        Assert.Equal("ArgumentOutOfRangeException(value)", Said(() => socket.Ttl = -1));
    }

    [Fact]
    public void TimeLimitsHaveLimits()
    {
        var socket = Tcp();
        Assert.Equal(0, socket.ReceiveTimeout);
        socket.ReceiveTimeout = -1;
        Assert.Equal(0, socket.ReceiveTimeout);
        socket.SendTimeout = 1234;
        Assert.Equal(1234, socket.SendTimeout);

        Assert.Equal("ArgumentOutOfRangeException(value)", Said(() => socket.ReceiveTimeout = -2));
        Assert.Equal("ArgumentOutOfRangeException(value)", Said(() => socket.SendTimeout = -2));
    }

    [Fact]
    public void TimeLimitsAreOptionsToo()
    {
        var socket = Tcp();
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReceiveTimeout, 500);

        Assert.Equal(500, socket.ReceiveTimeout);
        Assert.Equal(500, socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReceiveTimeout));
    }

    [Fact]
    public void BuffersTakeAtLeastWhatIsAskedFor()
    {
        var socket = Tcp();
        socket.SendBufferSize = 50_000;
        socket.ReceiveBufferSize = 60_000;

        Assert.True(socket.SendBufferSize >= 50_000);
        Assert.True(socket.ReceiveBufferSize >= 60_000);
        socket.SendBufferSize = 0;
        Assert.True(socket.SendBufferSize > 0);
        Assert.Equal("ArgumentOutOfRangeException(value)", Said(() => socket.SendBufferSize = -1));
        Assert.Equal("ArgumentOutOfRangeException(value)", Said(() => socket.ReceiveBufferSize = -1));
    }

    [Fact]
    public void ExclusiveUseIsTheOppositeOfSharing()
    {
        var socket = Udp();
        socket.ExclusiveAddressUse = false;

        Assert.Equal(1, socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress));
        Assert.False(socket.ExclusiveAddressUse);
    }

    [Fact]
    public void ExclusiveUseIsSettledWhenItIsBound()
    {
        var socket = Bound();

        Assert.Equal("InvalidOperationException", Said(() => socket.ExclusiveAddressUse = true));
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        Assert.Equal(1, socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress));
    }

    [Fact]
    public void DontFragmentIsKept()
    {
        var socket = Udp();
        socket.DontFragment = true;

        Assert.True(socket.DontFragment);
        Assert.Equal(1, socket.GetSocketOption(SocketOptionLevel.IP, SocketOptionName.DontFragment));
    }

    [Fact]
    public void BroadcastIsAskedFor()
    {
        var socket = Udp();
        Assert.False(socket.EnableBroadcast);
        socket.EnableBroadcast = true;

        Assert.Equal(1, socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Broadcast));
    }

    [Fact]
    public void MulticastOptionsOfUdp()
    {
        var socket = Udp();

        Assert.True(socket.MulticastLoopback);
        Assert.Equal(1, socket.GetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastTimeToLive));
        socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastTimeToLive, 5);
        socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastLoopback, false);
        Assert.Equal(5, socket.GetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastTimeToLive));
        Assert.False(socket.MulticastLoopback);
    }

    [Fact]
    public void OptionsByNumber()
    {
        var socket = Tcp();
        var value = new byte[4];
        socket.SetRawSocketOption(6, 1, (ReadOnlySpan<byte>)[1, 0, 0, 0]);
        Assert.True(socket.NoDelay);
        Assert.Equal(4, socket.GetRawSocketOption(6, 1, value));
        Assert.Equal(1, BitConverter.ToInt32(value));
        Assert.Equal(4, socket.GetRawSocketOption(1, 3, value));
        Assert.Equal(1, BitConverter.ToInt32(value));
        socket.SetRawSocketOption(6, 18, (ReadOnlySpan<byte>)[0x10, 0x27, 0, 0]);
        socket.GetRawSocketOption(6, 18, value);
        Assert.Equal(10_000, BitConverter.ToInt32(value));
    }

    [Fact]
    public void AnOptionWithoutANameOfItsOwnIsRefused()
    {
        Assert.Equal("SE.ProtocolOption", Said(() => Tcp().SetRawSocketOption(6, 9999, new byte[4])));
        Assert.Equal("SE.InvalidArgument", Said(() => Tcp().SetRawSocketOption(6, 1, new byte[1])));
    }

    [Fact]
    public void WhatIsOfWindowsIsRefused()
    {
        Assert.Equal("PlatformNotSupportedException", Said(() => Tcp().SetIPProtectionLevel(IPProtectionLevel.Unrestricted)));
        Assert.Equal("PlatformNotSupportedException", Said(() => Tcp().DuplicateAndClose(1)));
        Assert.Equal("PlatformNotSupportedException", Said(() => Tcp().IOControl(IOControlCode.KeepAliveValues, new byte[12], null)));
        Assert.Equal("InvalidOperationException", Said(() => Tcp().IOControl(IOControlCode.NonBlockingIO, new byte[4], null)));
    }

    [Fact]
    public void OptionsOfIPv6()
    {
        var socket = Tcp(AddressFamily.InterNetworkV6);

        Assert.Equal(1, socket.GetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.IPv6Only));
        socket.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.IPv6Only, false);
        Assert.True(socket.DualMode);
    }
}

public sealed class OptionsOfTheKernel() : OptionSuite(KernelWorld.Instance);

public sealed class OptionsOfTheStack() : OptionSuite(StackWorld.Instance);
