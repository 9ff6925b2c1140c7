using System;
using System.Collections.Generic;
using System.Linq;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Protocols.Tests;

/// <summary>One question to servers that answer, lie, are late or silent.</summary>
public sealed class DnsExchangeTests
{
    private static readonly DnsName Name = Parse("www.example.org");
    private static readonly TransportEndpoint First = new(IpAddress.Parse("10.0.0.53"), 53);
    private static readonly TransportEndpoint Second = new(IpAddress.Parse("2001:db8::53"), 53);
    private static readonly ResolverOptions Options = new();

    private readonly byte[] _query = new byte[512];
    private Instant _now = new(1_000_000);

    [Fact]
    public void An_answer_ends_the_exchange()
    {
        var exchange = Begin(DnsType.A, First);
        Assert.Equal((DnsStep.SendDatagram, First), (exchange.Step, exchange.Server));
        Assert.True(exchange.OnMessage(Reply(answers: [(Name, DnsType.A, 60, [10, 0, 0, 1]), (Name, DnsType.A, 30, [10, 0, 0, 2])])));
        Assert.Equal(DnsStep.Done, exchange.Step);
        Assert.Equal(DnsOutcome.Found, exchange.Answer!.Outcome);
        Assert.Equal(["10.0.0.1", "10.0.0.2"], exchange.Answer.Addresses.Select(address => address.ToString()));
        Assert.Equal(TimeSpan.FromSeconds(30), exchange.Answer.TimeToLive);
        Assert.True(exchange.Deadline.IsNever);
    }

    [Fact]
    [Rfc("exam", "16")]
    [Rfc("5452", "9.1")]
    public void What_does_not_match_is_no_answer()
    {
        var exchange = Begin(DnsType.A, First);
        (DnsName, DnsType, uint, byte[])[] answers = [(Name, DnsType.A, 60, [10, 0, 0, 66])];
        var id = Id();
        Assert.False(exchange.OnMessage(Reply(answers: answers, id: (ushort)(id + 1))), "another id");
        Assert.False(exchange.OnMessage(Reply(answers: answers, name: Parse("www.example.com"))), "another name");
        Assert.False(exchange.OnMessage(Reply(answers: answers, type: DnsType.Aaaa)), "another type");
        Assert.False(exchange.OnMessage(Reply(answers: answers, header: new DnsHeader(id, IsResponse: false))), "a query");
        Assert.False(exchange.OnMessage(Reply(answers: answers, header: new DnsHeader(id, IsResponse: true, Opcode: 2))), "another kind of question");
        Assert.False(exchange.OnMessage(Reply(answers: answers, withQuestion: false)), "no question");
        Assert.False(exchange.OnMessage(Reply(answers: answers, questionClass: 3)), "another class");
        Assert.False(exchange.OnMessage(Reply(answers: answers)[..^1]), "cut");
        Assert.False(exchange.OnMessage([]), "nothing");
        Assert.Equal(DnsStep.SendDatagram, exchange.Step);
        Assert.True(exchange.OnMessage(Reply(answers: answers)));
    }

    [Fact]
    [Rfc("exam", "16")]
    public void A_late_answer_is_no_answer()
    {
        var exchange = Begin(DnsType.A, First, Second);
        var late = Reply(answers: [(Name, DnsType.A, 60, [10, 0, 0, 66])]);
        _now = exchange.Deadline;
        exchange.OnDeadline(_now);
        Assert.Equal(Second, exchange.Server);
        Assert.False(exchange.OnMessage(late));
        Write(exchange);
        Assert.False(exchange.OnMessage(late));
        Assert.True(exchange.OnMessage(Reply()));
        Assert.False(exchange.OnMessage(Reply()));
    }

    [Fact]
    [Rfc("exam", "16")]
    [Rfc("5452", "9.2")]
    public void Ids_are_by_chance()
    {
        var exchange = new DnsExchange(Name, DnsType.A, [First], Options with { Attempts = 5000 }, new SeededEntropy(1));
        var ids = new HashSet<ushort>();
        var near = 0;
        ushort before = 0;
        for (var i = 0; i < 4000; i++)
        {
            Write(exchange);
            ids.Add(Id());
            near += Math.Abs(Id() - before) < 16 ? 1 : 0;
            before = Id();
            exchange.OnError();
        }

        Assert.InRange(ids.Count, 3800, 4000);
        Assert.InRange(near, 0, 20);
    }

