using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using SharpTcp.Links;
using SharpTcp.Protocols;
using SharpTcp.Tests.Sockets;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Tests.Shards;

public sealed class ShardLoopTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public void AfterAStandstillInputGoesBeforeTimers()
    {
        var time = new VirtualTime();
        using var stack = new NetworkStack(new NetworkStackOptions { TimeProvider = time, Loopback = false, InlineCompletions = true });
        var log = new List<string>();
        var link = new ScriptedLink(frames: 200, () => log.Add("frame"));
        stack.AddInterface(link, new InterfaceSettings { IPv6LinkLocal = false });
        stack.Pump();
        log.Clear();
        link.Frames = 200;
        stack.Shard.Host.Timers.Schedule(new LoggingTimer(log), stack.Shard.Now + TimeSpan.FromMilliseconds(1));
        time.Advance(TimeSpan.FromMilliseconds(200));
        stack.Pump();

        Assert.Equal(201, log.Count);
        Assert.Equal("timer", log[^1]);
    }

    [Fact]
    public void TimersRunBetweenBatchesWhileNothingStoodStill()
    {
        var time = new VirtualTime();
        using var stack = new NetworkStack(new NetworkStackOptions { TimeProvider = time, Loopback = false, InlineCompletions = true });
        var log = new List<string>();
        var link = new ScriptedLink(frames: 0, () => log.Add("frame"));
        stack.AddInterface(link, new InterfaceSettings { IPv6LinkLocal = false });
        stack.Pump();
        link.Frames = 200;
        stack.Shard.Host.Timers.Schedule(new LoggingTimer(log), stack.Shard.Now + TimeSpan.FromMilliseconds(1));
        time.Advance(TimeSpan.FromMilliseconds(1));
        stack.Pump();

        Assert.Equal(64, log.IndexOf("timer"));
    }

    [Fact]
    public void AnEndlessFloodDoesNotKeepTimersFromRunning()
    {
        var time = new VirtualTime();
        using var stack = new NetworkStack(new NetworkStackOptions { TimeProvider = time, Loopback = false, InlineCompletions = true });
        var log = new List<string>();
        var link = new ScriptedLink(frames: 10_000, () => { });
        stack.AddInterface(link, new InterfaceSettings { IPv6LinkLocal = false });
        stack.Shard.Host.Timers.Schedule(new LoggingTimer(log, () => log.Add(link.Frames.ToString(System.Globalization.CultureInfo.InvariantCulture))), stack.Shard.Now);
        time.Advance(TimeSpan.FromSeconds(1));
        stack.Pump();

        Assert.NotEqual("0", log[1]);
    }

    [Fact]
    public void ALostLinkIsDetachedAndTheStackLivesOn()
    {
        using var stack = new NetworkStack(new NetworkStackOptions { TimeProvider = new VirtualTime(), InlineCompletions = true });
        stack.AddInterface(new ScriptedLink(frames: 1, () => throw new IOException("lost by the test")), new InterfaceSettings { IPv6LinkLocal = false });
        stack.Pump();
        stack.Pump();

        Assert.Equal(1, stack.Faults);
        Assert.Equal(1, stack.GetCounters().Faults);
    }

    [Fact]
    public async Task TheLoopSurvivesALinkThatThrows()
    {
        await using var stack = new NetworkStack();
        stack.AddInterface(new ScriptedLink(frames: 1, () => throw new InvalidOperationException("thrown by the test")), new InterfaceSettings { IPv6LinkLocal = false });
        stack.Start();
        SpinWait.SpinUntil(() => stack.Faults > 0, Limit);
        using var listener = stack.Listen(7);
        var accept = listener.AcceptSocketAsync();
        using var stream = await stack.ConnectAsync("127.0.0.1", 7).AsTask().WaitAsync(Limit);
        using var accepted = await accept.WaitAsync(Limit);

        Assert.True(stack.Faults > 0);
        Assert.True(accepted.Connected);
    }

    [Fact]
    public async Task TimersFireOnAStackThatSleeps()
    {
        await using var stack = new NetworkStack();
        stack.Start();
        var fired = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var now = stack.Shard.Enter();
        stack.Shard.Host.Timers.Schedule(new LoggingTimer([], fired.SetResult), now + TimeSpan.FromMilliseconds(30));
        stack.Shard.Exit(now);

        await fired.Task.WaitAsync(Limit);
    }

    [Fact]
    public async Task AStackWithAClockOfItsOwnSleepsOnAManagedEvent()
    {
        await using var stack = new NetworkStack(new NetworkStackOptions { TimeProvider = new SystemTimeAgain() });
        stack.Start();
        using var listener = stack.Listen(7);
        var accept = listener.AcceptSocketAsync();
        using var stream = await stack.ConnectAsync("::1", 7).AsTask().WaitAsync(Limit);
        using var accepted = await accept.WaitAsync(Limit);
        var fired = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var now = stack.Shard.Enter();
        stack.Shard.Host.Timers.Schedule(new LoggingTimer([], fired.SetResult), now + TimeSpan.FromMilliseconds(30));
        stack.Shard.Exit(now);

        await fired.Task.WaitAsync(Limit);
    }

    [Fact]
    public async Task AddressesBecomeReady()
    {
        var (first, second) = MemoryLink.CreatePair(new LinkCapabilities(LinkMedium.Ethernet, 1500));
        using (second)
        {
            var time = new VirtualTime();
            using var stack = new NetworkStack(new NetworkStackOptions { TimeProvider = time, InlineCompletions = true });
            var usable = new List<string>();
            stack.AddressChanged += address =>
            {
                if (address.IsUsable)
                {
                    usable.Add(address.Prefix.ToString());
                }
            };
            stack.AddInterface(first, new InterfaceSettings { Addresses = ["10.0.0.7/24", "2001:db8::7/64"], Gateways = ["10.0.0.1", "fe80::1"] });
            var ready = stack.WaitReadyAsync(TestContext.Current.CancellationToken);
            Assert.False(ready.IsCompleted);
            for (var i = 0; i < 100 && !ready.IsCompleted && stack.Pump() is { } next; i++)
            {
                time.Advance(next);
            }

            await ready.WaitAsync(TimeSpan.Zero, TestContext.Current.CancellationToken);
            Assert.Contains("2001:db8::7/64", usable);
            Assert.All(stack.GetAddresses(), address => Assert.True(address.IsUsable));
        }
    }

    private sealed class SystemTimeAgain : TimeProvider;

    private sealed class LoggingTimer(List<string> log, Action? then = null) : TimerEntry
    {
        protected internal override void OnTimer(Instant now)
        {
            log.Add("timer");
            then?.Invoke();
        }
    }

    /// <summary>Gives so many frames for nobody, and does something with each.</summary>
    private sealed class ScriptedLink(int frames, Action onReceive) : ILink
    {
        public int Frames { get; set; } = frames;

        public string Name => "script0";

        public LinkCapabilities Capabilities => new(LinkMedium.Ip, 1500);

        public MacAddress HardwareAddress => default;

        public int ReceiveBufferSize => 2048;

        public int? PollDescriptor => null;

        public bool TrySend(in OutboundFrame frame) => true;

        public bool TryReceive(Span<byte> buffer, out int length, out FrameMeta meta)
        {
            length = 20;
            meta = default;
            if (Frames == 0)
            {
                return false;
            }

            Frames--;
            onReceive();
            buffer[..length].Clear();
            return true;
        }

        public void SetReadyCallback(Action? onReady)
        {
        }

        public void Dispose()
        {
        }
    }
}
