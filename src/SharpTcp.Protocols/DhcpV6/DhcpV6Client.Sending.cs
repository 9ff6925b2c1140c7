using System;
using System.Buffers.Binary;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <content>What a client says (RFC 8415 §18.2), always to all servers and relays of the link.</content>
internal sealed partial class DhcpV6Client
{
    private const int MaxMessage = 320; // a DUID of ours, one of a server of at most 130, and an address

    // RFC 8415 §21.7; SOL_MAX_RT and INF_MAX_RT must be asked for.
    private static readonly byte[] Wishes = [0, (byte)DhcpV6Option.DnsServers, 0, (byte)DhcpV6Option.DomainList, 0, (byte)DhcpV6Option.SolicitMaxTime];

    private static readonly byte[] StatelessWishes =
    [
        0, (byte)DhcpV6Option.DnsServers, 0, (byte)DhcpV6Option.DomainList, 0, (byte)DhcpV6Option.InformationRefreshTime, 0, (byte)DhcpV6Option.InformationMaxTime,
    ];

    private bool TrySend(Instant now)
    {
        var source = GroupTable.ReportSource(_link, isIPv6: true).ToIPv6();
        if (source.IsUnspecified)
        {
            return false;
        }

        var writer = new DhcpV6Writer(_message, TypeOf(State), _transaction);
        writer.Add(DhcpV6Option.ClientIdentifier, _identifier);
        if (State is DhcpV6State.Requesting or DhcpV6State.Renewing or DhcpV6State.Releasing or DhcpV6State.Declining)
        {
            writer.Add(DhcpV6Option.ServerIdentifier, _server);
        }

        if (State != DhcpV6State.Informing)
        {
            writer.AddAssociation(_association, 0, 0, _wanted);
        }

        if (State is not (DhcpV6State.Confirming or DhcpV6State.Releasing or DhcpV6State.Declining))
        {
            writer.Add(DhcpV6Option.OptionRequest, State == DhcpV6State.Informing ? StatelessWishes : Wishes);
        }

        if (State == DhcpV6State.Soliciting && _settings.RapidCommit)
        {
            writer.Add(DhcpV6Option.RapidCommit);
        }

        // RFC 8415 §21.9: hundredths of a second since the first message of the exchange.
        Span<byte> elapsed = stackalloc byte[2];
        var hundredths = _tries == 0 ? 0 : Math.Min((now - _sentFirst).TotalMilliseconds / 10, ushort.MaxValue);
        BinaryPrimitives.WriteUInt16BigEndian(elapsed, (ushort)hundredths);
        writer.Add(DhcpV6Option.ElapsedTime, elapsed);
        _host.Counters.Add(Counter.DhcpV6Out);
        _host.LinkControl.SendDhcpV6(_link, source, _message.AsSpan(0, writer.Length));
        return true;
    }

    private static DhcpV6MessageType TypeOf(DhcpV6State state) => state switch
    {
        DhcpV6State.Confirming => DhcpV6MessageType.Confirm,
        DhcpV6State.Requesting => DhcpV6MessageType.Request,
        DhcpV6State.Renewing => DhcpV6MessageType.Renew,
        DhcpV6State.Rebinding => DhcpV6MessageType.Rebind,
        DhcpV6State.Declining => DhcpV6MessageType.Decline,
        DhcpV6State.Releasing => DhcpV6MessageType.Release,
        DhcpV6State.Informing => DhcpV6MessageType.InformationRequest,
        _ => DhcpV6MessageType.Solicit,
    };
}
