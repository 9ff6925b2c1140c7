using System;
using System.Collections.Generic;
using System.Globalization;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>
/// A segment as a test script writes it. Sequence numbers are relative: a sender's first (its SYN) is 0, so its first byte is 1. What is not said is not checked, and is
/// sensible where it is sent. Payload is the pattern at its place in the stream.
/// </summary>
internal sealed class Segment
{
    private Segment(TcpFlags flags, long seq, long? ack)
    {
        Flags = flags;
        Seq = seq;
        AckNumber = ack;
    }

    public TcpFlags Flags { get; private set; }

    public long Seq { get; }

    public long? AckNumber { get; }

    public int Length { get; private set; }

    public int? WindowField { get; private set; }

    public ushort? MssValue { get; private set; }

    public byte? WindowScaleValue { get; private set; }

    public bool SackPermitted { get; private set; }

    public bool? Pushes { get; private set; }

    public (uint Value, uint Echo)? Times { get; private set; }

    public bool WithoutTimes { get; private set; }

    public List<(long Left, long Right)> Blocks { get; } = [];

    public bool ChecksBlocks { get; private set; }

    public ushort UrgentPointer { get; private set; }

    public byte[]? RawOptions { get; private set; }

    public bool IsDamaged { get; private set; }

    public bool IsBroadcast { get; private set; }

    public bool IsMarked { get; private set; }

    public ushort SuperSize { get; private set; }

    public static Segment Syn(long seq = 0) => new(TcpFlags.Syn, seq, null);

    public static Segment SynAck(long seq = 0, long ack = 1) => new(TcpFlags.Syn | TcpFlags.Ack, seq, ack);

    public static Segment Ack(long seq, long ack) => new(TcpFlags.Ack, seq, ack);

    public static Segment Data(long seq, long ack, int length) => new(TcpFlags.Ack, seq, ack) { Length = length };

    public static Segment Fin(long seq, long ack, int length = 0) => new(TcpFlags.Fin | TcpFlags.Ack, seq, ack) { Length = length };

    public static Segment Rst(long seq) => new(TcpFlags.Rst, seq, null);

    public static Segment RstAck(long seq, long ack) => new(TcpFlags.Rst | TcpFlags.Ack, seq, ack);

    public static Segment Raw(TcpFlags flags, long seq, long? ack = null, int length = 0) => new(flags, seq, ack) { Length = length };

    public Segment Mss(int mss) => With(() => MssValue = (ushort)mss);

    public Segment WScale(int shift) => With(() => WindowScaleValue = (byte)shift);

    public Segment SackOk() => With(() => SackPermitted = true);

    public Segment Ts(uint value, uint echo = 0) => With(() => Times = (value, echo));

    public Segment NoTs() => With(() => WithoutTimes = true);

    public Segment Sack(params ReadOnlySpan<(long Left, long Right)> blocks)
    {
        ChecksBlocks = true;
        Blocks.AddRange(blocks);
        return this;
    }

    public Segment NoSack() => With(() => ChecksBlocks = true);

    /// <summary>The window field as it stands in the header.</summary>
    public Segment Win(int field) => With(() => WindowField = field);

    public Segment Psh() => With(() => (Pushes, Flags) = (true, Flags | TcpFlags.Psh));

    public Segment NoPsh() => With(() => Pushes = false);

    public Segment Urg(int pointer) => With(() => (UrgentPointer, Flags) = ((ushort)pointer, Flags | TcpFlags.Urg));

    public Segment Options(params byte[] bytes) => With(() => RawOptions = bytes);

    /// <summary>One bit wrong, the checksum not.</summary>
    public Segment Damaged() => With(() => IsDamaged = true);

    public Segment Broadcast() => With(() => IsBroadcast = true);

    /// <summary>A router on the way has marked it (CE, RFC 3168).</summary>
    public Segment Marked() => With(() => IsMarked = true);

    /// <summary>A super-segment of packets of so many bytes.</summary>
    public Segment Super(int size) => With(() => SuperSize = (ushort)size);

    public override string ToString()
    {
        var ack = AckNumber is { } number ? string.Create(CultureInfo.InvariantCulture, $" ack {number}") : "";
        var window = WindowField is { } field ? string.Create(CultureInfo.InvariantCulture, $" win {field}") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{Flags} {Seq}:{Seq + Length}({Length}){ack}{window}");
    }

    private Segment With(Action change)
    {
        change();
        return this;
    }
}
