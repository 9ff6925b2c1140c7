namespace SharpTcp.Wire;

/// <summary>
/// A Redirect that is valid as far as it tells itself (RFC 4861 §4.5, §8.1). That its source is the present first hop for the destination
/// remains for the host to check.
/// </summary>
public readonly ref struct RedirectView
{
    internal const int MinLength = 40;

    private RedirectView(IPv6Address target, IPv6Address destination, NdOptions options)
    {
        Target = target;
        Destination = destination;
        Options = options;
    }

    /// <summary>The better first hop: a router's link-local address, or the destination itself if it is a neighbour.</summary>
    public IPv6Address Target { get; }

    /// <summary>Whom it leads to; never multicast.</summary>
    public IPv6Address Destination { get; }

    /// <summary>True if the destination itself is a neighbour.</summary>
    public bool IsOnLink => Target == Destination;

    /// <summary>The options.</summary>
    public NdOptions Options { get; }

    /// <summary>Applies all rules of RFC 4861 §8.1 but the checksum's and the first hop's.</summary>
    /// <returns>False if the message is to be dropped in silence.</returns>
    public static bool TryParse(scoped in Icmpv6View message, scoped in IPv6Envelope envelope, out RedirectView view)
    {
        view = default;
        if (!envelope.Source.IsLinkLocal || !NdMessage.TryParse(message, envelope, Icmpv6Type.Redirect, MinLength, out var options))
            return false;
        var candidate = new RedirectView(new IPv6Address(message.Message[8..24]), new IPv6Address(message.Message[24..40]), options);
        if (candidate.Destination.IsMulticast || (!candidate.IsOnLink && !candidate.Target.IsLinkLocal))
            return false;
        view = candidate;
        return true;
    }
}
