using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using SharpTcp.Names;
using SharpTcp.Protocols;
using SharpTcp.Testing;
using SharpTcp.Tests.Sockets;
using SharpTcp.Wire;
using Xunit;
using Socket = SharpTcp.Sockets.Socket;

namespace SharpTcp.Tests.Names;

/// <summary>Names, asked for by one stack at a server on another, in virtual time.</summary>
public sealed class StackDnsTests : IDisposable
{
    private readonly TwoStacks _net = new(dns: new DnsSettings
    {
        Servers = ["10.0.0.2"],
        SearchDomains = ["sub.example", "example"],
        Hosts = new Dictionary<string, IReadOnlyList<string>> { ["Printer.Example"] = ["10.0.0.9", "2001:db8::9"] },
    });

    private readonly TestDnsServer _server;

    public StackDnsTests()
    {
        _server = new TestDnsServer(_net.Server);
        _server.Add("www.example", 60, "10.0.0.80", "10.0.0.81", "2001:db8::80");
        _server.Add("four.example", 60, "10.0.0.4");
    }

    private StackDns Dns => _net.Client.Dns;

    public void Dispose()
    {
        _server.Dispose();
        _net.Dispose();
    }

    [Fact]
    public void A_name_has_addresses_of_both_families()
    {
        Assert.Equal(["2001:db8::80", "10.0.0.80", "10.0.0.81"], Look("www.example"));
        Assert.Equal(["www.example A", "www.example Aaaa"], _server.Questions.Order());
        Assert.Equal(["10.0.0.80", "10.0.0.81"], Look("WWW.Example.", AddressFamily.InterNetwork));
        Assert.Equal(["2001:db8::80"], Look("www.example", AddressFamily.InterNetworkV6));
        Assert.Equal(["10.0.0.4"], Look("four.example"));
    }

    [Fact]
    public void Both_families_are_asked_for_at_the_same_time()
    {
        _server.Unanswered.Add(("www.example", DnsType.Aaaa));
        var lookup = Dns.GetHostAddressesAsync("www.example");
        _net.Settle();
        Assert.Equal(2, _server.Questions.Count);
        Assert.False(lookup.IsCompleted);
        Assert.Equal(["10.0.0.80", "10.0.0.81"], _net.Run(lookup).Select(address => address.ToString()));
    }

    [Fact]
    public void Answers_are_remembered_as_long_as_they_say_and_so_is_their_lack()
    {
        Look("four.example");
        Assert.Equal(2, _server.Questions.Count);
        _net.Pass(TimeSpan.FromSeconds(59));
        Look("four.example");
        Assert.Equal(2, _server.Questions.Count);
        _net.Pass(TimeSpan.FromSeconds(1.5));
        Look("four.example");
        Assert.Equal(4, _server.Questions.Count);
        Dns.ClearCache();
        Look("four.example");
        Assert.Equal(6, _server.Questions.Count);
    }

    [Fact]
    public void A_question_under_way_is_not_asked_twice()
    {
        var lookups = Enumerable.Range(0, 10).Select(_ => Dns.GetHostAddressesAsync("www.example")).ToList();
        foreach (var lookup in lookups)
            Assert.Equal(3, _net.Run(lookup).Length);
        Assert.Equal(2, _server.Questions.Count);
    }

