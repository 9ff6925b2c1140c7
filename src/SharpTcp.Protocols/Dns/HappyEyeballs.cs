using System;
using System.Collections.Generic;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>
/// Which address of a name is tried when (RFC 8305): IPv6 first, then the families in turn, each attempt a while after the one before it or as soon as that has failed. Its driver makes
/// the attempts, and ends the others when one has succeeded.
/// </summary>
public sealed class HappyEyeballs
{
    /// <summary>How long the IPv6 addresses are waited for when those of IPv4 are there (§3).</summary>
    public static readonly TimeSpan ResolutionDelay = TimeSpan.FromMilliseconds(50);

    /// <summary>How long an attempt has before the next begins beside it (§5).</summary>
    public static readonly TimeSpan ConnectionAttemptDelay = TimeSpan.FromMilliseconds(250);

    private readonly Queue<IpAddress> _ipv6 = [];
    private readonly Queue<IpAddress> _ipv4 = [];
    private bool _ipv6Known;
    private bool _ipv4Known;
    private bool _hasBegun;
    private bool _nextIsIPv4;
    private Instant _nextAt;

    /// <summary>When <see cref="TryNext"/> may give something that it does not give now, if nothing is told before.</summary>
    public Instant Deadline => HasAny && CanBegin ? _nextAt : Instant.Never;

    /// <summary>Whether everything is known and was tried.</summary>
    public bool IsExhausted => _ipv6Known && _ipv4Known && !HasAny;

    private bool HasAny => _ipv6.Count + _ipv4.Count > 0;

    // Until the first attempt: with IPv6 addresses, or when there are none, or when they were waited for, to which _nextAt sees.
    private bool CanBegin => _hasBegun || _ipv6.Count > 0 || _ipv4Known;

    /// <summary>The addresses of a family are known.</summary>
    /// <param name="isIPv6">Which family.</param>
    /// <param name="addresses">They; none if there are none, or if they could not be learnt.</param>
    /// <param name="now">The time.</param>
    public void OnAddresses(bool isIPv6, IReadOnlyList<IpAddress> addresses, Instant now)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        foreach (var address in addresses)
        {
            (isIPv6 ? _ipv6 : _ipv4).Enqueue(address);
        }

        if (isIPv6)
        {
            _ipv6Known = true;
        }
        else
        {
            _ipv4Known = true;
        }

        if (!_hasBegun)
        {
            // §3: IPv6 is not waited for, IPv4 waits a little for it.
            _nextAt = _ipv6Known ? now : now + ResolutionDelay;
        }
    }

    /// <summary>Gives the address to be tried now.</summary>
    /// <param name="now">The time.</param>
    /// <param name="address">The address.</param>
    /// <returns>False if there is none, or it is not yet its time.</returns>
    public bool TryNext(Instant now, out IpAddress address)
    {
        address = default;
        if (!HasAny || !CanBegin || now < _nextAt)
        {
            return false;
        }

        // §4: the families in turn, as long as both have addresses.
        var takesIPv4 = _ipv6.Count == 0 || (_nextIsIPv4 && _ipv4.Count > 0);
        address = (takesIPv4 ? _ipv4 : _ipv6).Dequeue();
        _nextIsIPv4 = !takesIPv4;
        _hasBegun = true;
        _nextAt = now + ConnectionAttemptDelay;
        return true;
    }

    /// <summary>An attempt has failed: the next need not wait.</summary>
    public void OnFailed(Instant now)
    {
        if (_hasBegun)
        {
            _nextAt = now;
        }
    }
}
