using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using SharpTcp.Names;
using SharpTcp.Testing;
using SharpTcp.Tests.Sockets;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Tests.Names;

/// <summary>Connecting to names with several addresses, in virtual time.</summary>
public sealed class ConnectByNameTests : IDisposable
{
    private readonly TwoStacks _net = new(dns: new DnsSettings { Servers = ["10.0.0.2"] });
    private readonly TestDnsServer _server;

    public ConnectByNameTests() => _server = new TestDnsServer(_net.Server);

    public void Dispose()
    {
        _server.Dispose();
        _net.Dispose();
    }

    [Fact]
    [Rfc("8305", "4")]
    public void IPv6_is_taken_where_it_answers()
    {
        _server.Add("www.example", 60, "10.0.0.2", "2001:db8::2");
        using var listener = _net.Server.Listen(80);
        Assert.Equal(("2001:db8::2", 0.0), Connect());
    }

    [Fact]
    [Rfc("8305", "5")]
    public void IPv4_is_tried_250_ms_after_an_IPv6_address_that_is_silent()
    {
        // Nobody has the IPv6 address, and who is asked for it says nothing.
        _server.Add("www.example", 60, "10.0.0.2", "2001:db8::99");
        using var listener = _net.Server.Listen(80);
        Assert.Equal(("10.0.0.2", 250.0), Connect());
        Assert.Equal(0, _net.Client.GetCounters().Connections - 1);
    }

    [Fact]
    public void An_attempt_that_is_refused_is_followed_at_once()
    {
        _server.Add("www.example", 60, "10.0.0.2", "2001:db8::2");
        using var listener = new SharpTcp.Sockets.TcpListener(_net.Server, new IPEndPoint(IPAddress.Any, 80));
        listener.Start();
        Assert.Equal(("10.0.0.2", 0.0), Connect());
    }

    [Fact]
    [Rfc("8305", "3")]
    public void IPv6_addresses_are_waited_for_50_ms()
    {
        _server.Add("www.example", 60, "10.0.0.2", "2001:db8::2");
        _server.Unanswered.Add(("www.example", DnsType.Aaaa));
        using var listener = _net.Server.Listen(80);
        Assert.Equal(("10.0.0.2", 50.0), Connect());
    }

    [Fact]
    public void If_all_addresses_fail_the_failure_is_that_of_the_first()
    {
        _server.Add("www.example", 60, "10.0.0.2", "2001:db8::2");
        var error = Assert.Throws<SocketException>(() => Connect());
        Assert.Equal(SocketError.ConnectionRefused, error.SocketErrorCode);
        Assert.Equal(0, _net.Client.GetCounters().Connections);
    }

    [Fact]
    public void A_name_that_is_not_there_is_an_error() =>
        Assert.Equal(SocketError.HostNotFound, Assert.Throws<SocketException>(() => Connect()).SocketErrorCode);

    [Fact]
    public void Giving_up_ends_all_attempts()
    {
        _server.Add("www.example", 60, "10.0.0.98", "2001:db8::99");
        using var source = new CancellationTokenSource();
        var connecting = _net.Client.ConnectAsync("www.example", 80, source.Token).AsTask();
        _net.Pass(TimeSpan.FromMilliseconds(400));
        Assert.Equal(2, _net.Client.GetCounters().Connections);
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => _net.Run(connecting));
        Assert.Equal(0, _net.Client.GetCounters().Connections);
    }

    private (string Address, double Milliseconds) Connect()
    {
        var began = _net.Time.GetTimestamp();
        using var stream = _net.Run(_net.Client.ConnectAsync("www.example", 80));
        return (((IPEndPoint)stream.Socket.RemoteEndPoint!).Address.ToString(), TimeSpan.FromTicks(_net.Time.GetTimestamp() - began).TotalMilliseconds);
    }
}
