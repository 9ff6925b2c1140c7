using System;
using Xunit;
using static SharpTcp.Posix.Tests.Calls;

namespace SharpTcp.Posix.Tests;

/// <summary>poll and epoll: levels, edges, one shot.</summary>
public sealed class PollTests
{
    private const int Add = 1;
    private const int Delete = 2;
    private const int Modify = 3;

    private readonly Network _network = new();

    [Fact]
    public void PollTellsWhatHolds()
    {
        var fresh = _network.Client.Socket(Inet, Stream, 0);
        Assert.Equal(PollEvents.Out | PollEvents.HangUp, Ask(_network.Client, fresh, PollEvents.In | PollEvents.Out));
        Assert.Equal(PollEvents.Invalid, Ask(_network.Client, 99, PollEvents.In));
        var (listener, client, server) = _network.Connect();
        Assert.Equal(PollEvents.Out, Ask(_network.Server, server, PollEvents.In | PollEvents.Out));
        Assert.Equal(PollEvents.None, Ask(_network.Server, listener, PollEvents.In | PollEvents.Out));
        _network.Client.Send(client, "x"u8);
        _network.Run(TimeSpan.FromMilliseconds(5));
        Assert.Equal(PollEvents.In | PollEvents.Out, Ask(_network.Server, server, PollEvents.In | PollEvents.Out));
        _network.Client.Shutdown(client, 1);
        _network.Run(TimeSpan.FromMilliseconds(5));
        Assert.Equal(PollEvents.In | PollEvents.ReadHangUp, Ask(_network.Server, server, PollEvents.In | PollEvents.ReadHangUp));
        _network.Server.Shutdown(server, 1);
        Assert.Equal(PollEvents.HangUp, Ask(_network.Server, server, PollEvents.None));
    }

    [Fact]
    public void PollWaits()
    {
        var (_, client, server) = _network.Connect();
        var begun = _network.Now;
        Assert.Equal(0, _network.Server.Poll([new PollEntry { Descriptor = server, Wanted = (short)PollEvents.In }], 250));
        Assert.Equal(TimeSpan.FromMilliseconds(250), _network.Now - begun);
        _network.Client.Send(client, "x"u8);
        Assert.Equal(1, _network.Server.Poll([new PollEntry { Descriptor = server, Wanted = (short)PollEvents.In }], -1));
    }

    [Fact]
    public void ALevelIsReportedAgainAndAnEdgeIsNot()
    {
        var (_, client, server) = _network.Connect();
        var level = Watch(server, PollEvents.In);
        var edge = Watch(server, PollEvents.In | PollEvents.EdgeTriggered);
        Assert.Equal(PollEvents.None, Wait(level));
        _network.Client.Send(client, "ab"u8);
        _network.Run(TimeSpan.FromMilliseconds(5));
        Assert.Equal(PollEvents.In, Wait(level));
        Assert.Equal(PollEvents.In, Wait(level));
        Assert.Equal(PollEvents.In, Wait(edge));
        Assert.Equal(PollEvents.None, Wait(edge));
        _network.Server.Receive(server, new byte[1]);
        Assert.Equal(PollEvents.None, Wait(edge));
        _network.Client.Send(client, "c"u8);
        _network.Run(TimeSpan.FromMilliseconds(5));
        Assert.Equal(PollEvents.In, Wait(edge));
        _network.Server.Receive(server, new byte[9]);
        Assert.Equal(PollEvents.None, Wait(level));
    }

    [Fact]
    public void OneShotFiresOnce()
    {
        var (_, client, server) = _network.Connect();
        var epoll = Watch(server, PollEvents.In | PollEvents.OneShot);
        _network.Client.Send(client, "a"u8);
        _network.Run(TimeSpan.FromMilliseconds(5));
        Assert.Equal(PollEvents.In, Wait(epoll));
        Assert.Equal(PollEvents.None, Wait(epoll));
        Assert.Equal(0, _network.Server.EpollControl(epoll, Modify, server, new EpollEvent { Events = PollEvents.In | PollEvents.OneShot, Data = 42 }));
        Assert.Equal(PollEvents.In, Wait(epoll));
    }

    [Fact]
    public void EpollHasItsErrors()
    {
        var (_, _, server) = _network.Connect();
        var epoll = Watch(server, PollEvents.In);
        Assert.Equal(-Errno.Exists, _network.Server.EpollControl(epoll, Add, server, default));
        Assert.Equal(0, _network.Server.EpollControl(epoll, Delete, server, default));
        Assert.Equal(-Errno.NoEntry, _network.Server.EpollControl(epoll, Delete, server, default));
        Assert.Equal(-Errno.NoEntry, _network.Server.EpollControl(epoll, Modify, server, default));
        Assert.Equal(-Errno.Invalid, _network.Server.EpollControl(server, Add, epoll, default));
        Assert.Equal(-Errno.BadDescriptor, _network.Server.EpollControl(99, Add, server, default));
        Assert.Equal(-Errno.Invalid, _network.Server.EpollWait(epoll, default, 0));
    }

    [Fact]
    public void AClosedDescriptorIsForgotten()
    {
        var (_, client, server) = _network.Connect();
        var epoll = Watch(server, PollEvents.In);
        _network.Client.Send(client, "a"u8);
        _network.Run(TimeSpan.FromMilliseconds(5));
        _network.Server.Close(server);
        Assert.Equal(PollEvents.None, Wait(epoll));
    }

    private static PollEvents Ask(PosixStack stack, int descriptor, PollEvents wanted)
    {
        PollEntry[] entries = [new() { Descriptor = descriptor, Wanted = (short)wanted }];
        stack.Poll(entries, 0);
        return (PollEvents)(ushort)entries[0].Found;
    }

    private int Watch(int descriptor, PollEvents events)
    {
        var epoll = _network.Server.EpollCreate();
        Assert.Equal(0, _network.Server.EpollControl(epoll, Add, descriptor, new EpollEvent { Events = events, Data = 42 }));
        return epoll;
    }

    private PollEvents Wait(int epoll)
    {
        var events = new EpollEvent[4];
        if (_network.Server.EpollWait(epoll, events, 0) == 0)
        {
            return PollEvents.None;
        }

        Assert.Equal(42ul, events[0].Data);
        return events[0].Events;
    }
}
