using System;
using System.Runtime.CompilerServices;
using SharpTcp.Protocols.Tcp;
using Xunit;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>What a connection costs in each stage of its life.</summary>
public sealed class RecordSizeTests
{
    [Theory]
    [InlineData(typeof(TimeWaitRecord), 128)]
    [InlineData(typeof(SynReceivedRecord), 128)]
    [InlineData(typeof(TcpConnection), 768)]
    public void ARecordStaysSmall(Type type, long limit)
    {
        GC.KeepAlive(RuntimeHelpers.GetUninitializedObject(type));
        var before = GC.GetAllocatedBytesForCurrentThread();
        GC.KeepAlive(RuntimeHelpers.GetUninitializedObject(type));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, limit);
    }

    [Fact]
    public void AnIdleConnectionHoldsNoBuffer()
    {
        var pair = new TcpPair();
        var client = new StreamApp(100_000) { Closes = false };
        var server = new StreamApp(100_000) { Closes = false };
        pair.Connect(client, server);
        pair.RunUntil(() => client.Received == 100_000 && server.Received == 100_000);
        pair.RunFor(TimeSpan.FromSeconds(10));
        Assert.Equal(TcpState.Established, client.Connection!.State);
        Assert.Null(client.Connection.Send);
        Assert.Null(client.Connection.Receive);
        Assert.Null(server.Connection!.Send);
        Assert.Null(server.Connection.Receive);
        Assert.Equal(0, pair.Client.Buffers.Used);
        Assert.Equal(0, pair.Client.Timers.Count);
        Assert.Equal(0, pair.Server.Timers.Count);
    }
}
