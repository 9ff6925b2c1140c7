using System;
using System.Buffers.Binary;

namespace SharpTcp.Wire;

/// <summary>The part of a line that describes a TCP segment.</summary>
internal static class TcpFormatter
{
    public static void Add(ref LineBuilder line, scoped in TcpView tcp)
    {
        line.Add("Flags [");
        AddFlags(ref line, tcp.Flags);
        line.Add("]");
        var length = tcp.Payload.Length;
        if (length > 0 || (tcp.Flags & (TcpFlags.Syn | TcpFlags.Fin | TcpFlags.Rst)) != 0)
        {
            line.Add(", seq ");
            line.Add(tcp.Sequence);
            if (length > 0)
            {
                line.Add(":");
                line.Add(tcp.Sequence + (uint)length);
            }
        }
        if (tcp.Has(TcpFlags.Ack))
        {
            line.Add(", ack ");
            line.Add(tcp.Acknowledgment);
        }
        line.Add(", win ");
        line.Add(tcp.Window);
        if (tcp.Has(TcpFlags.Urg))
        {
            line.Add(", urg ");
            line.Add(tcp.UrgentPointer);
        }
        AddOptions(ref line, tcp.Options);
        line.AddLength(length);
    }

    private static void AddFlags(ref LineBuilder line, TcpFlags flags)
    {
        const string letters = "FSRP.UEWe"; // in the order of the bits
        if (flags == 0)
            line.Add("none");
        for (var bit = 0; bit < letters.Length; bit++)
        {
            if (((int)flags >> bit & 1) != 0)
                line.Add(letters.AsSpan(bit, 1));
        }
    }

    private static void AddOptions(ref LineBuilder line, ReadOnlySpan<byte> options)
    {
        if (options.IsEmpty)
            return;
        line.Add(", options [");
        for (var at = 0; at < options.Length;)
        {
            if (at > 0)
                line.Add(",");
            var kind = options[at];
            if (kind is TcpOptionKind.End or TcpOptionKind.Nop)
            {
                line.Add(kind == TcpOptionKind.Nop ? "nop" : "eol");
                at++;
                if (kind == TcpOptionKind.End)
                    break;
                continue;
            }
            int length = at + 1 < options.Length ? options[at + 1] : 0;
            if (length < 2 || length > options.Length - at)
            {
                line.Add("bad option ");
                line.Add(kind);
                break;
            }
            AddOption(ref line, kind, options.Slice(at + 2, length - 2));
            at += length;
        }
        line.Add("]");
    }

    private static void AddOption(ref LineBuilder line, byte kind, ReadOnlySpan<byte> value)
    {
        switch (kind)
        {
            case TcpOptionKind.MaximumSegmentSize when value.Length == 2:
                line.Add("mss ");
                line.Add(BinaryPrimitives.ReadUInt16BigEndian(value));
                break;
            case TcpOptionKind.WindowScale when value.Length == 1:
                line.Add("wscale ");
                line.Add(value[0]);
                break;
            case TcpOptionKind.SackPermitted when value.IsEmpty:
                line.Add("sackOK");
                break;
            case TcpOptionKind.Timestamps when value.Length == 8:
                line.Add("TS val ");
                line.Add(BinaryPrimitives.ReadUInt32BigEndian(value));
                line.Add(" ecr ");
                line.Add(BinaryPrimitives.ReadUInt32BigEndian(value[4..]));
                break;
            case TcpOptionKind.Sack when value.Length > 0 && value.Length % 8 == 0:
                AddSack(ref line, value);
                break;
            case TcpOptionKind.FastOpen when value.IsEmpty:
                line.Add("tfo cookiereq");
                break;
            default:
                line.Add(kind == TcpOptionKind.FastOpen ? "tfo" : "option ");
                if (kind != TcpOptionKind.FastOpen)
                    line.Add(kind);
                line.Add(" 0x");
                foreach (var octet in value)
                    line.Add(octet, "x2");
                break;
        }
    }

    private static void AddSack(ref LineBuilder line, ReadOnlySpan<byte> value)
    {
        line.Add("sack ");
        line.Add(value.Length / 8);
        line.Add(" ");
        for (; !value.IsEmpty; value = value[8..])
        {
            line.Add("{");
            line.Add(BinaryPrimitives.ReadUInt32BigEndian(value));
            line.Add(":");
            line.Add(BinaryPrimitives.ReadUInt32BigEndian(value[4..]));
            line.Add("}");
        }
    }
}
