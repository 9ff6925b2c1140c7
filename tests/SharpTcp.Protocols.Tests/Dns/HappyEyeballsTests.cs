using System;
using System.Linq;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Protocols.Tests;

/// <summary>Which address is tried when (RFC 8305), at exact times.</summary>
public sealed class HappyEyeballsTests
{
    private static readonly IpAddress[] Six = [.. Enumerable.Range(1, 3).Select(i => IpAddress.Parse($"2001:db8::{i}"))];
    private static readonly IpAddress[] Four = [.. Enumerable.Range(1, 3).Select(i => IpAddress.Parse($"10.0.0.{i}"))];

    private readonly HappyEyeballs _eyeballs = new();
    private Instant _now = new(7_000_000);

    [Fact]
    [Rfc("8305", "4")]
    public void The_families_come_in_turn_and_IPv6_first()
    {
        _eyeballs.OnAddresses(isIPv6: false, Four, _now);
        _eyeballs.OnAddresses(isIPv6: true, Six, _now);
        Assert.Equal([Six[0], Four[0], Six[1], Four[1], Six[2], Four[2]], Enumerable.Range(0, 6).Select(_ => Next(250)));
        Assert.True(_eyeballs.IsExhausted);
    }

    [Fact]
    [Rfc("8305", "3")]
    public void IPv6_is_waited_for_a_little()
    {
        _eyeballs.OnAddresses(isIPv6: false, Four, _now);
        Assert.Equal(_now + TimeSpan.FromMilliseconds(50), _eyeballs.Deadline);
        Assert.False(_eyeballs.TryNext(_now + TimeSpan.FromMilliseconds(49), out _));
        Assert.True(_eyeballs.TryNext(_now + TimeSpan.FromMilliseconds(50), out var address));
        Assert.Equal(Four[0], address);

        // What comes later takes its turn.
        _eyeballs.OnAddresses(isIPv6: true, Six, _now + TimeSpan.FromMilliseconds(60));
        _now += TimeSpan.FromMilliseconds(50);
        Assert.Equal(Six[0], NextAfter(250));
    }

    [Fact]
    [Rfc("8305", "3")]
    public void IPv6_does_not_wait_for_IPv4()
    {
        _eyeballs.OnAddresses(isIPv6: true, Six, _now);
        Assert.Equal(Six[0], Next(250));
        Assert.Equal(Six[1], Next(250));
        _eyeballs.OnAddresses(isIPv6: false, Four, _now);
        Assert.Equal(Four[0], Next(250));
    }

    [Fact]
    public void Without_IPv6_addresses_IPv4_begins_at_once()
    {
        _eyeballs.OnAddresses(isIPv6: false, Four, _now);
        _now += TimeSpan.FromMilliseconds(10);
        Assert.False(_eyeballs.TryNext(_now, out _));
        _eyeballs.OnAddresses(isIPv6: true, [], _now);
        Assert.Equal(Four[0], Next(250));
        Assert.Equal(Four[1], Next(250));
    }

    [Fact]
    [Rfc("8305", "5")]
    public void An_attempt_has_250_ms_before_the_next_and_none_if_it_fails()
    {
        _eyeballs.OnAddresses(isIPv6: true, Six, _now);
        _eyeballs.OnAddresses(isIPv6: false, [], _now);
        Assert.True(_eyeballs.TryNext(_now, out _));
        Assert.Equal(_now + TimeSpan.FromMilliseconds(250), _eyeballs.Deadline);
        Assert.False(_eyeballs.TryNext(_now + TimeSpan.FromMilliseconds(249), out _));
        _now += TimeSpan.FromMilliseconds(100);
        _eyeballs.OnFailed(_now);
        Assert.Equal(Six[1], Next(0));
        Assert.False(_eyeballs.TryNext(_now, out _));
        Assert.Equal(Six[2], NextAfter(250));
        Assert.True(_eyeballs.IsExhausted);
        Assert.True(_eyeballs.Deadline.IsNever);
    }

    [Fact]
    public void Nothing_is_exhausted_before_both_families_are_known()
    {
        Assert.False(_eyeballs.IsExhausted);
        Assert.True(_eyeballs.Deadline.IsNever);
        _eyeballs.OnAddresses(isIPv6: true, [], _now);
        Assert.False(_eyeballs.IsExhausted);
        _eyeballs.OnAddresses(isIPv6: false, [], _now);
        Assert.True(_eyeballs.IsExhausted);
    }

    // The attempt that is due now; then lets a time pass.
    private IpAddress Next(int milliseconds)
    {
        Assert.True(_eyeballs.TryNext(_now, out var address));
        _now += TimeSpan.FromMilliseconds(milliseconds);
        return address;
    }

    private IpAddress NextAfter(int milliseconds)
    {
        _now += TimeSpan.FromMilliseconds(milliseconds);
        return Next(0);
    }
}
