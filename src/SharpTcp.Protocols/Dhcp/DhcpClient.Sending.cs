using System;
using System.Net.Sockets;
using System.Text;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <content>What a client says (RFC 2131 §4.3.2, §4.4, table 5).</content>
internal sealed partial class DhcpClient
{
    private const int HeadersBeforeMessage = IPv4View.MinHeaderLength + UdpView.HeaderLength;
    private const int LeastMaximumSize = 576; // RFC 2132 §9.10
    private const int MostMaximumSize = 1500 - HeadersBeforeMessage;

    // RFC 2131 §3.5: the same list in every message. RFC 3442: classless routes before the router option.
    private static readonly byte[] Parameters =
    [
        (byte)DhcpOption.SubnetMask, (byte)DhcpOption.ClasslessRoutes, (byte)DhcpOption.Router, (byte)DhcpOption.DnsServer, (byte)DhcpOption.DomainName,
        (byte)DhcpOption.DomainSearch, (byte)DhcpOption.InterfaceMtu, (byte)DhcpOption.NtpServer, (byte)DhcpOption.HostName, (byte)DhcpOption.LeaseTime,
        (byte)DhcpOption.RenewalTime, (byte)DhcpOption.RebindingTime,
    ];

    private static byte[] MakeIdentifier(NetworkInterface link, DhcpClientIdentifier kind)
    {
        Span<byte> mac = stackalloc byte[MacAddress.Length];
        link.HardwareAddress.Write(mac);
        return kind == DhcpClientIdentifier.HardwareAddress
            ? [1, .. mac] // RFC 2132 §9.14
            : [255, .. mac[2..], 0, 3, 0, 1, .. mac]; // RFC 4361 §6.1: IAID, then the DUID of RFC 8415 §11.4
    }

    private void SendDiscover(Instant now)
    {
        var writer = Write(DhcpMessageType.Discover, now);
        if (!_wanted.IsUnspecified)
        {
            writer.Add(DhcpOption.RequestedAddress, _wanted);
        }

        AddWishes(ref writer);
        Broadcast(writer.Finish(), default);
    }

    /// <summary>RFC 2131 §4.3.2: which of the two options and of ciaddr a request carries says in which state it was sent.</summary>
    private void SendRequest(Instant now)
    {
        var writer = Write(DhcpMessageType.Request, now);
        if (State == DhcpState.Requesting)
        {
            writer.Add(DhcpOption.ServerIdentifier, _server);
        }

        if (State is DhcpState.Requesting or DhcpState.Rebooting)
        {
            writer.Add(DhcpOption.RequestedAddress, _wanted);
        }

        AddWishes(ref writer);
        if (State == DhcpState.Renewing)
        {
            SendToServer(writer.Finish(), now);
        }
        else
        {
            Broadcast(writer.Finish(), State == DhcpState.Rebinding ? _wanted : default);
        }
    }

    /// <summary>Another station has the address (RFC 2131 §4.4.4).</summary>
    private void SendDecline(DhcpLease lease, Instant now)
    {
        Begin(DhcpState.Init, now);
        var writer = Write(DhcpMessageType.Decline, now);
        writer.Add(DhcpOption.RequestedAddress, lease.Address.Address.ToIPv4());
        writer.Add(DhcpOption.ServerIdentifier, lease.Server);
        Broadcast(writer.Finish(), default);
    }

    /// <summary>Gives the address back (RFC 2131 §4.4.6).</summary>
    private void SendRelease(Instant now)
    {
        Begin(DhcpState.Releasing, now);
        var writer = Write(DhcpMessageType.Release, now);
        writer.Add(DhcpOption.ServerIdentifier, _lease!.Server);
        SendToServer(writer.Finish(), now);
    }

    private DhcpWriter Write(DhcpMessageType type, Instant now)
    {
        var hasAddress = State is DhcpState.Renewing or DhcpState.Rebinding or DhcpState.Releasing;
        var header = new DhcpHeader(
            _transaction,
            _link.HardwareAddress,
            (ushort)Math.Min((now - _began).TotalSeconds, ushort.MaxValue),
            IsBroadcast: _options.Broadcast && !hasAddress && type != DhcpMessageType.Decline,
            ClientAddress: hasAddress ? _wanted : default);
        var writer = new DhcpWriter(_message, type, header);
        writer.Add(DhcpOption.ClientIdentifier, _identifier);
        _host.Counters.Add(Counter.DhcpOut);
        return writer;
    }

    private void AddWishes(ref DhcpWriter writer)
    {
        var size = Math.Clamp(_link.Mtu - HeadersBeforeMessage, LeastMaximumSize, MostMaximumSize);
        writer.Add(DhcpOption.MaximumMessageSize, [(byte)(size >> 8), (byte)size]);
        writer.Add(DhcpOption.ParameterRequestList, Parameters);
        if (_options.HostName is { } name)
        {
            Span<byte> text = stackalloc byte[name.Length];
            writer.Add(DhcpOption.HostName, text[..Encoding.ASCII.GetBytes(name, text)]);
        }
    }

    private void Broadcast(int length, IPv4Address source) => _host.LinkControl.SendDhcp(_link, source, _message.AsSpan(0, length));

    /// <summary>Sends to the server as any datagram goes, perhaps by a router.</summary>
    private void SendToServer(int length, Instant now)
    {
        if (_host.Ip.Resolve(_wanted, _lease!.Server, _link.Index, now, out _way) != SocketError.Success)
        {
            return;
        }

        UdpWriter.Write(_host.Ip.TransportHeader, UdpPorts.DhcpClient, UdpPorts.DhcpServer, length);
        var packet = new TransportPacket { HeaderLength = UdpView.HeaderLength, First = _message.AsSpan(0, length), Protocol = IpProtocol.Udp };
        _host.Ip.Send(_way!, ref packet, now); // one that is refused is followed by another, as one that is lost
    }
}
