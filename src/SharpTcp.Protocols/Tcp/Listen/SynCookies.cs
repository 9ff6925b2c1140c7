using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>
/// SYN cookies (RFC 4987 §3.6): the initial sequence number of the SYN-ACK holds what we have to know of the SYN, signed, so that a flood of SYNs costs no memory. It is made of one bit
/// for the time, three for the MSS and 28 of a keyed hash of the connection and both. The key changes every minute, and one before it is taken. What else was agreed on comes back in the
/// timestamp; without timestamps there is no window scale and no SACK.
/// </summary>
internal sealed class SynCookies(IEntropy entropy)
{
    private const int MssBits = 3;
    private const int DataBits = MssBits + 1;
    private const uint OptionMask = 0x3F;
    private const uint SackBit = 0x10;
    private const uint EcnBit = 0x20;
    private const uint NoScale = 0xF;

    private static readonly TimeSpan SlotLength = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The MSS that a cookie stands for is the next smaller one of these: the defaults of both families, Ethernet with and without a tunnel, and jumbo frames. The first is the floor under
    /// every MSS that is believed (CVE-2019-11479).
    /// </summary>
    private static readonly ushort[] Sizes = [48, 536, 1220, 1380, 1440, 1460, 4312, 8940];

    private readonly SipHash[] _keys = [new(entropy), new(entropy)];
    private long _slot = -1;

    private Instant _validUntil = Instant.Zero;

    /// <summary>Whether a cookie may come back: if none was made lately, an acknowledgment of nothing costs no hash.</summary>
    public bool IsAwaited(Instant now) => now < _validUntil;

    /// <summary>The initial sequence number that answers a SYN.</summary>
    public SequenceNumber Make(in FourTuple tuple, in SynOffer offer, Instant now)
    {
        Refresh(now);
        _validUntil = now + 2 * SlotLength;
        var mss = offer.Has(SynFlags.Mss) ? offer.Mss : tuple.LocalAddress.IsIPv4 ? SegmentSizes.DefaultMssIPv4 : SegmentSizes.DefaultMssIPv6;
        var size = Sizes.Length - 1;
        while (size > 0 && Sizes[size] > mss)
        {
            size--;
        }

        return Sign(tuple, offer.Irs, (uint)(_slot & 1) | (uint)size << 1);
    }

    /// <summary>Reads the cookie that an acknowledgment without a connection gives back. One hash, whatever comes.</summary>
    /// <returns>Whether we made it, not too long ago; then <paramref name="offer"/> is what the SYN offered.</returns>
    public bool TryRead(TcpSettings settings, in FourTuple tuple, in TcpView ack, in TcpOptionSet options, uint timestampOffset, Instant now, out SynOffer offer)
    {
        offer = default;
        Refresh(now);
        var iss = ack.Acknowledgment - 1u;
        offer.Irs = ack.Sequence - 1u;
        if (Sign(tuple, offer.Irs, iss.Value & ((1u << DataBits) - 1)) != iss)
        {
            return false;
        }

        offer.Mss = Sizes[(iss.Value >> 1) & ((1 << MssBits) - 1)];
        offer.Flags = SynFlags.Mss;
        if (options.HasTimestamps && settings.Timestamps)
        {
            offer.TsRecent = options.TimestampValue;
            offer.Flags |= SynFlags.Timestamps;
            ReadOptions(settings, options.TimestampEcho - timestampOffset, ref offer);
        }

        return true;
    }

    /// <summary>The clock of timestamps, with the options of the SYN in its lowest bits. It is behind by up to 64 ticks and never ahead, so that later timestamps are newer.</summary>
    public static uint Timestamp(in SynOffer offer, uint timestampOffset, Instant now)
    {
        var options = (offer.Has(SynFlags.WindowScale) ? offer.WindowScale : NoScale)
            | (offer.Has(SynFlags.Sack) ? SackBit : 0)
            | (offer.Has(SynFlags.Ecn) ? EcnBit : 0);
        var clock = Timestamps.Value(0, now);
        var value = (clock & ~OptionMask) | options;
        return (value > clock ? value - (OptionMask + 1) : value) + timestampOffset;
    }

    private static void ReadOptions(TcpSettings settings, uint value, ref SynOffer offer)
    {
        var scale = value & NoScale;
        if (scale <= TcpOptionSet.MaxWindowScale && settings.WindowScaling)
        {
            offer.WindowScale = (byte)scale;
            offer.Flags |= SynFlags.WindowScale;
        }

        offer.Flags |= ((value & SackBit) != 0 && settings.SelectiveAcks ? SynFlags.Sack : 0)
            | ((value & EcnBit) != 0 && settings.Ecn != EcnMode.Off ? SynFlags.Ecn : 0);
    }

    private SequenceNumber Sign(in FourTuple tuple, SequenceNumber irs, uint data)
    {
        var local = tuple.LocalAddress.ToIPv6();
        var remote = tuple.RemoteAddress.ToIPv6();
        ReadOnlySpan<ulong> words =
        [
            local.Upper, local.Lower, remote.Upper, remote.Lower,
            (ulong)tuple.LocalPort << 48 | (ulong)tuple.RemotePort << 32 | irs.Value,
            data,
        ];
        var hash = _keys[data & 1].ComputeStrong(words);
        return new SequenceNumber((uint)hash << DataBits | data);
    }

    /// <summary>Two keys, of the minute that runs and of the one before.</summary>
    private void Refresh(Instant now)
    {
        var slot = now.Ticks / SlotLength.Ticks;
        if (slot == _slot)
        {
            return;
        }

        if (slot != _slot + 1)
        {
            _keys[(slot - 1) & 1] = new SipHash(entropy);
        }

        _keys[slot & 1] = new SipHash(entropy);
        _slot = slot;
    }
}
