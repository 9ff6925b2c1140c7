using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>
/// The DHCPv6 client of an interface (RFC 8415 §18.2), with one address. This file says what happens when its time has come; the others what it sends, what it takes from servers, and
/// what becomes of the address.
/// </summary>
internal sealed partial class DhcpV6Client : TimerEntry, IAddressOwner
{
    private static readonly TimeSpan SourceWait = TimeSpan.FromSeconds(1);

    private readonly HostCore _host;
    private readonly NetworkInterface _link;
    private readonly DhcpV6Settings _settings;
    private readonly byte[] _identifier;
    private readonly uint _association;
    private readonly byte[] _message = new byte[MaxMessage];

    private DhcpV6Exchange _exchange;
    private uint _transaction;
    private Instant _began;
    private Instant _sentFirst;
    private TimeSpan _timeout;
    private int _tries;
    private bool _isManaged;
    private bool _isOver;

    /// <summary>When the next message is due.</summary>
    private Instant _sendAt = Instant.Never;

    public DhcpV6Client(HostCore host, NetworkInterface link, DhcpV6Settings settings)
    {
        _host = host;
        _link = link;
        _settings = settings;
        Span<byte> mac = stackalloc byte[MacAddress.Length];
        link.HardwareAddress.Write(mac);
        _identifier = [0, 3, 0, 1, .. mac]; // DUID-LL (RFC 8415 §11.4): the same as long as the MAC is, and as DHCP over IPv4 says it (RFC 4361)
        _association = (uint)link.HardwareAddress.Value;
    }

    /// <summary>Where it stands.</summary>
    public DhcpV6State State { get; private set; }

    /// <summary>A router advertised whether there are servers to ask (RFC 4861 §4.2); once asked for, addresses are kept whatever it says later.</summary>
    public void OnAdvertisement(bool isManaged, bool isOther, Instant now)
    {
        if (_isOver || _isManaged || !(isManaged || isOther))
        {
            return;
        }

        if (isManaged)
        {
            _isManaged = true;
            Restart(now);
        }
        else if (State == DhcpV6State.Stopped)
        {
            Begin(DhcpV6State.Informing, DhcpV6Exchange.Inform, now);
        }
    }

    /// <summary>Ends: the address is gone, and given back unless it is to be kept.</summary>
    public void Stop(Instant now)
    {
        if (_isOver)
        {
            return;
        }

        _isOver = true;
        var lease = Lease;
        LoseLease(now);
        State = DhcpV6State.Stopped;
        _host.Timers.Cancel(this);
        if (lease?.Address is not null && !_settings.KeepLease)
        {
            Begin(DhcpV6State.Releasing, DhcpV6Exchange.Release, now);
            OnTimer(now); // the first of them leaves at once, for the stack may be at its end
        }
    }

    protected internal override void OnTimer(Instant now)
    {
        if (_address is not null && now >= _expiresAt && State is DhcpV6State.Bound or DhcpV6State.Renewing or DhcpV6State.Rebinding)
        {
            LoseLease(now);
            Begin(DhcpV6State.Soliciting, Solicit, now);
        }
        else if (State is DhcpV6State.Bound or DhcpV6State.Renewing && now >= _rebindAt)
        {
            Begin(DhcpV6State.Rebinding, DhcpV6Exchange.Rebind, now); // T2
        }
        else if (State == DhcpV6State.Bound && now >= _renewAt)
        {
            Begin(DhcpV6State.Renewing, DhcpV6Exchange.Renew, now); // T1
        }

        if (_address is { State: AddressState.Preferred } preferred && preferred.IsPastPreferred(now))
        {
            _host.AddressTable.SetDeprecated(preferred, true);
        }

        if (now >= _sendAt)
        {
            OnSendTime(now);
        }

        Schedule();
    }

    private DhcpV6Exchange Solicit => DhcpV6Exchange.Solicit with { MaxTimeout = _solicitMaxTime };

    /// <summary>From the beginning: with the address of an earlier run if its lease lasts, else by looking for servers.</summary>
    private void Restart(Instant now)
    {
        if (_settings.Previous is { Address: not null } && _settings.PreviousFor > TimeSpan.Zero && !_wasConfirmed)
        {
            _wasConfirmed = true;
            _wanted = _settings.Previous.Address;
            _previousUntil = now + _settings.PreviousFor;
            Begin(DhcpV6State.Confirming, DhcpV6Exchange.Confirm, now);
        }
        else
        {
            Begin(DhcpV6State.Soliciting, Solicit, now);
        }
    }

    /// <summary>Enters a state that begins an exchange of its own.</summary>
    private void Begin(DhcpV6State state, DhcpV6Exchange exchange, Instant now)
    {
        State = state;
        _exchange = exchange;
        _transaction = _host.Entropy.NextUInt32() & 0xFF_FFFF; // RFC 8415 §16.1: not to be guessed
        _began = now;
        _tries = 0;
        _timeout = TimeSpan.Zero;
        _offer = null;
        _wanted = state == DhcpV6State.Soliciting ? null : _wanted;
        _sendAt = now + _host.Entropy.NextBetween(TimeSpan.Zero, exchange.MaxDelay);
        Schedule();
    }

    private void OnSendTime(Instant now)
    {
        if (State == DhcpV6State.Informed)
        {
            Begin(DhcpV6State.Informing, DhcpV6Exchange.Inform, now); // RFC 8415 §21.23
            return;
        }

        if (State == DhcpV6State.Soliciting && _offer is not null)
        {
            TakeOffer(now); // the best of those that came in time
        }

        var isSpent = (_exchange.MaxCount > 0 && _tries >= _exchange.MaxCount)
            || (_exchange.MaxDuration > TimeSpan.Zero && _tries > 0 && now - _sentFirst >= _exchange.MaxDuration);
        if (isSpent)
        {
            OnNoAnswer(now);
        }
        else if (!TrySend(now))
        {
            _sendAt = now + SourceWait; // no link-local address yet
        }
        else
        {
            _sentFirst = _tries == 0 ? now : _sentFirst;
            _timeout = _exchange.Next(_host.Entropy, _timeout, isFirstSolicit: State == DhcpV6State.Soliciting && _tries == 0);
            _tries++;
            _sendAt = now + _timeout;
        }
    }

    private void OnNoAnswer(Instant now)
    {
        switch (State)
        {
            case DhcpV6State.Confirming:
                TakePrevious(now); // RFC 8415 §18.2.3: nobody says no
                break;
            case DhcpV6State.Releasing:
                Finish();
                break;
            default:
                Begin(DhcpV6State.Soliciting, Solicit, now);
                break;
        }
    }

    private void Finish()
    {
        State = DhcpV6State.Stopped;
        _sendAt = Instant.Never;
        _host.Timers.Cancel(this);
    }

    private void Schedule()
    {
        var next = _sendAt;
        if (State is DhcpV6State.Bound or DhcpV6State.Renewing or DhcpV6State.Rebinding)
        {
            next = Instant.Min(next, _expiresAt);
            next = State == DhcpV6State.Rebinding ? next : Instant.Min(next, _rebindAt);
            next = State == DhcpV6State.Bound ? Instant.Min(next, _renewAt) : next;
            next = _address is { State: AddressState.Preferred } address ? Instant.Min(next, address.PreferredUntil) : next;
        }

        if (next.IsNever)
        {
            _host.Timers.Cancel(this);
        }
        else
        {
            _host.Timers.Schedule(this, next);
        }
    }
}
