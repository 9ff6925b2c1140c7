using System;
using System.Net.Sockets;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>The IP layer as the transports see it.</summary>
public interface IIpOutput
{
    /// <summary>Bytes of <see cref="TransportHeader"/>.</summary>
    const int TransportHeaderCapacity = 128;

    /// <summary>The scratch block for one transport header; its content lives until the next <see cref="Send"/>.</summary>
    Span<byte> TransportHeader { get; }

    /// <summary>
    /// Finds the way to <paramref name="destination"/>: next hop, interface, source address (RFC 6724, unless <paramref name="source"/>
    /// is given) and path MTU.
    /// </summary>
    /// <param name="source">The source address to use, or the unspecified address of the family for the host's choice.</param>
    /// <param name="destination">Where to.</param>
    /// <param name="interfaceIndex">The only interface allowed (bound socket, scope id), or 0.</param>
    /// <param name="now">The time.</param>
    /// <param name="entry">The destination cache entry.</param>
    /// <returns>
    /// <see cref="SocketError.Success"/>, <see cref="SocketError.NetworkUnreachable"/> (no route, no source address of that family) or
    /// <see cref="SocketError.AddressNotAvailable"/> (<paramref name="source"/> is not ours).
    /// </returns>
    SocketError Resolve(IpAddress source, IpAddress destination, int interfaceIndex, Instant now, out Destination? entry);

    /// <summary>
    /// Sends a packet: writes network and link headers before the transport header, sums it or leaves that to the link, cuts a
    /// super-segment where the link cannot, fragments where allowed.
    /// </summary>
    SendStatus Send(Destination destination, ref TransportPacket packet, Instant now);

    /// <summary>A transport saw forward progress to this destination: its neighbour is reachable (RFC 4861 §7.3.1).</summary>
    void ConfirmReachable(Destination destination, Instant now);

    /// <summary>Asks for a neighbour or route to be looked at again after retransmissions without an answer (R1, RFC 9293 §3.8.3).</summary>
    void AdviseFailure(Destination destination, Instant now);

    /// <summary>
    /// A router said that packets of more than <paramref name="mtu"/> bytes do not reach the destination, and the transport found the message credible
    /// (RFC 1191 §3, RFC 8201 §4, RFC 5927 §7). Values below what the family guarantees (68, 1,280) are ignored, and so are those that would raise the path MTU. It is
    /// forgotten after ten minutes.
    /// </summary>
    /// <returns>Whether the path MTU is now lower.</returns>
    bool ReducePathMtu(Destination destination, int mtu, Instant now);
}
