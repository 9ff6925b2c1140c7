using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>What a client remembers of a server for Fast Open (RFC 7413 §4.1.3): its cookie, its MSS, and how often a SYN with data was lost.</summary>
internal sealed class FastOpenMemory(IpAddress local, IpAddress remote) : IRecencyNode<FastOpenMemory>
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(1);
    private const int LongestPauseShift = 10;
    private const int ToleratedLosses = 1;

    private CookieOctets _cookie;
    private int _length;
    private int _losses;
    private Instant _lastLoss;

    public IpAddress Local { get; } = local;

    public IpAddress Remote { get; } = remote;

    public FastOpenMemory? Newer { get; set; }

    public FastOpenMemory? Older { get; set; }

    /// <summary>The MSS of the last SYN-ACK, or 0.</summary>
    public ushort Mss { get; set; }

    /// <summary>The cookie came in the experimental form, and goes back in it.</summary>
    public bool IsExperimental { get; private set; }

    /// <summary>Forms in which a cookie was asked for in vain: 1 for that of RFC 7413, 2 for the experimental one as well.</summary>
    public byte Refusals { get; private set; }

    public bool HasCookie => _length > 0;

    public ReadOnlySpan<byte> Cookie => ((ReadOnlySpan<byte>)_cookie)[.._length];

    /// <summary>
    /// Whether Fast Open rests: SYNs with data or option seem to be lost on this way, again and again, so that each costs a timeout (§4.1.3.1, §7.1). Each further loss doubles the pause.
    /// </summary>
    public bool Rests(Instant now) => _losses > ToleratedLosses && now < _lastLoss + FirstPause * (1 << Math.Min(_losses, LongestPauseShift));

    public void Take(ReadOnlySpan<byte> cookie, bool isExperimental)
    {
        _length = cookie.Length;
        cookie.CopyTo(_cookie);
        IsExperimental = isExperimental;
    }

    public void OnRefused(byte refusals)
    {
        if (!HasCookie && refusals > Refusals)
        {
            Refusals = refusals;
        }
    }

    public void OnLost(Instant now)
    {
        _losses++;
        _lastLoss = now;
    }

    public void OnAnswered() => _losses = 0;

    [InlineArray(TcpOptionSet.MaxCookieLength)]
    private struct CookieOctets
    {
        private byte _first;
    }
}

/// <summary>
/// The servers that Fast Open knows, by both addresses: the cookie is for the address that we had (RFC 7413 §4.1.3). Its size is bounded; the one used longest ago is forgotten.
/// </summary>
internal sealed class FastOpenCache
{
    private readonly Dictionary<(IpAddress Local, IpAddress Remote), FastOpenMemory> _servers = [];
    private readonly RecencyList<FastOpenMemory> _order = new();

    public int Count => _order.Count;

    public FastOpenMemory? Find(in FourTuple tuple)
    {
        if (!_servers.TryGetValue((tuple.LocalAddress, tuple.RemoteAddress), out var server))
        {
            return null;
        }

        _order.Touch(server);
        return server;
    }

    public FastOpenMemory FindOrAdd(in FourTuple tuple, int limit)
    {
        if (Find(tuple) is { } known)
        {
            return known;
        }

        while (_order.Count >= Math.Max(1, limit))
        {
            var oldest = _order.Oldest!;
            _order.Remove(oldest);
            _servers.Remove((oldest.Local, oldest.Remote));
        }

        var server = new FastOpenMemory(tuple.LocalAddress, tuple.RemoteAddress);
        _servers.Add((server.Local, server.Remote), server);
        _order.AddNewest(server);
        return server;
    }

    public void Clear()
    {
        _servers.Clear();
        _order.Clear();
    }
}
