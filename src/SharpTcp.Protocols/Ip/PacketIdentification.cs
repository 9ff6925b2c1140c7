using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>Where the identifications of a destination begin, and the counter that is added.</summary>
internal readonly record struct PacketIdentificationSeed(uint Start, int Counter);

/// <summary>
/// Identifications of IPv4 packets and IPv6 fragments: a keyed hash of the two addresses plus one of many counters, itself chosen by a keyed hash. Nobody who sees the
/// identifications of one destination learns those of another (RFC 7739 §5.3), and within a destination none comes twice in 2¹⁶ respectively 2³² packets (RFC 6864 §4.3).
/// </summary>
internal sealed class PacketIdentification
{
    private const int Counters = 256;

    private readonly uint[] _counters = new uint[Counters];
    private readonly SipHash _start;
    private readonly SipHash _choice;

    public PacketIdentification(IEntropy entropy)
    {
        _start = new SipHash(entropy);
        _choice = new SipHash(entropy);
        for (var i = 0; i < Counters; i++)
        {
            _counters[i] = entropy.NextUInt32();
        }
    }

    /// <summary>What a destination needs to know.</summary>
    public PacketIdentificationSeed Seed(IpAddress source, IpAddress destination)
    {
        var from = source.ToIPv6();
        var to = destination.ToIPv6();
        var start = (uint)_start.Compute(from.Upper, from.Lower, to.Upper, to.Lower, 0);
        var counter = (int)(_choice.Compute(from.Upper, from.Lower, to.Upper, to.Lower, 0) % Counters);
        return new PacketIdentificationSeed(start, counter);
    }

    /// <summary>The next identification; <paramref name="count"/> of them in a row are taken.</summary>
    public uint Next(in PacketIdentificationSeed seed, int count = 1)
    {
        ref var counter = ref _counters[seed.Counter];
        var identification = seed.Start + counter;
        counter += (uint)count;
        return identification;
    }
}
