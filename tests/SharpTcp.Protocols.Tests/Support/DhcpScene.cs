using System;
using System.Collections.Generic;
using System.Linq;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Protocols.Tests;

/// <summary>A message that the client sent, taken apart.</summary>
internal sealed record ClientMessage(
    Instant At, MacAddress To, IPv4Address Source, IPv4Address Destination, DhcpMessageType Type, uint Transaction, ushort Seconds, bool IsBroadcast,
    IPv4Address ClientAddress, IReadOnlyDictionary<DhcpOption, byte[]> Options)
{
    public IPv4Address? Requested => Address(DhcpOption.RequestedAddress);

    public IPv4Address? Server => Address(DhcpOption.ServerIdentifier);

    private IPv4Address? Address(DhcpOption code) => Options.TryGetValue(code, out var value) ? new IPv4Address(value) : null;
}

/// <summary>A host with a DHCP client in virtual time, and a server that says what the test wants.</summary>
internal sealed class DhcpScene
{
    public static readonly IPv4Address Server = HostFixture.Peer4;
    public static readonly IPv4Address Leased = IPv4Address.Parse("10.0.1.150");

    public DhcpScene(DhcpOptions? options = null, ulong seed = 1, bool conflictDetection = false, bool ip4LinkLocal = false, int mtu = 1500)
    {
        Fixture = new HostFixture(
            addresses: false, neighbors: false, seed: seed, conflictDetection: conflictDetection, dhcp: options ?? new DhcpOptions(), ip4LinkLocal: ip4LinkLocal, mtu: mtu);
    }

    public HostFixture Fixture { get; }

    public HostCore Host => Fixture.Host;

    public DhcpState State => Host.GetDhcpState(Fixture.Link);

    public DhcpLease? Lease => Host.GetLease(Fixture.Link)?.Lease;

    /// <summary>ARP packets and others that the host sent while <see cref="Advance"/> looked for messages.</summary>
    public List<byte[]> Others { get; } = [];

    /// <summary>Lets time pass, answering ARP for the server, and gives the client's messages with their moments, to 10 ms.</summary>
    public List<ClientMessage> Advance(TimeSpan span, bool answerArp = true)
    {
        List<ClientMessage> all = [];
        var step = TimeSpan.FromMilliseconds(10);
        for (var left = span; left >= TimeSpan.Zero; left -= step)
        {
            // Long stretches without a deadline go by in one step.
            var quiet = Host.NextDeadline - Fixture.Now;
            if (quiet > step && left > step)
                step = TimeSpan.FromTicks(Math.Min(Math.Min(quiet.Ticks - 1, left.Ticks), TimeSpan.FromDays(30).Ticks));
            all.AddRange(Sort(Fixture.Advance(left < step ? left : step), answerArp));
            left -= step - TimeSpan.FromMilliseconds(10);
            step = TimeSpan.FromMilliseconds(10);
        }

        return all;
    }

    /// <summary>The next message that the client sends, within some time.</summary>
    public ClientMessage One(double seconds = 0.1)
    {
        var end = Fixture.Now + TimeSpan.FromSeconds(seconds);
        while (Fixture.Now <= end)
        {
            var quiet = Instant.Min(Host.NextDeadline, end) - Fixture.Now;
            if (Advance(quiet > TimeSpan.FromMilliseconds(20) ? quiet - TimeSpan.FromMilliseconds(10) : TimeSpan.FromMilliseconds(10)) is { Count: > 0 } sent)
                return Assert.Single(sent);
        }

        throw new Xunit.Sdk.XunitException($"The client said nothing within {seconds} s.");
    }

    /// <summary>Gives the host a frame; what the client says to it.</summary>
    public List<ClientMessage> Give(byte[] frame) => Sort(Fixture.Receive(frame), answerArp: true);

    /// <summary>Comes to a lease.</summary>
    public ClientMessage Bind(Action<Reply>? acknowledgment = null)
    {
        var discover = One();
        Assert.Equal(DhcpMessageType.Discover, discover.Type);
        var request = Assert.Single(Give(new Reply(DhcpMessageType.Offer, discover.Transaction).Frame()));
        Assert.Equal(DhcpMessageType.Request, request.Type);
        var reply = new Reply(DhcpMessageType.Ack, request.Transaction);
        acknowledgment?.Invoke(reply);
        Assert.Empty(Give(reply.Frame()));
        return request;
    }