    [Fact]
    public void Silent_servers_are_asked_in_turn_and_twice()
    {
        var exchange = new DnsExchange(Name, DnsType.A, [First, Second], Options, new SeededEntropy(1));
        var asked = new List<TransportEndpoint>();
        var began = _now;
        while (exchange.Step != DnsStep.Done)
        {
            asked.Add(exchange.Server);
            Write(exchange);
            exchange.OnDeadline(exchange.Deadline - TimeSpan.FromTicks(1));
            Assert.NotEqual(DnsStep.Done, exchange.Step);
            _now = exchange.Deadline;
            exchange.OnDeadline(_now);
        }

        Assert.Equal([First, Second, First, Second], asked);
        Assert.Equal(TimeSpan.FromSeconds(12), _now - began);
        Assert.Equal(DnsOutcome.Failed, exchange.Answer!.Outcome);
    }

    [Theory]
    [InlineData(DnsResponseCode.ServerFailure)]
    [InlineData(DnsResponseCode.Refused)]
    [InlineData(DnsResponseCode.NotImplemented)]
    [InlineData((DnsResponseCode)9)]
    public void A_server_that_cannot_is_left_for_the_next(DnsResponseCode code)
    {
        var exchange = Begin(DnsType.A, First, Second);
        Assert.True(exchange.OnMessage(Reply(header: new DnsHeader(Id(), IsResponse: true, ResponseCode: code))));
        Assert.Equal((DnsStep.SendDatagram, Second), (exchange.Step, exchange.Server));
    }

    [Fact]
    [Rfc("7766", "5")]
    public void What_was_cut_is_asked_for_again_on_a_stream()
    {
        var exchange = Begin(DnsType.A, First, Second);
        var before = Id();
        Assert.True(exchange.OnMessage(Reply(header: new DnsHeader(before, IsResponse: true, IsTruncated: true))));
        Assert.Equal((DnsStep.SendOnStream, First), (exchange.Step, exchange.Server));
        Write(exchange);
        Assert.NotEqual(before, Id());
        Assert.True(exchange.OnMessage(Reply(answers: [(Name, DnsType.A, 60, [10, 0, 0, 1])])));
        Assert.Equal(DnsOutcome.Found, exchange.Answer!.Outcome);
    }

    [Fact]
    public void A_stream_that_breaks_or_cuts_too_leads_to_the_next_server()
    {
        foreach (var isCut in (bool[])[false, true])
        {
            var exchange = Begin(DnsType.A, First, Second);
            exchange.OnMessage(Reply(header: new DnsHeader(Id(), IsResponse: true, IsTruncated: true)));
            Write(exchange);
            if (isCut)
            {
                exchange.OnMessage(Reply(header: new DnsHeader(Id(), IsResponse: true, IsTruncated: true)));
            }
            else
            {
                exchange.OnError();
            }

            Assert.Equal((DnsStep.SendDatagram, Second), (exchange.Step, exchange.Server));
        }
    }

    [Fact]
    [Rfc("6891", "7")]
    public void A_server_that_knows_no_options_is_asked_without()
    {
        var exchange = Begin(DnsType.A, First);
        Assert.True(DnsView.TryParse(_query, out var with));
        Assert.Equal(1, with.AdditionalCount);
        Assert.True(exchange.OnMessage(Reply(header: new DnsHeader(Id(), IsResponse: true, ResponseCode: DnsResponseCode.FormatError), withQuestion: false)));
        Assert.Equal((DnsStep.SendDatagram, First), (exchange.Step, exchange.Server));
        Write(exchange);
        Assert.True(DnsView.TryParse(_query, out var without));
        Assert.Equal(0, without.AdditionalCount);
        Assert.True(exchange.OnMessage(Reply()));
    }

    [Fact]
    public void Without_servers_a_question_has_failed() =>
        Assert.Equal(DnsOutcome.Failed, new DnsExchange(Name, DnsType.A, [], Options, new SeededEntropy(1)).Answer!.Outcome);

