using System;
using System.Buffers.Binary;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <content>What servers say.</content>
internal sealed partial class DhcpV6Client
{
    private const int MaxServerIdentifier = 130; // RFC 8415 §11.1
    private const byte HighestPreference = 255;
    private const uint LeastMaxTime = 60; // RFC 8415 §21.24
    private const uint MostMaxTime = 86_400;

    private byte[] _server = [];
    private DhcpV6Lease? _offer;
    private byte[] _offerServer = [];
    private int _offerPreference;
    private TimeSpan _solicitMaxTime = DhcpV6Exchange.Solicit.MaxTimeout;

    /// <summary>Takes what came to the client's port at one of our link-local addresses.</summary>
    public DropReason Receive(in UdpView datagram, in IpMeta meta, Instant now)
    {
        if (!meta.Destination.IsLinkLocal || !DhcpV6View.TryParse(datagram.Payload, out var message)
            || message.Type is not (DhcpV6MessageType.Advertise or DhcpV6MessageType.Reply)
            || !message.Options.TryFind(DhcpV6Option.ServerIdentifier, out var server) || server.Length is < 3 or > MaxServerIdentifier)
        {
            return DropReason.BadDhcp; // RFC 8415 §16.3, §16.10
        }

        var isOurs = message.Options.TryFind(DhcpV6Option.ClientIdentifier, out var client) && client.SequenceEqual(_identifier);
        if (!isOurs || message.TransactionId != _transaction || _tries == 0)
        {
            return DropReason.DhcpNotForUs;
        }

        _host.Counters.Add(Counter.DhcpV6In);
        ReadMaxTime(message);
        return message.Type == DhcpV6MessageType.Advertise ? OnAdvertise(message, server, now) : OnReply(message, server, now);
    }

    private DropReason OnAdvertise(in DhcpV6View message, ReadOnlySpan<byte> server, Instant now)
    {
        if (State != DhcpV6State.Soliciting)
        {
            return DropReason.DhcpNotForUs;
        }

        if (message.Options.Status != DhcpV6Status.Success || DhcpV6LeaseReader.Read(message, _association, server, out _) is not { } lease)
        {
            return DropReason.BadDhcp; // RFC 8415 §18.2.9: without an address there is no offer
        }

        int preference = message.Options.TryFind(DhcpV6Option.Preference, out var value) && value.Length == 1 ? value[0] : 0;
        if (_offer is null || preference > _offerPreference)
        {
            (_offer, _offerPreference) = (lease, preference);
            _offerServer = server.ToArray();
        }

        if (preference == HighestPreference || _tries > 1)
        {
            TakeOffer(now); // RFC 8415 §18.2.1: the first time-out is over, or there can be no better one
        }

        return DropReason.None;
    }

    private void TakeOffer(Instant now)
    {
        _server = _offerServer;
        _wanted = _offer!.Address;
        Begin(DhcpV6State.Requesting, DhcpV6Exchange.Request, now);
    }

    private DropReason OnReply(in DhcpV6View message, ReadOnlySpan<byte> server, Instant now)
    {
        var status = message.Options.Status;
        switch (State)
        {
            case DhcpV6State.Soliciting when _settings.RapidCommit && message.Options.TryFind(DhcpV6Option.RapidCommit, out _):
            case DhcpV6State.Requesting or DhcpV6State.Renewing when server.SequenceEqual(_server):
            case DhcpV6State.Rebinding:
                return OnLeaseReply(message, status, server, now);
            case DhcpV6State.Confirming:
                return OnConfirmed(status, now);
            case DhcpV6State.Informing when status == DhcpV6Status.Success:
                OnInformation(DhcpV6LeaseReader.ReadStateless(message, server), now);
                return DropReason.None;
            case DhcpV6State.Releasing:
                Finish();
                return DropReason.None;
            case DhcpV6State.Declining:
                Begin(DhcpV6State.Soliciting, Solicit, now);
                return DropReason.None;
            default:
                return DropReason.DhcpNotForUs;
        }
    }

    private DropReason OnLeaseReply(in DhcpV6View message, DhcpV6Status status, ReadOnlySpan<byte> server, Instant now)
    {
        var lease = status == DhcpV6Status.Success ? DhcpV6LeaseReader.Read(message, _association, server, out status) : null;
        if (lease is not null)
        {
            _server = server.ToArray();
            return TakeLease(lease, now) ? DropReason.None : DropReason.BadDhcp;
        }

        if (status == DhcpV6Status.NoBinding && State is DhcpV6State.Renewing or DhcpV6State.Rebinding)
        {
            _server = server.ToArray();
            Begin(DhcpV6State.Requesting, DhcpV6Exchange.Request, now); // RFC 8415 §18.2.10.1
        }
        else if (State == DhcpV6State.Requesting && status is DhcpV6Status.NoAddresses or DhcpV6Status.NotOnLink)
        {
            Begin(DhcpV6State.Soliciting, Solicit, now);
        }
        else if (_wanted is { } address && DhcpV6LeaseReader.Withdraws(message, _association, address))
        {
            LoseLease(now);
            Begin(DhcpV6State.Soliciting, Solicit, now);
        }

        return DropReason.None; // else the same is asked again, in its time
    }

    private DropReason OnConfirmed(DhcpV6Status status, Instant now)
    {
        if (status == DhcpV6Status.Success)
        {
            TakePrevious(now);
        }
        else if (status == DhcpV6Status.NotOnLink)
        {
            _wanted = null;
            Begin(DhcpV6State.Soliciting, Solicit, now);
        }

        return DropReason.None;
    }

    private void ReadMaxTime(in DhcpV6View message)
    {
        if (message.Options.TryFind(DhcpV6Option.SolicitMaxTime, out var value) && value.Length == 4
            && BinaryPrimitives.ReadUInt32BigEndian(value) is >= LeastMaxTime and <= MostMaxTime and var seconds)
        {
            _solicitMaxTime = TimeSpan.FromSeconds(seconds);
        }
    }
}
