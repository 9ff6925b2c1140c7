using System;
using System.Buffers.Binary;

namespace SharpTcp.Wire;

/// <content>Reading.</content>
public partial struct TcpOptionSet
{
    internal const ushort UserTimeoutMinutesBit = 0x8000; // the G bit of RFC 5482 §2

    internal const ushort FastOpenExperiment = 0xF989; // the identifier of RFC 7413's drafts (IANA "TCP/UDP Experimental Option Experiment Identifiers")

    private const uint AlignedTimestamps = 0x0101_080A; // NOP, NOP, kind 8, length 10

    /// <summary>Reads an option area in one pass (RFC 9293 §3.1, MUST-5).</summary>
    /// <param name="options">The options of a segment, as <see cref="TcpView.Options"/> gives them.</param>
    /// <returns>
    /// The options that are there. Of several of a kind the last one counts. Unknown kinds, and known ones with a length that they cannot have, are skipped;
    /// a length below 2 or behind the end ends the pass and sets <see cref="IsMalformed"/>.
    /// </returns>
    public static TcpOptionSet Parse(ReadOnlySpan<byte> options)
    {
        var set = default(TcpOptionSet);

        // What nearly every segment of a connection with timestamps carries (RFC 7323 Appendix A).
        if (options.Length == 12 && BinaryPrimitives.ReadUInt32BigEndian(options) == AlignedTimestamps)
        {
            set.TakeTimestamps(options[4..]);
            return set;
        }

        while (!options.IsEmpty)
        {
            var kind = options[0];
            if (kind == TcpOptionKind.End)
                break;
            if (kind == TcpOptionKind.Nop)
            {
                options = options[1..];
                continue;
            }

            // RFC 9293 §3.2, MUST-7, MUST-64: an illegal length must do no harm.
            if (options.Length < 2 || options[1] < 2 || options[1] > options.Length)
            {
                set.IsMalformed = true;
                break;
            }

            set.Take(kind, options[2..options[1]]);
            options = options[options[1]..];
        }

        return set;
    }

    private void Take(byte kind, ReadOnlySpan<byte> data)
    {
        switch (kind)
        {
            case TcpOptionKind.MaximumSegmentSize when data.Length == 2:
                HasMaximumSegmentSize = true;
                MaximumSegmentSize = BinaryPrimitives.ReadUInt16BigEndian(data);
                break;
            case TcpOptionKind.WindowScale when data.Length == 1:
                HasWindowScale = true;
                WindowScale = Math.Min(data[0], MaxWindowScale); // RFC 7323 §2.3: use 14 instead of more
                break;
            case TcpOptionKind.SackPermitted when data.Length == 0:
                SackPermitted = true;
                break;
            case TcpOptionKind.Sack when data.Length >= 8 && data.Length % 8 == 0:
                TakeSack(data);
                break;
            case TcpOptionKind.Timestamps when data.Length == 8:
                TakeTimestamps(data);
                break;
            case TcpOptionKind.UserTimeout when data.Length == 2:
                TakeUserTimeout(BinaryPrimitives.ReadUInt16BigEndian(data));
                break;
            case TcpOptionKind.FastOpen when data.IsEmpty || IsCookieLength(data.Length):
                SetFastOpenCookie(data);
                break;
            case TcpOptionKind.Experiment when data.Length >= 2 && BinaryPrimitives.ReadUInt16BigEndian(data) == FastOpenExperiment
                && (data.Length == 2 || IsCookieLength(data.Length - 2)):
                SetFastOpenCookie(data[2..], isExperimental: true);
                break;
            default:
                break; // RFC 9293 §3.1, MUST-6: ignore what is not understood
        }
    }

    private void TakeTimestamps(ReadOnlySpan<byte> data)
    {
        HasTimestamps = true;
        TimestampValue = BinaryPrimitives.ReadUInt32BigEndian(data);
        TimestampEcho = BinaryPrimitives.ReadUInt32BigEndian(data[4..]);
    }

    private void TakeSack(ReadOnlySpan<byte> data)
    {
        ClearSackBlocks();
        for (; !data.IsEmpty; data = data[8..])
        {
            var left = new SequenceNumber(BinaryPrimitives.ReadUInt32BigEndian(data));
            var right = new SequenceNumber(BinaryPrimitives.ReadUInt32BigEndian(data[4..]));
            if (!AddSackBlock(left, right))
                break;
        }
    }

    private void TakeUserTimeout(ushort field)
    {
        HasUserTimeout = true;
        var inMinutes = (field & UserTimeoutMinutesBit) != 0;
        UserTimeoutSeconds = (uint)(field & ~UserTimeoutMinutesBit) * (inMinutes ? 60u : 1u);
    }
}
