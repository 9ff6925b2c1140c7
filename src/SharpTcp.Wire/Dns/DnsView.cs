using System;
using System.Buffers.Binary;

namespace SharpTcp.Wire;

/// <summary>A received DNS message (RFC 1035 §4.1) with one question or none, whose records are all proved to lie within it.</summary>
public readonly ref struct DnsView
{
    /// <summary>The length of the header.</summary>
    public const int HeaderLength = 12;

    /// <summary>A message with more records than these is refused.</summary>
    public const int MaxRecords = 512;

    private const int QuestionTail = 4;
    private const int ResponseBit = 0x8000;
    private const int TruncatedBit = 0x0200;
    private const int RecursionDesiredBit = 0x0100;
    private const int RecursionAvailableBit = 0x0080;

    private readonly ReadOnlySpan<byte> _message;
    private readonly int _recordsAt;

    private DnsView(ReadOnlySpan<byte> message, int recordsAt, int answers, int authorities, int additionals)
    {
        _message = message;
        _recordsAt = recordsAt;
        AnswerCount = answers;
        AuthorityCount = authorities;
        AdditionalCount = additionals;
    }

    /// <summary>The fixed fields.</summary>
    public DnsHeader Header
    {
        get
        {
            var flags = BinaryPrimitives.ReadUInt16BigEndian(_message[2..]);
            return new DnsHeader(
                BinaryPrimitives.ReadUInt16BigEndian(_message), (flags & ResponseBit) != 0, (flags & TruncatedBit) != 0, (flags & RecursionDesiredBit) != 0,
                (flags & RecursionAvailableBit) != 0, (DnsResponseCode)(flags & 0xF), (byte)((flags >> 11) & 0xF));
        }
    }

    /// <summary>Whether there is a question.</summary>
    public bool HasQuestion => BinaryPrimitives.ReadUInt16BigEndian(_message[4..]) == 1;

    /// <summary>The type of the question; <see cref="DnsType.None"/> if there is none.</summary>
    public DnsType QuestionType => HasQuestion ? (DnsType)BinaryPrimitives.ReadUInt16BigEndian(_message[(_recordsAt - QuestionTail)..]) : DnsType.None;

    /// <summary>The class of the question, 1 for the Internet; 0 if there is no question.</summary>
    public ushort QuestionClass => HasQuestion ? BinaryPrimitives.ReadUInt16BigEndian(_message[(_recordsAt - 2)..]) : (ushort)0;

    /// <summary>Records that answer.</summary>
    public int AnswerCount { get; }

    /// <summary>Records about who is responsible.</summary>
    public int AuthorityCount { get; }

    /// <summary>Records that may be of use.</summary>
    public int AdditionalCount { get; }

    /// <summary>All records, in the order of the message.</summary>
    public DnsRecords Records => new(_message, _recordsAt, AnswerCount, AuthorityCount, AdditionalCount);

    /// <summary>Takes a datagram, or what a length announced on a stream, as a DNS message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="view">The message; of one that says it was cut, without records if the cut went through one.</param>
    /// <returns>
    /// False if it is shorter than its header, question or records, has a name that is none, more than one question (RFC 9619 §4) or more than <see cref="MaxRecords"/> records.
    /// </returns>
    public static bool TryParse(ReadOnlySpan<byte> message, out DnsView view)
    {
        view = default;
        if (message.Length < HeaderLength)
            return false;
        var questions = BinaryPrimitives.ReadUInt16BigEndian(message[4..]);
        int answers = BinaryPrimitives.ReadUInt16BigEndian(message[6..]);
        int authorities = BinaryPrimitives.ReadUInt16BigEndian(message[8..]);
        int additionals = BinaryPrimitives.ReadUInt16BigEndian(message[10..]);
        if (questions > 1 || answers + authorities + additionals > MaxRecords)
            return false;
        Span<byte> name = stackalloc byte[DnsNameReader.MaxLength];
        var at = HeaderLength;
        if (questions == 1)
        {
            if (!DnsNameReader.TryRead(message, at, name, out _, out at) || message.Length - at < QuestionTail)
                return false;
            at += QuestionTail;
        }

        var recordsAt = at;
        for (var left = answers + authorities + additionals; left > 0; left--)
        {
            if (DnsRecords.TrySkip(message, ref at, name))
                continue;
            view = new DnsView(message, recordsAt, 0, 0, 0);
            return view.Header.IsTruncated;
        }

        view = new DnsView(message, recordsAt, answers, authorities, additionals);
        return true;
    }

    /// <summary>Whether the question is about a name.</summary>
    public bool IsAbout(DnsName name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!HasQuestion)
            return false;
        Span<byte> asked = stackalloc byte[DnsNameReader.MaxLength];
        return DnsNameReader.TryRead(_message, HeaderLength, asked, out var length, out _) && DnsNameReader.AreEqual(asked[..length], name.Wire);
    }
}