    [Fact]
    public void Canonical_names_are_followed_and_the_least_time_counts()
    {
        var exchange = Begin(DnsType.Aaaa, First);
        exchange.OnMessage(Reply(type: DnsType.Aaaa, answers:
        [
            (Parse("c.example.net"), DnsType.Aaaa, 300, Bytes(IPv6Address.Parse("2001:db8::1"))),
            (Name, DnsType.CanonicalName, 20, Parse("b.example.net").Wire.ToArray()),
            (Parse("other.example.net"), DnsType.Aaaa, 1, Bytes(IPv6Address.Parse("2001:db8::66"))),
            (Parse("B.example.net"), DnsType.CanonicalName, 100, Parse("c.example.net").Wire.ToArray()),
            (Parse("c.example.net"), DnsType.Aaaa, 300, Bytes(IPv6Address.Parse("::ffff:10.0.0.66"))),
        ]));
        Assert.Equal(["2001:db8::1"], exchange.Answer!.Addresses.Select(address => address.ToString()));
        Assert.Equal(("c.example.net", TimeSpan.FromSeconds(20)), (exchange.Answer.CanonicalName!.Text, exchange.Answer.TimeToLive));
    }

    [Fact]
    [Rfc("exam", "15")]
    public void Canonical_names_in_a_circle_end()
    {
        var exchange = Begin(DnsType.A, First);
        exchange.OnMessage(Reply(answers:
        [
            (Name, DnsType.CanonicalName, 20, Parse("b.example.net").Wire.ToArray()), (Parse("b.example.net"), DnsType.CanonicalName, 20, Name.Wire.ToArray()),
        ]));
        Assert.Equal(DnsOutcome.NoData, exchange.Answer!.Outcome);
    }

    [Fact]
    public void No_more_addresses_are_taken_than_anybody_tries()
    {
        var exchange = Begin(DnsType.A, First);
        exchange.OnMessage(Reply(answers: [.. Enumerable.Range(0, 100).Select(i => (Name, DnsType.A, 60u, new byte[] { 10, 0, 0, (byte)i }))]));
        Assert.Equal(32, exchange.Answer!.Addresses.Count);
    }

    [Theory]
    [Rfc("2308", "5")]
    [InlineData(DnsResponseCode.NameError, 900, 120, DnsOutcome.NoName, 120)]
    [InlineData(DnsResponseCode.NoError, 60, 120, DnsOutcome.NoData, 60)]
    public void The_lack_of_something_is_remembered_as_long_as_the_zone_says(DnsResponseCode code, uint timeToLive, uint minimum, DnsOutcome outcome, int seconds)
    {
        var exchange = Begin(DnsType.A, First);
        exchange.OnMessage(Reply(header: new DnsHeader(Id(), IsResponse: true, ResponseCode: code), authority: (timeToLive, minimum)));
        Assert.Equal((outcome, TimeSpan.FromSeconds(seconds)), (exchange.Answer!.Outcome, exchange.Answer.TimeToLive));
    }

    private static DnsName Parse(string text) => DnsName.TryParse(text, out var name) ? name : throw new FormatException(text);

    private static byte[] Bytes(IpAddress address)
    {
        var bytes = new byte[address.Length];
        address.Write(bytes);
        return bytes;
    }

    private DnsExchange Begin(DnsType type, params TransportEndpoint[] servers)
    {
        var exchange = new DnsExchange(Name, type, servers, Options, new SeededEntropy(1));
        Write(exchange);
        return exchange;
    }

    private void Write(DnsExchange exchange)
    {
        Array.Clear(_query);
        exchange.Write(_query, _now);
    }

    private ushort Id() => (ushort)(_query[0] << 8 | _query[1]);

    private byte[] Reply(
        (DnsName Name, DnsType Type, uint Time, byte[] Data)[]? answers = null, (uint Time, uint Minimum)? authority = null, DnsHeader? header = null,
        ushort? id = null, DnsName? name = null, DnsType? type = null, bool withQuestion = true, ushort questionClass = 1)
    {
        Assert.True(DnsView.TryParse(_query, out var query));
        var message = new byte[8000];
        var writer = new DnsWriter(message, header ?? new DnsHeader(id ?? Id(), IsResponse: true, RecursionAvailable: true));
        if (withQuestion)
        {
            writer.AddQuestion(name ?? Name, type ?? query.QuestionType);
            message[writer.Length - 1] = (byte)questionClass;
        }

        foreach (var answer in answers ?? [])
        {
            writer.Add(DnsSection.Answer, answer.Name, answer.Type, answer.Time, answer.Data);
        }

        if (authority is { } zone)
        {
            writer.Add(
                DnsSection.Authority, Parse("example.org"), DnsType.StartOfAuthority, zone.Time,
                [.. Parse("ns.example.org").Wire, .. Parse("root.example.org").Wire, .. new byte[16], .. Bytes(new IPv4Address(zone.Minimum))]);
        }

        return message[..writer.Length];
    }
}
