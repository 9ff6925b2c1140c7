using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>
/// The DHCP client of an interface (RFC 2131 §4.4). This file says what happens when its time has come; the others what it sends, what it takes from servers, and what becomes
/// of the address. It has one timer: each state has one next moment.
/// </summary>
internal sealed partial class DhcpClient : TimerEntry, IAddressOwner
{
    private const int RequestTries = 4; // RFC 2131 §3.1 step 5: about a minute
    private const int RebootTries = 2; // then a new address is more likely than an answer

    private static readonly TimeSpan DeclineWait = TimeSpan.FromSeconds(10); // RFC 2131 §3.1 step 5
    private static readonly TimeSpan LeastRetransmit = TimeSpan.FromSeconds(60); // RFC 2131 §4.4.5
    private static readonly TimeSpan ReleaseWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ReleaseInterval = TimeSpan.FromMilliseconds(5);

    private readonly HostCore _host;
    private readonly NetworkInterface _link;
    private readonly DhcpOptions _options;
    private readonly LeaseConfiguration _configuration;
    private readonly byte[] _identifier;
    private readonly byte[] _message = new byte[DhcpWriter.MaxLength];

    private uint _transaction;
    private Instant _began;
    private Instant _requestedAt;
    private int _tries;
    private int _failures;
    private bool _isSettled;

    /// <summary>The address that is asked for.</summary>
    private IPv4Address _wanted;

    /// <summary>The server whose offer was taken.</summary>
    private IPv4Address _server;

    private InterfaceAddress? _address;

    /// <summary>The way to the server.</summary>
    private Destination? _way;

    private Instant _renewAt = Instant.Never;
    private Instant _rebindAt = Instant.Never;

    public DhcpClient(HostCore host, NetworkInterface link, DhcpOptions options)
    {
        _host = host;
        _link = link;
        _options = options;
        _configuration = new LeaseConfiguration(host, link);
        _identifier = MakeIdentifier(link, options.ClientIdentifier);
        _wanted = options.Previous?.Address.Address.ToIPv4() ?? default;
    }

    /// <summary>Where it stands.</summary>
    public DhcpState State { get; private set; }

    /// <summary>The lease, if there is one and its address is in use.</summary>
    public DhcpLease? Lease => State is DhcpState.Bound or DhcpState.Renewing or DhcpState.Rebinding or DhcpState.Releasing ? _lease : null;

    /// <summary>When the lease ends.</summary>
    public Instant ExpiresAt { get; private set; } = Instant.Never;

    /// <summary>Whether there is no point in waiting for it: it has an address, or looked for one and found nobody yet.</summary>
    public bool IsSettled => _isSettled || State == DhcpState.Stopped;

    private DhcpLease? _lease;

    /// <summary>Begins: with the address of an earlier run if its lease lasts, else by looking for servers.</summary>
    public void Start(Instant now)
    {
        var delay = _host.Entropy.NextBetween(TimeSpan.Zero, _options.StartDelay); // RFC 2131 §4.4.1
        State = _options.Previous is not null && _options.PreviousFor > TimeSpan.Zero ? DhcpState.InitReboot : DhcpState.Init;
        _host.Timers.Schedule(this, now + delay);
    }

    /// <summary>Ends: the address is gone, and given back unless it is to be kept.</summary>
    public void Stop(Instant now)
    {
        if (State is DhcpState.Releasing or DhcpState.Stopped)
        {
            return;
        }

        if (!_options.KeepLease && Lease is not null)
        {
            State = DhcpState.Releasing;
            SendRelease(now);
            OnReleaseTime(now);
        }
        else
        {
            Finish(now);
        }
    }

