using System;
using System.Buffers.Binary;
using System.Net.Sockets;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>
/// ICMP echo for programs without privileges, as Linux has it: what is sent is an echo request from its type on, whose identifier and checksum the host writes; what is received are the answers to it.
/// </summary>
public sealed class PingPort : IDatagramPort, IIcmpEchoUser
{
    private readonly HostCore _host;
    private readonly bool _isIPv4;
    private readonly UdpReceiveQueue _queue;
    private readonly IRawUser _user;
    private readonly IcmpEchoPort _echo;
    private SocketError _error;

    private PingPort(HostCore host, bool isIPv4, TransportEndpoint local, IRawUser user)
    {
        _host = host;
        _isIPv4 = isIPv4;
        _user = user;
        _queue = new UdpReceiveQueue(host.Buffers);
        _echo = host.Echo.Open(this)!;
        Local = local with { Port = _echo.Identifier };
    }

    /// <summary>Its address, and its identifier as a port.</summary>
    public TransportEndpoint Local { get; }

    /// <inheritdoc/>
    public TransportEndpoint? Remote { get; private set; }

    /// <inheritdoc/>
    public int ReceiveBufferSize { get; set; } = 256 * 1024;

    /// <inheritdoc/>
    public bool IsReadable => !_queue.IsEmpty;

    /// <inheritdoc/>
    public bool HasError => _error != SocketError.Success;

    /// <inheritdoc/>
    public int NextLength => _queue.NextLength;

    /// <inheritdoc/>
    public bool Broadcast { get; set; }

    /// <inheritdoc/>
    public byte HopLimit { get; set; }

    /// <inheritdoc/>
    public byte TrafficClass { get; set; }

    /// <inheritdoc/>
    public bool DontFragment { get; set; }

    /// <summary>Opens a port with an identifier by chance.</summary>
    /// <param name="host">The host.</param>
    /// <param name="isIPv4">The family.</param>
    /// <param name="local">Its address; identifiers are given, so the port is 0.</param>
    /// <param name="user">Who is told.</param>
    /// <param name="port">The port.</param>
    /// <returns><see cref="SocketError.Success"/>, <see cref="SocketError.AddressNotAvailable"/> or <see cref="SocketError.TooManyOpenSockets"/>.</returns>
    public static SocketError Open(HostCore host, bool isIPv4, TransportEndpoint local, IRawUser user, out PingPort? port)
    {
        port = null;
        if (local.Port != 0 || (!local.Address.IsUnspecified && host.AddressTable.FindOwn(local.Address, local.Scope) is not { IsUsable: true }))
        {
            return SocketError.AddressNotAvailable;
        }

        if (host.Echo.IsFull)
        {
            return SocketError.TooManyOpenSockets;
        }

        port = new PingPort(host, isIPv4, local, user);
        return SocketError.Success;
    }

    /// <inheritdoc/>
    public SocketError Connect(TransportEndpoint remote, Instant now)
    {
        var error = _host.Ip.Resolve(default, remote.Address, remote.Scope, now, out _);
        if (error == SocketError.Success)
        {
            Remote = remote;
        }

        return error;
    }

    /// <inheritdoc/>
    public SocketError Send(ReadOnlySpan<byte> payload, TransportEndpoint destination, in UdpSendOptions options, Instant now)
    {
        if (TakeError() is var error && error != SocketError.Success)
        {
            return error;
        }

        var request = _isIPv4 ? (byte)Icmpv4Type.EchoRequest : (byte)Icmpv6Type.EchoRequest;
        if (payload.Length < Icmpv4View.HeaderLength || payload[0] != request || payload[1] != 0)
        {
            return SocketError.InvalidArgument;
        }

        var zone = options.Interface != 0 ? options.Interface : destination.Scope != 0 ? destination.Scope : Local.Scope;
        var sequence = BinaryPrimitives.ReadUInt16BigEndian(payload[6..]);
        return _echo.Send(destination.Address, zone, sequence, payload[Icmpv4View.HeaderLength..], HopLimit, now);
    }

    /// <inheritdoc/>
    public bool TryReceive(Span<byte> buffer, out UdpDatagram datagram, bool peek = false) => _queue.TryTake(buffer, out datagram, peek);

    /// <inheritdoc/>
    public SocketError TakeError()
    {
        var error = _error;
        _error = SocketError.Success;
        return error;
    }

    /// <inheritdoc/>
    public void Close()
    {
        _echo.Close();
        _queue.Clear();
    }

    /// <inheritdoc/>
    void IIcmpEchoUser.OnEchoReply(IcmpEchoPort port, in IcmpEchoReply reply, Instant now)
    {
        if (reply.Source.IsIPv4 != _isIPv4 || (Remote is { } remote && remote.Address != reply.Source))
        {
            return;
        }

        var message = _host.Ip.WholePacket[..(Icmpv4View.HeaderLength + reply.Data.Length)];
        message[..Icmpv4View.HeaderLength].Clear();
        message[0] = _isIPv4 ? (byte)Icmpv4Type.EchoReply : (byte)Icmpv6Type.EchoReply;
        BinaryPrimitives.WriteUInt16BigEndian(message[4..], port.Identifier);
        BinaryPrimitives.WriteUInt16BigEndian(message[6..], reply.Sequence);
        reply.Data.CopyTo(message[Icmpv4View.HeaderLength..]);
        var sum = _isIPv4 ? 0 : InternetChecksum.AddPseudoHeader(reply.Source, reply.Meta.Destination, IpProtocol.Icmpv6, (uint)message.Length);
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], InternetChecksum.Finish(InternetChecksum.Add(message, sum)));
        if (_queue.TryAdd(message, 0, reply.Meta, ReceiveBufferSize))
        {
            _user.OnRawEvent();
        }
    }

    /// <inheritdoc/>
    void IIcmpEchoUser.OnEchoError(IcmpEchoPort port, ushort sequence, in IcmpErrorReport error, Instant now)
    {
        // As for UDP, who has one peer is told; who has none could not know whose error it is.
        if (Remote is not null)
        {
            _error = error.ToSocketError();
            _user.OnRawEvent();
        }
    }
}
