using System;
using System.Collections.Generic;
using System.Net.Sockets;
using SharpTcp.Protocols.Tcp;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>What must hold for every segment of a connection, looked at on a bad wire.</summary>
public sealed class EverySegmentTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [Rfc("9293", "MUST-2"), Rfc("9293", "MUST-65"), Rfc("9293", "MUST-68"), Rfc("9293", "MUST-69"), Rfc("9293", "SHLD-14"), Rfc("9293", "MUST-14")]
    public void ChecksumsOptionsAndWindowEdgesAreRight(ulong seed)
    {
        var random = new TestEntropy(seed);
        var settings = new TcpSettings { SelectiveAcks = seed != 2, Timestamps = seed != 3, WindowScaling = seed != 4 };
        var pair = new TcpPair(new WireOptions { Loss = 0.03, Jitter = TimeSpan.FromMilliseconds(5) }, seed, settings, settings);
        var edges = new Dictionary<IpAddress, uint>();
        var shifts = new Dictionary<IpAddress, int>();
        var looked = 0;
        pair.Filter = segment =>
        {
            looked++;
            Assert.True(segment.View.VerifyChecksum(segment.Source, segment.Destination));
            CheckOptions(segment);
            CheckEdge(segment, edges, shifts);
            return true;
        };
        pair.Connect(
            new StreamApp(300_000, random),
            new StreamApp(300_000, random),
            clientOptions: new TcpSocketOptions { ReceiveBufferSize = 30_000 },
            serverOptions: new TcpSocketOptions { ReceiveBufferSize = 5_000 });
        pair.RunToEnd();
        Assert.True(looked > 400);
    }

    [Fact, Rfc("exam", "41")]
    public void AConnectionToItselfWorks()
    {
        var host = new TestHost();
        var wire = new Queue<SentSegment>();
        host.Ip.Sent = wire.Enqueue;
        var user = new TestUser();
        var self = new TransportEndpoint(host.Ip.LocalIPv4, 5555);
        Assert.Equal(SocketError.Success, host.Layer.Connect(new TcpConnectRequest { Remote = self, Local = self }, user, host.Now, out var connection));
        void Run()
        {
            host.Poll();
            for (var i = 0; wire.TryDequeue(out var segment); i++)
            {
                Assert.True(i < 100, "a storm");
                host.Input(segment.Bytes, segment.Source, segment.Destination);
                host.Poll();
            }
        }

        Run();
        Assert.Equal(TcpState.Established, connection!.State);
        Assert.True(user.Saw(TcpEvents.Connected));
        Pattern.Fill(connection.ReserveSend(10), 0);
        connection.CommitSend(10, true, host.Now);
        Run();
        Pattern.Check(connection.PeekReceived(), 0);
        connection.ConsumeReceived(10, host.Now);
        connection.ShutdownSend(host.Now);
        Run();
        host.Now += TimeSpan.FromSeconds(1);
        host.RunTimers();
        Run();
        Assert.True(connection.IsPeerClosed);
    }

    private static void CheckOptions(SentSegment segment)
    {
        var syn = segment.Has(TcpFlags.Syn);
        var options = segment.View.Options;
        for (var i = 0; i < options.Length;)
        {
            var kind = options[i];
            if (kind == TcpOptionKind.End)
            {
                Assert.Equal(-1, options[i..].IndexOfAnyExcept((byte)0));
                return;
            }

            if (kind == TcpOptionKind.Nop)
            {
                i++;
                continue;
            }

            Assert.True(i + 1 < options.Length && options[i + 1] >= 2 && i + options[i + 1] <= options.Length, "an option without its length");
            Assert.True(syn || kind != TcpOptionKind.MaximumSegmentSize, "MSS outside of a SYN");
            i += options[i + 1];
        }

        Assert.Equal(syn, segment.Options.HasMaximumSegmentSize);
    }

    private static void CheckEdge(SentSegment segment, Dictionary<IpAddress, uint> edges, Dictionary<IpAddress, int> shifts)
    {
        if (segment.Has(TcpFlags.Syn))
        {
            shifts[segment.Source] = segment.Options.HasWindowScale ? segment.Options.WindowScale : 0;
        }

        if (!segment.Has(TcpFlags.Ack) || segment.Has(TcpFlags.Rst))
        {
            return;
        }

        var edge = segment.Acknowledgment + ((uint)segment.Window << (segment.Has(TcpFlags.Syn) ? 0 : shifts[segment.Source]));
        if (edges.TryGetValue(segment.Source, out var before))
        {
            Assert.True((int)(edge - before) >= 0, $"the window shrank by {(int)(before - edge)}");
        }

        edges[segment.Source] = edge;
    }
}
