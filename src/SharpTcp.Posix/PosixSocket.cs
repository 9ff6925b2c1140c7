using System;
using SharpTcp.Protocols;
using SharpTcp.Wire;

namespace SharpTcp.Posix;

/// <summary>What sockets of both kinds have in common.</summary>
internal abstract partial class PosixSocket(PosixStack stack, int family) : PosixFile(stack)
{
    /// <summary>AF_INET or AF_INET6.</summary>
    public int Family { get; } = family;

    /// <summary>SO_ERROR: the pending error, positive, or 0.</summary>
    protected int PendingError { get; set; }

    public abstract TransportEndpoint? Local { get; }

    public abstract TransportEndpoint? Peer { get; }

    public TransportEndpoint LocalOrUnspecified => Local ?? new TransportEndpoint(Any, 0);

    public TransportEndpoint PeerOrUnspecified => Peer ?? new TransportEndpoint(Any, 0);

    protected IpAddress Any => Family == LinuxSocket.AfInet ? IPv4Address.Unspecified : IPv6Address.Unspecified;

    /// <summary>An IPv6 socket speaks IPv4 too, by IPv4-mapped addresses, unless it was told not to.</summary>
    protected bool IsDualStack => Family == LinuxSocket.AfInet6 && !_ipv6Only;

    public abstract int Bind(ReadOnlySpan<byte> address, Instant now);

    public abstract int Connect(ReadOnlySpan<byte> address, ref Instant now);

    public abstract int Shutdown(int how, Instant now);

    public abstract nint Receive(
        ref IoCursor buffers, MessageFlags flags, Span<byte> source, out int sourceLength, out MessageFlags found, ref Instant now);

    public abstract nint Send(ref IoCursor buffers, MessageFlags flags, ReadOnlySpan<byte> destination, ref Instant now);

    /// <summary>Takes the pending error, positive.</summary>
    protected int TakeError()
    {
        var error = PendingError;
        PendingError = 0;
        return error;
    }

    /// <summary>When a blocking call gives up: at once with O_NONBLOCK or MSG_DONTWAIT, after SO_RCVTIMEO or SO_SNDTIMEO, or never.</summary>
    protected Instant Deadline(MessageFlags flags, TimeSpan timeout, Instant now) =>
        NonBlocking || (flags & MessageFlags.DoNotWait) != 0 ? now
        : timeout == TimeSpan.Zero ? Instant.Never
        : now + timeout;

    /// <summary>Whether an address may be written to this socket: an IPv4-mapped one not to an IPv6-only one.</summary>
    protected int Read(ReadOnlySpan<byte> address, out TransportEndpoint endpoint)
    {
        var error = SocketAddresses.Read(address, Family, out endpoint);
        return error == 0 && endpoint.Address.IsIPv4 && Family == LinuxSocket.AfInet6 && _ipv6Only ? -Errno.NetworkUnreachable : error;
    }
}
