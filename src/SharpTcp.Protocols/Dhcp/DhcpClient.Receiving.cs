using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <content>What servers say.</content>
internal sealed partial class DhcpClient
{
    /// <summary>Whether a packet to this address may be an answer though the address is not ours yet (RFC 2131 §4.1: a client may take them before it has its address).</summary>
    public bool Awaits(in IPv4View packet) =>
        State is DhcpState.Selecting or DhcpState.Requesting or DhcpState.Rebooting
        && packet is { Protocol: IpProtocol.Udp, IsFragment: false }
        && UdpView.TryParse(packet.Payload, out var datagram)
        && datagram is { SourcePort: UdpPorts.DhcpServer, DestinationPort: UdpPorts.DhcpClient };

    /// <summary>Takes what came to the client's port.</summary>
    public DropReason Receive(in UdpView datagram, Instant now)
    {
        if (datagram.SourcePort != UdpPorts.DhcpServer || !DhcpView.TryParse(datagram.Payload, out var message) || !message.IsReply)
        {
            return DropReason.BadDhcp;
        }

        // RFC 2131 §4.4.1: of another transaction or another client. Without a question there is no answer.
        if (!IsAsking || message.TransactionId != _transaction || message.ClientMac != _link.HardwareAddress || !IsOurIdentifier(message))
        {
            return DropReason.DhcpNotForUs;
        }

        _host.Counters.Add(Counter.DhcpIn);
        return message.MessageType switch
        {
            DhcpMessageType.Offer => OnOffer(message, now),
            DhcpMessageType.Ack => OnAck(message, now),
            DhcpMessageType.Nak => OnNak(message, now),
            _ => DropReason.BadDhcp,
        };
    }

    private bool IsAsking => State is DhcpState.Selecting or DhcpState.Requesting or DhcpState.Rebooting or DhcpState.Renewing or DhcpState.Rebinding;

    /// <summary>A server may leave it out; what it says must be right (RFC 6842 §3).</summary>
    private bool IsOurIdentifier(in DhcpView message)
    {
        Span<byte> value = stackalloc byte[byte.MaxValue];
        var length = message.Read(DhcpOption.ClientIdentifier, value);
        return length < 0 || value[..length].SequenceEqual(_identifier);
    }

    /// <summary>The first offer that can be used is taken.</summary>
    private DropReason OnOffer(in DhcpView message, Instant now)
    {
        if (State != DhcpState.Selecting)
        {
            return DropReason.DhcpNotForUs;
        }

        if (!DhcpLeaseReader.TryReadTerms(message, out var address, out var server, out _) || !CanHave(address.Address))
        {
            return DropReason.BadDhcp;
        }

        _wanted = address.Address.ToIPv4();
        _server = server;
        State = DhcpState.Requesting;
        _tries = 0;
        Request(now);
        return DropReason.None;
    }

    private DropReason OnAck(in DhcpView message, Instant now)
    {
        if (State == DhcpState.Selecting)
        {
            return DropReason.DhcpNotForUs;
        }

        if (DhcpLeaseReader.Read(message, _link.Mtu) is not { } lease || lease.Address.Address != (IpAddress)_wanted || !CanHave(lease.Address.Address))
        {
            return DropReason.BadDhcp;
        }

        if (!IsFromOurServer(lease.Server))
        {
            return DropReason.DhcpNotForUs;
        }

        TakeLease(lease, now);
        return DropReason.None;
    }

    /// <summary>The address may not be used, from now on (RFC 2131 §3.2, §4.4.5).</summary>
    private DropReason OnNak(in DhcpView message, Instant now)
    {
        if (State == DhcpState.Selecting || !message.TryReadAddress(DhcpOption.ServerIdentifier, out var server) || !IsFromOurServer(server))
        {
            return DropReason.DhcpNotForUs;
        }

        _failures++;
        LoseLease(now);
        _wanted = default;
        Restart(TimeSpan.Zero, now);
        return DropReason.None;
    }

    /// <summary>One server was asked, or all.</summary>
    private bool IsFromOurServer(IPv4Address server) => State switch
    {
        DhcpState.Requesting => server == _server,
        DhcpState.Renewing => server == _lease!.Server,
        _ => true,
    };

    /// <summary>Whether an address is ours already from this client, or free here and there is room for it.</summary>
    private bool CanHave(IpAddress address) =>
        _host.AddressTable.FindOwn(address) is { } own ? own == _address : _address is not null || _host.AddressTable.All.Count < AddressTable.Capacity;
}
