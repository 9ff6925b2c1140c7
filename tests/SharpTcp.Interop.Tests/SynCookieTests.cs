using System.Net.Sockets;
using System.Threading.Tasks;
using SharpTcp.Protocols;
using SharpTcp.Protocols.Tcp;
using Xunit;

namespace SharpTcp.Interop.Tests;

/// <summary>A stack that answers every SYN by a cookie, and Linux clients that notice nothing.</summary>
public sealed class SynCookieTests
{
    private const long Size = 5 << 20;
    private static readonly HostOptions Cookies = new() { Tcp = new TcpSettings { SynCookies = SynCookieMode.Always } };

    [Fact]
    public Task A_linux_client_uploads_over_a_connection_that_was_never_half_open() => NetLab.RunInBothFamiliesAsync(new LabOptions { Host = Cookies }, async (lab, family) =>
    {
        var before = lab.Stack.Shard.Host.Tcp.Counters.SynCookiesTaken;
        using var socket = await lab.ConnectFromPeerAsync(family, 7);
        using var stream = new KernelStream(socket);
        var received = Flow.ReceiveAsync(stream, lab.Cancellation);
        await Flow.SendAsync(stream, 3, Size, lab.Cancellation);
        socket.Shutdown(SocketShutdown.Send);
        Assert.Equal((Size, Pattern.Digest(3, Size)), await received);
        Assert.Equal(before + 1, lab.Stack.Shard.Host.Tcp.Counters.SynCookiesTaken);
    });
}
