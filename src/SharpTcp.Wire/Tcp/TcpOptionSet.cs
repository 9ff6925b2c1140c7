using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace SharpTcp.Wire;

/// <summary>
/// The options of a TCP segment, taken apart or about to be sent. How they are read is in the other part of this type; <see cref="TcpWriter"/> writes them.
/// </summary>
/// <remarks>Some options count only in a segment with SYN (MSS, window scale, SACK permitted, fast open); whoever reads the set has to heed that.</remarks>
public partial struct TcpOptionSet
{
    /// <summary>The most blocks that a selective acknowledgment has room for.</summary>
    public const int MaxSackBlocks = 4;

    /// <summary>The longest fast open cookie in octets.</summary>
    public const int MaxCookieLength = 16;

    /// <summary>The largest shift count of the window scale option (RFC 7323 §2.3).</summary>
    public const byte MaxWindowScale = 14;

    private SackBlocksBuffer _sackBlocks;
    private CookieBuffer _cookie;
    private byte _sackBlockCount;
    private byte _cookieLength;

    /// <summary>Whether there is an MSS option.</summary>
    public bool HasMaximumSegmentSize { get; set; }

    /// <summary>Whether there is a window scale option.</summary>
    public bool HasWindowScale { get; set; }

    /// <summary>Whether there is a SACK permitted option.</summary>
    public bool SackPermitted { get; set; }

    /// <summary>Whether there is a timestamps option.</summary>
    public bool HasTimestamps { get; set; }

    /// <summary>Whether there is a fast open option; with a cookie of no octets it asks for one.</summary>
    public bool HasFastOpen { get; set; }

    /// <summary>Whether the fast open option has the experimental form that it had before RFC 7413: kind 254 with the identifier 0xF989 (RFC 6994).</summary>
    public bool IsFastOpenExperimental { get; private set; }

    /// <summary>Whether there is a user timeout option.</summary>
    public bool HasUserTimeout { get; set; }

    /// <summary>Whether reading ended early at an option with an impossible length (RFC 9293 §3.2, MUST-7). What stood before it counts.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>The shift count. When read, never above 14.</summary>
    public byte WindowScale { get; set; }

    /// <summary>The largest segment that the sender takes, in octets of data, as it stands in the option: any value, even 0.</summary>
    public ushort MaximumSegmentSize { get; set; }

    /// <summary>TSval.</summary>
    public uint TimestampValue { get; set; }

    /// <summary>TSecr.</summary>
    public uint TimestampEcho { get; set; }

    /// <summary>How long the sender keeps data that is not acknowledged, in seconds; above 32,767 it is sent in minutes, rounded up, at most 32,767 of them.</summary>
    public uint UserTimeoutSeconds { get; set; }

    /// <summary>The number of selective acknowledgment blocks, 0 to 4.</summary>
    public readonly int SackBlockCount => _sackBlockCount;

    /// <summary>The selective acknowledgment blocks in the order of the option.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<SackBlock> SackBlocks => ((ReadOnlySpan<SackBlock>)_sackBlocks)[.._sackBlockCount];

    /// <summary>The fast open cookie; empty if there is none.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> FastOpenCookie => ((ReadOnlySpan<byte>)_cookie)[.._cookieLength];

    /// <summary>One selective acknowledgment block.</summary>
    /// <param name="index">0 to <see cref="SackBlockCount"/> - 1.</param>
    /// <exception cref="IndexOutOfRangeException">There is no such block.</exception>
    public readonly SackBlock GetSackBlock(int index) => SackBlocks[index];

    /// <summary>Adds a selective acknowledgment block behind the others.</summary>
    /// <param name="left">The number of the first octet of the block.</param>
    /// <param name="right">The number behind its last octet.</param>
    /// <returns>False if there are four blocks already.</returns>
    public bool AddSackBlock(SequenceNumber left, SequenceNumber right)
    {
        if (_sackBlockCount == MaxSackBlocks)
            return false;
        _sackBlocks[_sackBlockCount++] = new SackBlock(left, right);
        return true;
    }

    /// <summary>Removes all selective acknowledgment blocks.</summary>
    public void ClearSackBlocks() => _sackBlockCount = 0;

    /// <summary>Sets the fast open option with its cookie.</summary>
    /// <param name="cookie">No octets to ask for a cookie, else an even number from 4 to 16 (RFC 7413 §4.1.1).</param>
    /// <param name="isExperimental">Whether in the experimental form, see <see cref="IsFastOpenExperimental"/>.</param>
    /// <exception cref="ArgumentException">The cookie has another length.</exception>
    public void SetFastOpenCookie(ReadOnlySpan<byte> cookie, bool isExperimental = false)
    {
        if (!cookie.IsEmpty && !IsCookieLength(cookie.Length))
            throw new ArgumentException($"A fast open cookie has an even number of octets from 4 to 16, not {cookie.Length}.", nameof(cookie));
        HasFastOpen = true;
        IsFastOpenExperimental = isExperimental;
        _cookieLength = (byte)cookie.Length;
        cookie.CopyTo(_cookie);
    }

    private static bool IsCookieLength(int length) => length is >= 4 and <= MaxCookieLength && length % 2 == 0;

    [InlineArray(MaxSackBlocks)]
    private struct SackBlocksBuffer
    {
        private SackBlock _first;
    }

    [InlineArray(MaxCookieLength)]
    private struct CookieBuffer
    {
        private byte _first;
    }
}
