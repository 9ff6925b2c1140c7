using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>
/// The IPv4 link-local address of an interface for as long as nobody gives it another (RFC 3927). It is asked for and defended as every address with conflict detection; one that
/// another station has is followed by the next of a sequence that begins differently for each MAC.
/// </summary>
internal sealed class LinkLocalAddress(HostCore host, NetworkInterface link) : TimerEntry, IAddressOwner
{
    // RFC 3927 §2.1: from 169.254.1.0 to 169.254.254.255.
    private const uint First = 0xA9FE_0100;
    private const uint Count = 254 * 256;

    // Connections from the address have this long after another came (RFC 3927 §1.9).
    private static readonly TimeSpan Farewell = TimeSpan.FromMinutes(1);

    // No secret: the same MAC shall come to the same address (RFC 3927 §2.1).
    private static readonly SipHash Sequence = new(0x3927, 0x3927);

    private InterfaceAddress? _address;
    private uint _attempt;

    /// <summary>There is no other address: take one, or keep the one that is there.</summary>
    public void Start(Instant now)
    {
        host.Timers.Cancel(this);
        if (_address is { IsUsable: true } kept)
        {
            host.AddressTable.SetDeprecated(kept, false);
        }
        else if (_address is null)
        {
            Take(now);
        }
    }

    /// <summary>There is another address: nothing new begins with this one, and soon it goes (RFC 3927 §1.9).</summary>
    public void Yield(Instant now)
    {
        if (_address is { IsUsable: true } old)
        {
            host.AddressTable.SetDeprecated(old, true);
            host.Timers.Schedule(this, now + Farewell);
        }
        else
        {
            Remove(now);
        }
    }

    /// <inheritdoc/>
    public void OnUsable(InterfaceAddress address, Instant now)
    {
    }

    /// <inheritdoc/>
    public void OnDuplicate(InterfaceAddress address, Instant now)
    {
        Remove(now);
        _attempt++;
        Take(now); // RFC 3927 §2.2.1, §2.5
    }

    protected internal override void OnTimer(Instant now) => Remove(now);

    private void Take(Instant now)
    {
        var candidate = Candidate();
        while (host.AddressTable.FindOwn(candidate) is not null)
        {
            _attempt++;
            candidate = Candidate();
        }

        if (host.AddressTable.All.Count < AddressTable.Capacity)
        {
            _address = new InterfaceAddress(link, new Prefix(candidate, 16), AddressOrigin.LinkLocal) { Owner = this, IsAlwaysDetected = true };
            host.AddressTable.Add(_address, now, now);
        }
    }

    private IPv4Address Candidate() => new(First + (uint)(Sequence.Compute(link.HardwareAddress.Value, _attempt, 0, 0, 0) % Count));

    private void Remove(Instant now)
    {
        host.Timers.Cancel(this);
        if (_address is { } old)
        {
            _address = null;
            host.AddressTable.Remove(old, now);
        }
    }
}