    protected internal override void OnTimer(Instant now)
    {
        switch (State)
        {
            case DhcpState.Init:
                Discover(now);
                break;
            case DhcpState.InitReboot:
                Begin(DhcpState.Rebooting, now);
                Request(now);
                break;
            case DhcpState.Selecting:
                OnNoOffer(now);
                break;
            case DhcpState.Requesting or DhcpState.Rebooting:
                OnNoAnswer(now);
                break;
            case DhcpState.Checking or DhcpState.Bound or DhcpState.Renewing or DhcpState.Rebinding:
                OnLeaseTime(now);
                break;
            case DhcpState.Releasing:
                OnReleaseTime(now);
                break;
        }
    }

    /// <summary>Enters a state that begins an exchange of its own.</summary>
    private void Begin(DhcpState state, Instant now)
    {
        State = state;
        _transaction = _host.Entropy.NextUInt32(); // RFC 2131 §4.1: not to be guessed
        _began = now;
        _tries = 0;
    }

    private void Discover(Instant now)
    {
        if (State != DhcpState.Selecting)
        {
            Begin(DhcpState.Selecting, now);
        }

        SendDiscover(now);
        _host.Timers.Schedule(this, now + DhcpBackoff.Wait(_host.Entropy, _tries++));
    }

    private void OnNoOffer(Instant now)
    {
        Discover(now);
        Settle();
        _link.LinkLocal?.Start(now); // RFC 3927 §1.9: nobody gives addresses here, for now
    }

    private void Request(Instant now)
    {
        if (_tries == 0)
        {
            _requestedAt = now; // RFC 2131 §4.4.1: the lease counts from here
        }

        SendRequest(now);
        _host.Timers.Schedule(this, now + DhcpBackoff.Wait(_host.Entropy, _tries++));
    }

    private void OnNoAnswer(Instant now)
    {
        if (_tries < (State == DhcpState.Requesting ? RequestTries : RebootTries))
        {
            Request(now);
        }
        else
        {
            Discover(now);
        }
    }

    /// <summary>RFC 2131 §4.4.5: renew at T1, rebind at T2, and at the end the address is not used any more.</summary>
    private void OnLeaseTime(Instant now)
    {
        if (now >= ExpiresAt)
        {
            LoseLease(now);
            Restart(TimeSpan.Zero, now);
        }
        else if (State != DhcpState.Checking)
        {
            // Each is a transaction of its own: its answer says from when the new lease counts, and hours may lie between two of them.
            var state = now >= _rebindAt ? DhcpState.Rebinding : DhcpState.Renewing;
            var began = state == State ? _began : now;
            Begin(state, now);
            (_began, _requestedAt) = (began, now);
            SendRequest(now);
            ScheduleRetransmit(now);
        }
    }

    /// <summary>The address must stay until the message has left, for which the neighbour may have to be found.</summary>
    private void OnReleaseTime(Instant now)
    {
        if (_way is { Neighbor.State: NeighborState.Incomplete } && now - _began < ReleaseWait)
        {
            _host.Timers.Schedule(this, now + ReleaseInterval);
        }
        else
        {
            Finish(now);
        }
    }

    /// <summary>Half of what remains, but not more often than once a minute.</summary>
    private void ScheduleRetransmit(Instant now)
    {
        var end = State == DhcpState.Renewing ? _rebindAt : ExpiresAt;
        var half = (end - now) / 2;
        _host.Timers.Schedule(this, Instant.Min(end, now + (half > LeastRetransmit ? half : LeastRetransmit)));
    }

    /// <summary>Back to INIT. Who is refused again and again waits ever longer.</summary>
    private void Restart(TimeSpan delay, Instant now)
    {
        State = DhcpState.Init;
        if (_failures > 1)
        {
            var wait = DhcpBackoff.Wait(_host.Entropy, _failures - 2);
            delay = wait > delay ? wait : delay;
        }

        _host.Timers.Schedule(this, now + delay);
    }

    private void Settle()
    {
        if (!_isSettled)
        {
            _isSettled = true;
            _host.Observer?.OnConfigurationSettled(_link);
        }
    }

    private void Finish(Instant now)
    {
        _host.Timers.Cancel(this);
        LoseLease(now);
        State = DhcpState.Stopped;
        Settle();
    }
}