    [Theory]
    [InlineData("nobody.example.", SocketError.HostNotFound, "nobody.example")]
    [InlineData("four.example.", SocketError.NoData, "no address", AddressFamily.InterNetworkV6)]
    [InlineData("a b", SocketError.HostNotFound, "a b")]
    [InlineData("10.0.0.1", SocketError.NoData, "10.0.0.1", AddressFamily.InterNetworkV6)]
    public void What_is_not_there_is_an_error_that_says_so(string name, SocketError error, string said, AddressFamily family = AddressFamily.Unspecified)
    {
        var thrown = Assert.Throws<SocketException>(() => Look(name, family));
        Assert.Equal(error, thrown.SocketErrorCode);
        Assert.Contains(said, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_is_silent_is_asked_twice_and_then_given_up()
    {
        _server.IsSilent = true;
        var began = _net.Time.GetTimestamp();
        Assert.Equal(SocketError.TryAgain, Assert.Throws<SocketException>(() => Look("www.example.")).SocketErrorCode);
        Assert.Equal(6, TimeSpan.FromTicks(_net.Time.GetTimestamp() - began).TotalSeconds, 0.1);
        Assert.Equal(4, _server.Questions.Count);
    }

    [Fact]
    public void A_server_that_is_not_there_costs_no_time_if_it_says_so()
    {
        using var net = new TwoStacks(dns: new DnsSettings { Servers = ["10.0.0.2:5353", "[2001:db8::2]:53"] });
        using var server = new TestDnsServer(net.Server);
        server.Add("www.example", 60, "10.0.0.80");
        var began = net.Time.GetTimestamp();
        Assert.Single(net.Run(net.Client.Dns.GetHostAddressesAsync("www.example")));
        Assert.InRange(TimeSpan.FromTicks(net.Time.GetTimestamp() - began).TotalMilliseconds, 0, 100);
    }

    [Fact]
    [Rfc("7766", "5")]
    public void What_was_cut_is_asked_for_by_TCP()
    {
        _server.Add("many.example", 60, [.. Enumerable.Range(1, 30).Select(i => $"10.1.0.{i}")]);
        _server.Cut.Add("many.example");
        Assert.Equal(30, Look("many.example").Length);
        Assert.Contains("many.example A*", _server.Questions);
    }

    [Fact]
    [Rfc("exam", "16")]
    public void Forged_answers_are_not_believed()
    {
        // With another id, and then from another port than the server's: the true one is waited for.
        _server.Forge = answer =>
        {
            byte[] forged = [.. answer];
            forged[0] ^= 1;
            forged[^1] = 66;
            return forged;
        };
        Assert.Equal(["10.0.0.80", "10.0.0.81"], Look("www.example", AddressFamily.InterNetwork));

        _server.Forge = null;
        _server.IsSilent = true;
        using var forger = new Socket(_net.Server, AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        var lookup = Dns.GetHostAddressesAsync("four.example", AddressFamily.InterNetwork);
        _net.Settle();
        for (var id = 0; id <= ushort.MaxValue; id++)
        {
            _net.Run(forger.SendToAsync(Forged("four.example", (ushort)id), new IPEndPoint(TwoStacks.ClientAddress, _server.Ports[^1])));
        }

        Assert.False(lookup.IsCompleted);
        _server.IsSilent = false;
        Assert.Equal(["10.0.0.4"], _net.Run(lookup).Select(address => address.ToString()));
    }

    [Fact]
    [Rfc("exam", "16")]
    [Rfc("5452", "9.2")]
    public void Every_query_comes_from_a_port_of_its_own()
    {
        for (var i = 0; i < 100; i++)
            Assert.Throws<SocketException>(() => Look($"host{i}.example.", AddressFamily.InterNetwork));
        Assert.Equal(100, _server.Ports.Count);
        Assert.InRange(_server.Ports.Distinct().Count(), 98, 100);
        Assert.True(_server.Ports.Zip(_server.Ports.Skip(1), (one, next) => Math.Abs(one - next)).Average() > 1000, "the ports are not by chance");
    }

    [Fact]
    public void Short_names_are_looked_for_in_the_search_domains()
    {
        Assert.Equal(["10.0.0.4"], Look("four", AddressFamily.InterNetwork));
        Assert.Equal(["four.sub.example A", "four.example A"], _server.Questions);
    }

    [Fact]
    public void Hosts_of_the_settings_and_this_host_are_no_questions()
    {
        Assert.Equal(["2001:db8::9", "10.0.0.9"], Look("printer.example"));
        Assert.Equal(["::1", "127.0.0.1"], Look("localhost"));
        Assert.Equal(["127.0.0.1"], Look("www.localhost", AddressFamily.InterNetwork));
        Assert.Equal(["10.0.0.3"], Look("10.0.0.3"));
        Assert.Contains("10.0.0.1", Look(""));
        Assert.Empty(_server.Questions);
    }

    [Fact]
    public void Entries_have_the_canonical_name_and_addresses_have_names()
    {
        _server.AddName("alias.example", DnsType.CanonicalName, 60, "www.example");
        _server.AddName("80.0.0.10.in-addr.arpa", DnsType.Pointer, 60, "www.example");
        var entry = _net.Run(Dns.GetHostEntryAsync("alias.example"));
        Assert.Equal(("www.example", 3), (entry.HostName, entry.AddressList.Length));
        Assert.Equal("www.example", _net.Run(Dns.GetHostEntryAsync("10.0.0.80")).HostName);
        Assert.Equal(SocketError.HostNotFound, Assert.Throws<SocketException>(() => _net.Run(Dns.GetHostEntryAsync(IPAddress.Parse("10.0.0.99")))).SocketErrorCode);
    }

    [Fact]
    public void Waiting_can_be_given_up()
    {
        _server.IsSilent = true;
        using var source = new System.Threading.CancellationTokenSource();
        var lookup = Dns.GetHostAddressesAsync("www.example", source.Token);
        _net.Settle();
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => _net.Run(lookup));
    }

    [Fact]
    public void Without_a_server_the_error_says_what_to_do()
    {
        using var net = new TwoStacks();
        var error = Assert.Throws<SocketException>(() => net.Run(net.Client.Dns.GetHostAddressesAsync("www.example")));
        Assert.Equal(SocketError.TryAgain, error.SocketErrorCode);
        Assert.Contains("NetworkStackOptions.Dns", error.Message, StringComparison.Ordinal);
        Assert.Empty(net.Client.Dns.GetServers());
    }

    [Fact]
    public void Wrong_settings_are_errors_that_say_what_is_right()
    {
        Assert.Contains("\"ns1\"", Assert.Throws<FormatException>(() => Make(new DnsSettings { Servers = ["ns1"] })).Message, StringComparison.Ordinal);
        Assert.Contains("\"a b\"", Assert.Throws<FormatException>(() => Make(new DnsSettings { Hosts = Hosts("a b", "10.0.0.1") })).Message, StringComparison.Ordinal);
        Assert.Contains("\"here\"", Assert.Throws<FormatException>(() => Make(new DnsSettings { Hosts = Hosts("a", "here") })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Make(new DnsSettings { Resolver = new ResolverOptions { Attempts = 0 } }));
    }

    private static Dictionary<string, IReadOnlyList<string>> Hosts(string name, string address) => new() { [name] = [address] };

    private static void Make(DnsSettings settings) => new NetworkStack(new NetworkStackOptions { Dns = settings }).Dispose();

    private static byte[] Forged(string name, ushort id)
    {
        Assert.True(DnsName.TryParse(name, out var parsed));
        var message = new byte[200];
        var writer = new DnsWriter(message, new DnsHeader(id, IsResponse: true));
        writer.AddQuestion(parsed, DnsType.A);
        writer.Add(DnsSection.Answer, parsed, DnsType.A, 60, [10, 0, 0, 66]);
        return message[..writer.Length];
    }

    private string[] Look(string name, AddressFamily family = AddressFamily.Unspecified) =>
        [.. _net.Run(Dns.GetHostAddressesAsync(name, family)).Select(address => address.ToString())];
}
