using System;
using System.Collections.Generic;
using SharpTcp.Protocols;
using SharpTcp.Protocols.Tcp;
using SharpTcp.Wire;

namespace SharpTcp.Posix.Tests;

/// <summary>
/// Two hosts on a wire of one millisecond in virtual time, each with its sockets. A call that blocks lets the network run until it need not block any more; one that would block for
/// ever fails the test.
/// </summary>
internal sealed class Network : IPosixPump
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(1);

    private readonly List<(HostCore Host, NetworkInterface Link)> _ends = [];
    private readonly Queue<(byte[] Packet, int Receiver, Instant At)> _wire = new();

    public Network(TcpSettings? settings = null)
    {
        Client = Add(settings, 1);
        Server = Add(settings, 2);
    }

    public PosixStack Client { get; }

    public PosixStack Server { get; }

    public Instant Now { get; private set; }

    /// <summary>Whether packets to the server are lost.</summary>
    public bool IsCut { get; set; }

    /// <summary>How many packets the client has sent.</summary>
    public int ClientPackets { get; private set; }

    /// <inheritdoc/>
    public Instant Enter() => Now;

    /// <inheritdoc/>
    public void Leave() => Rest();

    /// <inheritdoc/>
    public void Wake()
    {
    }

    /// <inheritdoc/>
    public Instant Sleep(Instant deadline)
    {
        Rest();
        var next = Instant.Min(deadline, NextEvent());
        if (next.IsNever)
        {
            throw new InvalidOperationException("A call blocks for ever: nothing is on the wire and no timer is armed.");
        }

        AdvanceTo(next);
        return Now;
    }

    /// <summary>Lets time pass.</summary>
    public void Run(TimeSpan time)
    {
        Rest();
        var end = Now + time;
        while (NextEvent() is var next && next <= end)
        {
            AdvanceTo(next);
        }

        Now = end;
    }

    private PosixStack Add(TcpSettings? settings, byte number)
    {
        var options = new HostOptions { Tcp = settings ?? TcpSettings.Linux, OnFault = static (fault, _) => throw fault };
        var host = new HostCore(options, new SeededEntropy(number), Now);
        var link = host.AddInterface(
            new InterfaceOptions { Name = "tun", Capabilities = new LinkCapabilities(LinkMedium.Ip, 1500), DuplicateAddressDetectTransmits = 0, IPv6LinkLocal = false },
            new Wire(this, 2 - number),
            Now);
        host.AddAddress(link, new Prefix(new IPv4Address(10, 0, 0, number), 24), Now);
        host.AddAddress(link, new Prefix(new IPv6Address(0xFD00_0000_0000_0000, number), 64), Now);
        _ends.Add((host, link));
        return new PosixStack(host, this);
    }

    private void Rest()
    {
        foreach (var (host, _) in _ends)
        {
            do
            {
                while (host.Poll(Now))
                {
                }

                if (host.NextDeadline > Now)
                {
                    break;
                }

                host.OnDeadline(Now);
            }
            while (true);
        }
    }

    private Instant NextEvent()
    {
        var next = _wire.Count > 0 ? _wire.Peek().At : Instant.Never;
        foreach (var (host, _) in _ends)
        {
            next = Instant.Min(next, host.NextDeadline);
        }

        return next;
    }

    private void AdvanceTo(Instant time)
    {
        Now = Instant.Max(Now, time);
        while (_wire.Count > 0 && _wire.Peek().At <= Now)
        {
            var (packet, receiver, _) = _wire.Dequeue();
            var (host, link) = _ends[receiver];
            host.Input(link, packet, default, Now);
        }

        Rest();
    }

    private sealed class Wire(Network network, int receiver) : IFrameSink
    {
        public bool TrySend(in OutboundFrame frame)
        {
            network.ClientPackets += receiver;
            if (!(network.IsCut && receiver == 1))
            {
                var packet = new byte[frame.Length];
                frame.CopyTo(packet);
                network._wire.Enqueue((packet, receiver, network.Now + Delay));
            }

            return true;
        }
    }

    private sealed class SeededEntropy(int seed) : IEntropy
    {
        private readonly Random _random = new(seed);

        public void Fill(Span<byte> destination) => _random.NextBytes(destination);
    }
}
