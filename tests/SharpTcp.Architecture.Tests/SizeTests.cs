using System.Reflection;
using Xunit;

namespace SharpTcp.Architecture.Tests;

/// <summary>What a connection costs in each stage of its life (DESIGN §2, Buffers).</summary>
public sealed class SizeTests
{
    private const string Tcp = "SharpTcp.Protocols.Tcp.";

    [Theory]
    [InlineData("TimeWaitRecord", 128)]
    [InlineData("SynReceivedRecord", 128)]
    // An idle connection may cost 1 KiB with its options and its place in the table; those get a quarter of it.
    [InlineData("TcpConnection", 768)]
    public void ARecordStaysSmall(string name, long limit)
    {
        var type = Assembly.Load("SharpTcp.Protocols").GetType(Tcp + name, throwOnError: true)!;
        var size = InstanceSize.Of(type);
        Assert.True(size <= limit, $"One {name} takes {size} bytes; at most {limit} are allowed.");
    }

    [Fact]
    public void TheMeasureSeesEveryField()
    {
        Assert.Equal(16 + 24, InstanceSize.Of(typeof(ThreeNumbers)));
        Assert.Equal(24, InstanceSize.Of(typeof((long, long, long))));
    }

    private sealed record ThreeNumbers(long A, long B, long C);
}
