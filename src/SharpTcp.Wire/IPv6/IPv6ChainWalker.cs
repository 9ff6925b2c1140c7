using System;

namespace SharpTcp.Wire;

/// <summary>The pass over the extension headers that fills an <see cref="IPv6ExtensionChain"/>.</summary>
internal ref struct IPv6ChainWalker
{
    private readonly IPv6ExtensionLimits _limits;
    private readonly bool _toMulticast;
    private readonly ReadOnlySpan<byte> _packet;
    private int _at = IPv6View.HeaderLength;
    private int _field = IPv6View.NextHeaderOffset;
    private ushort? _routerAlert;
    private FragmentView _fragment;
    private int _fragmentAt;
    private int _fragmentField;

    public IPv6ChainWalker(scoped in IPv6View packet, IPv6ExtensionLimits limits)
    {
        _packet = packet.Packet;
        _toMulticast = packet.Destination.IsMulticast;
        _limits = limits;
    }

    private readonly byte Protocol => _packet[_field];

    private readonly bool HasFragment => _fragmentAt > 0;

    public IPv6ExtensionChain Walk()
    {
        for (var headers = 0; headers <= _limits.MaxHeaders; headers++)
        {
            IPv6ExtensionChain refusal;
            switch (Protocol)
            {
                case IpProtocol.HopByHop when headers > 0:
                    // RFC 8200 §4: only behind the fixed header is it hop-by-hop, anywhere else it is an unknown next header.
                    return Problem(Icmpv6ParameterProblemCode.UnrecognizedNextHeader, _field);
                case IpProtocol.HopByHop:
                case IpProtocol.DestinationOptions:
                    if (!TryOptions(Protocol == IpProtocol.HopByHop, out refusal))
                        return refusal;
                    break;
                case IpProtocol.Routing:
                    if (!TryRouting(out refusal))
                        return refusal;
                    break;
                case IpProtocol.Ipv6Fragment:
                    if (!TryFragment(out var whole, out refusal))
                        return refusal;
                    if (!whole)
                        return Piece();
                    break;
                case IpProtocol.Ah:
                    if (!TryStep(_packet, ref _at, ref _field))
                        return Drop();
                    break;
                default:
                    return Result(IPv6ChainVerdict.Deliver);
            }
        }
        return Drop();
    }

    private readonly IPv6ExtensionChain Drop() => Result(IPv6ChainVerdict.Drop);

    private readonly IPv6ExtensionChain Problem(Icmpv6ParameterProblemCode code, int pointer, bool evenToMulticast = false) =>
        Result(_toMulticast && !evenToMulticast ? IPv6ChainVerdict.Drop : IPv6ChainVerdict.ParameterProblem, code, pointer); // RFC 4443 §2.4 (e.3)

    private readonly IPv6ExtensionChain Result(
        IPv6ChainVerdict verdict, Icmpv6ParameterProblemCode code = default, int pointer = 0) => new()
        {
            Verdict = verdict,
            ProblemCode = code,
            ProblemPointer = pointer,
            Protocol = Protocol,
            UpperLayerOffset = verdict == IPv6ChainVerdict.Deliver ? _at : 0,
            UpperLayer = verdict == IPv6ChainVerdict.Deliver ? _packet[_at..] : default,
            ProtocolFieldOffset = _field,
            HasFragment = HasFragment,
            Fragment = _fragment,
            FragmentHeaderOffset = _fragmentAt,
            FragmentProtocolFieldOffset = _fragmentField,
            FragmentData = verdict == IPv6ChainVerdict.Fragment ? _packet[(_fragmentAt + FragmentView.HeaderLength)..] : default,
            RouterAlert = _routerAlert,
        };

    private readonly IPv6ExtensionChain Piece() => Result(IPv6ChainVerdict.Fragment);

    /// <summary>Goes over the header at <paramref name="at"/>, whose kind <paramref name="field"/> names. False if it is cut off.</summary>
    internal static bool TryStep(ReadOnlySpan<byte> packet, ref int at, ref int field)
    {
        var rest = packet.Length - at;
        if (rest < 8)
            return false;
        var length = packet[field] switch
        {
            IpProtocol.Ah => (packet[at + 1] + 2) * 4, // RFC 4302 §2.2
            IpProtocol.Ipv6Fragment => FragmentView.HeaderLength,
            _ => (packet[at + 1] + 1) * 8,
        };
        if (length < 8 || length > rest)
            return false;
        field = at;
        at += length;
        return true;
    }

    private bool TryOptions(bool hopByHop, out IPv6ExtensionChain refusal)
    {
        refusal = default;
        var start = _at;
        if (!TryStep(_packet, ref _at, ref _field))
        {
            refusal = Drop();
            return false;
        }
        int options = 0, padding = 0;
        for (var at = start + 2; at < _at;)
        {
            var type = _packet[at];
            // RFC 8200 §4.2: Pad1 is the one option without a length.
            var length = type == IPv6Option.Pad1 ? 1 : at + 1 < _at ? 2 + _packet[at + 1] : int.MaxValue;
            if (length > _at - at)
            {
                refusal = Drop();
                return false;
            }
            if (type is IPv6Option.Pad1 or IPv6Option.PadN)
                padding += length;
            else if (hopByHop && type == IPv6Option.RouterAlert && length == 4)
                _routerAlert ??= (ushort)((_packet[at + 2] << 8) | _packet[at + 3]); // RFC 2711 §2.1
            else if (!TrySkipUnknown(type, at, out refusal))
                return false;
            if (type is not (IPv6Option.Pad1 or IPv6Option.PadN))
                (options, padding) = (options + 1, 0);
            if (options > _limits.MaxOptions || padding > _limits.MaxPadding) // RFC 8504 §5.3
            {
                refusal = Drop();
                return false;
            }
            at += length;
        }
        return true;
    }

    // RFC 8200 §4.2: the two highest bits say what becomes of a packet with an option that is not recognised.
    private readonly bool TrySkipUnknown(byte type, int at, out IPv6ExtensionChain refusal)
    {
        const Icmpv6ParameterProblemCode code = Icmpv6ParameterProblemCode.UnrecognizedOption;
        refusal = (type >> 6) switch
        {
            0 => default,
            1 => Drop(),
            2 => Problem(code, at, evenToMulticast: true),
            _ => Problem(code, at),
        };
        return type >> 6 == 0;
    }

    // RFC 8200 §4.4; type 0 is like any other type that is not recognised (RFC 5095 §3), and this host recognises none.
    private bool TryRouting(out IPv6ExtensionChain refusal)
    {
        var start = _at;
        if (!TryStep(_packet, ref _at, ref _field))
            refusal = Drop();
        else if (_packet[start + 3] != 0)
            refusal = Problem(Icmpv6ParameterProblemCode.ErroneousHeaderField, start + 2);
        else
            refusal = new IPv6ExtensionChain { Verdict = IPv6ChainVerdict.Deliver };
        return refusal.Verdict == IPv6ChainVerdict.Deliver;
    }

    // RFC 8200 §4.5
    private bool TryFragment(out bool whole, out IPv6ExtensionChain refusal)
    {
        whole = false;
        refusal = Drop();
        // A fragment inside a fragment is nothing that a sender makes; a second header would let it hide from reassembly.
        if (HasFragment || !FragmentView.TryParse(_packet[_at..], out var fragment))
            return false;
        (_fragment, _fragmentAt, _fragmentField) = (fragment, _at, _field);
        _field = _at;
        _at += FragmentView.HeaderLength;
        whole = fragment.IsAtomic; // RFC 6946 §4: processed by itself
        if (whole)
            return true;
        var length = _packet.Length - _at;
        if (fragment.More && length % 8 != 0)
            refusal = Problem(Icmpv6ParameterProblemCode.ErroneousHeaderField, IPv6View.PayloadLengthOffset);
        else if (_fragmentAt - IPv6View.HeaderLength + fragment.Offset + length > ushort.MaxValue)
            refusal = Problem(Icmpv6ParameterProblemCode.ErroneousHeaderField, _fragmentAt + 2);
        else if (fragment.Offset == 0 && !HoldsUpperLayerHeader())
            refusal = Problem(Icmpv6ParameterProblemCode.IncompleteHeaderChain, 0);
        else
            return true;
        return false;
    }

    // RFC 7112 §5: the first fragment holds every header up to and including the upper layer's.
    private readonly bool HoldsUpperLayerHeader()
    {
        int at = _at, field = _field;
        for (var headers = 0; headers <= _limits.MaxHeaders; headers++)
        {
            switch (_packet[field])
            {
                case IpProtocol.HopByHop or IpProtocol.DestinationOptions or IpProtocol.Routing or IpProtocol.Ipv6Fragment
                    or IpProtocol.Ah:
                    if (!TryStep(_packet, ref at, ref field))
                        return false;
                    break;
                case IpProtocol.Tcp:
                    return _packet.Length - at >= 20 && _packet.Length - at >= (_packet[at + 12] >> 4) * 4;
                case IpProtocol.NoNext:
                    return true;
                default:
                    return _packet.Length - at >= 8; // UDP, ICMPv6, ESP
            }
        }
        return false;
    }
}
