using System;
using System.Buffers.Binary;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>What a cookie is worth.</summary>
internal enum FastOpenVerdict : byte
{
    /// <summary>It was not made for this client.</summary>
    Wrong,

    /// <summary>It is good.</summary>
    Right,

    /// <summary>It is good, and of a key that goes: the client gets a new one.</summary>
    Outdated,
}

/// <summary>Makes and checks the cookies of a server (RFC 7413 §4.1.2). Nothing is kept for a client.</summary>
internal sealed class FastOpenCookies
{
    /// <summary>Octets of a cookie.</summary>
    public const int Length = sizeof(ulong);

    private readonly IEntropy? _entropy;
    private FastOpenKey _key;
    private FastOpenKey? _previous;
    private Instant _changesAt = Instant.Never;

    /// <summary>Keys from the entropy source, a new one every <see cref="TcpSettings.FastOpenKeyLifetime"/>.</summary>
    public FastOpenCookies(IEntropy entropy)
    {
        _entropy = entropy;
        _key = new FastOpenKey(entropy);
    }

    /// <summary>Keys that somebody set: the one that makes cookies, and perhaps the one before it.</summary>
    public FastOpenCookies(FastOpenKey key, FastOpenKey? previous)
    {
        _key = key;
        _previous = previous;
    }

    public FastOpenKey Key => _key;

    public FastOpenKey? Previous => _previous;

    /// <summary>Writes the cookie of a client.</summary>
    public void Make(IpAddress client, IpAddress server, TcpSettings settings, Instant now, Span<byte> cookie)
    {
        Refresh(settings, now);
        BinaryPrimitives.WriteUInt64LittleEndian(cookie, _key.Cookie(client, server));
    }

    /// <summary>Checks a cookie. It is compared as one number, in the same time whatever is wrong with it.</summary>
    public FastOpenVerdict Check(ReadOnlySpan<byte> cookie, IpAddress client, IpAddress server, TcpSettings settings, Instant now)
    {
        if (cookie.Length != Length)
        {
            return FastOpenVerdict.Wrong;
        }

        Refresh(settings, now);
        var given = BinaryPrimitives.ReadUInt64LittleEndian(cookie);
        return given == _key.Cookie(client, server) ? FastOpenVerdict.Right
            : _previous is { } previous && given == previous.Cookie(client, server) ? FastOpenVerdict.Outdated
            : FastOpenVerdict.Wrong;
    }

    private void Refresh(TcpSettings settings, Instant now)
    {
        if (_entropy is null)
        {
            return;
        }

        if (_changesAt.IsNever)
        {
            _changesAt = now + settings.FastOpenKeyLifetime;
        }
        else if (now >= _changesAt)
        {
            // After a long silence the key before is too old as well.
            _previous = now - _changesAt < settings.FastOpenKeyLifetime ? _key : null;
            _key = new FastOpenKey(_entropy);
            _changesAt = now + settings.FastOpenKeyLifetime;
        }
    }
}
