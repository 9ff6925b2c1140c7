using System;
using System.Buffers.Binary;

namespace SharpTcp.Protocols;

/// <summary>
/// Asks on the link whether an IPv6 address is free (RFC 4862 §5.4). Each address has its own and waits for nobody else's.
/// </summary>
internal sealed class DuplicateAddressDetection(HostCore host, InterfaceAddress address) : TimerEntry
{
    private const int NonceLength = 6;

    private ulong _nonce;
    private ulong _previousNonce;
    private int _sent;

    /// <summary>Begins: at once, or after a random delay if the interface has just come up (RFC 4862 §5.4.2).</summary>
    public void Start(Instant now) => host.Timers.Schedule(this, Instant.Max(now, address.Interface.QuietUntil));

    /// <summary>Gives up.</summary>
    public void Stop() => host.Timers.Cancel(this);

    /// <summary>Whether a probe is our own, looped back by the link (RFC 7527 §4.2).</summary>
    public bool IsOwnProbe(ReadOnlySpan<byte> nonce)
    {
        if (nonce.Length != NonceLength || _sent == 0)
        {
            return false;
        }

        var value = ToNumber(nonce);
        return value == _nonce || (_sent > 1 && value == _previousNonce);
    }

    protected internal override void OnTimer(Instant now)
    {
        if (_sent >= address.Interface.Options.DuplicateAddressDetectTransmits)
        {
            host.AddressTable.OnUnique(address, now);
            return;
        }

        Span<byte> nonce = stackalloc byte[NonceLength];
        host.Entropy.Fill(nonce);
        _previousNonce = _nonce;
        _nonce = ToNumber(nonce);
        _sent++;
        host.Timers.Schedule(this, now + address.Interface.IPv6RetransTimer);
        host.LinkControl.SendDuplicateProbe(address.Interface, address.Address.ToIPv6(), nonce);
    }

    private static ulong ToNumber(ReadOnlySpan<byte> nonce) =>
        (ulong)BinaryPrimitives.ReadUInt16BigEndian(nonce) << 32 | BinaryPrimitives.ReadUInt32BigEndian(nonce[2..]);
}
