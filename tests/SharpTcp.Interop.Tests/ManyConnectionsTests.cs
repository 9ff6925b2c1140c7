using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Threading.Tasks;
using SharpTcp.Cli;
using SharpTcp.Testing;
using Xunit;

namespace SharpTcp.Interop.Tests;

/// <summary>A thousand connections.</summary>
public sealed class ManyConnectionsTests
{
    private const int Count = 1000;

    public static TheoryData<AddressFamily> BothFamilies => Families.Both;

    [Theory]
    [MemberData(nameof(BothFamilies))]
    public Task A_thousand_one_after_another(AddressFamily family) => NetLab.RunAsync(async lab =>
    {
        for (var number = 0; number < Count; number++)
        {
            using var client = await lab.ConnectFromPeerAsync(family, ServicePort.Echo);
            await ExchangeAsync(lab, client, number);
        }
        await lab.NothingIsLeftAsync();
        Assert.Equal(Count, lab.Read(static host => host.Tcp.Counters.Established));
    });

    [Theory]
    [MemberData(nameof(BothFamilies))]
    public Task A_thousand_at_once(AddressFamily family) => NetLab.RunAsync(async lab =>
    {
        var clients = new List<KernelSocket>();
        try
        {
            clients.AddRange(await Task.WhenAll(Enumerable.Range(0, Count).Select(_ => lab.ConnectFromPeerAsync(family, ServicePort.Echo))));
            await Task.WhenAll(clients.Select((client, number) => ExchangeAsync(lab, client, number)));
            Assert.Equal(Count, lab.Read(static host => host.Tcp.ConnectionCount));
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
        await lab.NothingIsLeftAsync();
    });

    [Fact]
    [Rfc("defect", "6")]
    public Task After_many_connections_the_stack_sleeps() => NetLab.RunAsync(async lab =>
    {
        for (var number = 0; number < 300; number++)
        {
            using var client = await lab.ConnectFromPeerAsync(AddressFamily.InterNetwork, ServicePort.Echo);
            await ExchangeAsync(lab, client, number);
        }
        await lab.NothingIsLeftAsync();
        var before = WakeUps();
        await Task.Delay(TimeSpan.FromSeconds(1), lab.Cancellation);
        // A timer a connection would be hundreds. ARP, ND and the kernel's own multicast may come in.
        Assert.InRange(WakeUps() - before, 0, 20);
    });

    private static async Task ExchangeAsync(NetLab lab, KernelSocket client, int number)
    {
        var question = Pattern.Bytes((ulong)number, 100);
        var answer = new byte[question.Length];
        await client.SendAsync(question, lab.Cancellation);
        for (var got = 0; got < answer.Length;)
        {
            var count = await client.ReceiveAsync(answer.AsMemory(got), lab.Cancellation);
            Assert.NotEqual(0, count);
            got += count;
        }
        Assert.Equal(question, answer);
    }

    // How often the threads of stacks gave up the processor to wait.
    private static long WakeUps()
    {
        long sum = 0;
        var threads = 0;
        foreach (var task in Directory.GetDirectories("/proc/self/task"))
        {
            if (!File.ReadAllText(Path.Combine(task, "comm")).StartsWith("sharptcp-shard", StringComparison.Ordinal))
                continue;
            threads++;
            var line = File.ReadLines(Path.Combine(task, "status")).Single(line => line.StartsWith("voluntary_ctxt_switches", StringComparison.Ordinal));
            sum += long.Parse(line.Split(':')[1], CultureInfo.InvariantCulture);
        }
        Assert.True(threads > 0, "No thread of a stack was found.");
        return sum;
    }
}
