using System;
using System.Text;
using Xunit;
using static SharpTcp.Posix.Tests.Calls;

namespace SharpTcp.Posix.Tests;

/// <summary>MSG_OOB, SO_OOBINLINE and SIOCATMARK as Linux has them.</summary>
public sealed class UrgentTests
{
    private readonly Network _network = new();
    private readonly byte[] _buffer = new byte[32];

    [Fact]
    public void AnUrgentByteIsReadApart()
    {
        var (_, client, server) = _network.Connect();
        Assert.Equal(-Errno.Invalid, _network.Server.Receive(server, _buffer, MessageFlags.OutOfBand));
        _network.Client.Send(client, "abc"u8, MessageFlags.OutOfBand);
        _network.Client.Send(client, "de"u8);
        _network.Run(TimeSpan.FromMilliseconds(10));
        Assert.Equal(2, Control(server, LinuxSocket.BytesReadable));
        Assert.Equal("ab", Read(server));
        Assert.Equal(1, Control(server, LinuxSocket.AtMark));
        Assert.Equal("c", Read(server, MessageFlags.OutOfBand | MessageFlags.Peek));
        Assert.Equal("c", Read(server, MessageFlags.OutOfBand));
        Assert.Equal(-Errno.Invalid, _network.Server.Receive(server, _buffer, MessageFlags.OutOfBand));
        Assert.Equal("d", Read(server, MessageFlags.Peek, 1));
        Assert.Equal(1, Control(server, LinuxSocket.AtMark));
        Assert.Equal("de", Read(server));
        Assert.Equal(0, Control(server, LinuxSocket.AtMark));
    }

    [Fact]
    public void InlineReadingOnlyStopsThere()
    {
        var (_, client, server) = _network.Connect();
        Assert.Equal(0, _network.Server.Get(server, OptionLevel.Socket, SocketOption.OutOfBandInline));
        Assert.Equal(0, _network.Server.Set(server, OptionLevel.Socket, SocketOption.OutOfBandInline, 1));
        Assert.Equal(1, _network.Server.Get(server, OptionLevel.Socket, SocketOption.OutOfBandInline));
        _network.Client.Send(client, "abc"u8, MessageFlags.OutOfBand);
        _network.Client.Send(client, "de"u8);
        _network.Run(TimeSpan.FromMilliseconds(10));
        Assert.Equal(5, Control(server, LinuxSocket.BytesReadable));
        Assert.Equal("ab", Read(server, MessageFlags.WaitAll));
        Assert.Equal(1, Control(server, LinuxSocket.AtMark));
        Assert.Equal(-Errno.Invalid, _network.Server.Receive(server, _buffer, MessageFlags.OutOfBand));
        Assert.Equal("cde", Read(server));
    }

    [Fact]
    public void PollTellsOfUrgentDataAndTheByteAloneIsNotReadable()
    {
        var (_, client, server) = _network.Connect();
        _network.Client.Send(client, "x"u8, MessageFlags.OutOfBand);
        _network.Run(TimeSpan.FromMilliseconds(10));
        Assert.Equal(PollEvents.Priority, Poll(server));
        Assert.Equal("x", Read(server, MessageFlags.OutOfBand));
        Assert.Equal(PollEvents.None, Poll(server));

        // A read that begins at the mark leaves it behind.
        Assert.Equal(-Errno.Again, _network.Server.Receive(server, _buffer, MessageFlags.DoNotWait));
        Assert.Equal(0, Control(server, LinuxSocket.AtMark));
    }

    [Fact]
    public void EpollWakesForTheByteWhenItArrives()
    {
        var (_, client, server) = _network.Connect();
        var epoll = _network.Server.EpollCreate();
        Assert.Equal(0, _network.Server.EpollControl(epoll, 1, server, new EpollEvent { Events = PollEvents.Priority | PollEvents.EdgeTriggered, Data = 7 }));
        _network.Client.Send(client, "x"u8, MessageFlags.OutOfBand);
        var found = new EpollEvent[1];
        Assert.Equal(1, _network.Server.EpollWait(epoll, found, -1));
        Assert.Equal(PollEvents.Priority, found[0].Events);
    }

    [Fact]
    public void AnAcceptedSocketHasTheListenersOption()
    {
        var listener = _network.Server.Socket(Inet, Stream, 0);
        _network.Server.Set(listener, OptionLevel.Socket, SocketOption.OutOfBandInline, 1);
        _network.Server.Bind(listener, Any(Inet, 90));
        _network.Server.Listen(listener, 1);
        var client = _network.Client.Socket(Inet, Stream, 0);
        Assert.Equal(0, _network.Client.Connect(client, Address(Inet, 2, 90)));
        var accepted = _network.Server.Accept(listener, default, out _);
        Assert.Equal(1, _network.Server.Get(accepted, OptionLevel.Socket, SocketOption.OutOfBandInline));
    }

    private string Read(int descriptor, MessageFlags flags = MessageFlags.None, int count = 32)
    {
        var result = _network.Server.Receive(descriptor, _buffer.AsSpan(0, count), flags);
        Assert.True(result >= 0, $"error {-result}");
        return Encoding.ASCII.GetString(_buffer, 0, (int)result);
    }

    private int Control(int descriptor, uint request)
    {
        var value = 0;
        Assert.Equal(0, _network.Server.Control(descriptor, request, ref value));
        return value;
    }

    private PollEvents Poll(int descriptor)
    {
        PollEntry[] entries = [new() { Descriptor = descriptor, Wanted = (short)(PollEvents.In | PollEvents.Priority) }];
        _network.Server.Poll(entries, 0);
        return (PollEvents)entries[0].Found;
    }
}