    private List<ClientMessage> Sort(List<SentFrame> frames, bool answerArp)
    {
        List<ClientMessage> messages = [];
        foreach (var frame in frames)
        {
            if (TryParse(frame.Bytes) is { } message)
            {
                messages.Add(message);
                continue;
            }

            Others.Add(frame.Bytes);
            if (answerArp && HostFixture.IsArp(frame.Bytes) && ArpView.TryParse(Frames.Packet(frame.Bytes), out var arp)
                && arp.TargetAddress == Server && !arp.SenderAddress.IsUnspecified)
                messages.AddRange(Sort(Fixture.Receive(Frames.Arp(ArpOperation.Reply, Server, arp.SenderAddress)), answerArp));
        }

        return messages;
    }

    private ClientMessage? TryParse(byte[] frame)
    {
        if (!EthernetView.TryParse(frame, out var ethernet) || ethernet.EtherType != EtherType.IPv4 || !IPv4View.TryParse(ethernet.Payload, out var ip)
            || ip.Protocol != IpProtocol.Udp || !UdpView.TryParse(ip.Payload, out var udp) || udp.DestinationPort != UdpPorts.DhcpServer)
            return null;
        Assert.True(ip.VerifyChecksum());
        Assert.True(udp.VerifyChecksum(ip.Source, ip.Destination));
        Assert.Equal(UdpPorts.DhcpClient, udp.SourcePort);
        Assert.True(DhcpView.TryParse(udp.Payload, out var view));
        Assert.False(view.IsReply);
        Assert.Equal(HostFixture.Mac, view.ClientMac);
        Dictionary<DhcpOption, byte[]> options = [];
        var value = new byte[512];
        for (var code = 1; code < 255; code++)
        {
            if (view.Read((DhcpOption)code, value) is >= 0 and var length)
                options.Add((DhcpOption)code, value[..length]);
        }

        return new ClientMessage(
            Fixture.Now, ethernet.Destination, ip.Source, ip.Destination, view.MessageType, view.TransactionId, view.Seconds, view.IsBroadcast, view.ClientAddress, options);
    }
}

/// <summary>Puts a server's message together. What is not changed is right.</summary>
internal sealed class Reply
{
    private readonly Dictionary<DhcpOption, byte[]> _options = [];

    public Reply(DhcpMessageType type, uint transaction)
    {
        Type = type;
        Transaction = transaction;
        if (type == DhcpMessageType.Nak)
            return;
        Your = DhcpScene.Leased;
        Set(DhcpOption.LeaseTime, 3600).Set(DhcpOption.SubnetMask, 0xFFFF_FF00);
    }

    public DhcpMessageType Type { get; set; }

    public uint Transaction { get; set; }

    public MacAddress Mac { get; set; } = HostFixture.Mac;

    public IPv4Address Your { get; set; }

    public IPv4Address? Server { get; set; } = DhcpScene.Server;

    public IPv4Address From { get; set; } = DhcpScene.Server;

    public IPv4Address To { get; set; } = IPv4Address.Broadcast;

    public MacAddress ToMac { get; set; } = MacAddress.Broadcast;

    public ushort FromPort { get; set; } = UdpPorts.DhcpServer;

    public bool IsReply { get; set; } = true;

    public Reply Set(DhcpOption code, params byte[] value)
    {
        _options[code] = value;
        return this;
    }

    public Reply Set(DhcpOption code, uint value) => Set(code, [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value]);

    public Reply Set(DhcpOption code, params string[] addresses) => Set(code, [.. addresses.SelectMany(text => IPv4Address.Parse(text).ToIPAddress().GetAddressBytes())]);

    public Reply Without(DhcpOption code)
    {
        _options.Remove(code);
        return this;
    }

    public byte[] Frame()
    {
        var message = new byte[DhcpWriter.MaxLength];
        var writer = new DhcpWriter(message, Type, new DhcpHeader(Transaction, Mac, YourAddress: Your, IsReply: IsReply));
        if (Server is { } server)
            writer.Add(DhcpOption.ServerIdentifier, server);
        foreach (var (code, value) in _options)
            writer.Add(code, value);
        return Frame(message[..writer.Finish()]);
    }

    public byte[] Frame(byte[] message) =>
        Frames.IPv4(IpProtocol.Udp, Frames.UdpDatagram(From, To, FromPort, UdpPorts.DhcpClient, message), From, To, to: ToMac);
}
