namespace SharpTcp.Wire;

/// <summary>What a DNS record is about (RFC 1035 §3.2.2).</summary>
public enum DnsType : ushort
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>An IPv4 address.</summary>
    A = 1,

    /// <summary>A name server.</summary>
    NameServer = 2,

    /// <summary>The name that this one is another name of.</summary>
    CanonicalName = 5,

    /// <summary>The start of a zone of authority, with the time for which the lack of something may be remembered (RFC 2308 §4).</summary>
    StartOfAuthority = 6,

    /// <summary>The name of an address.</summary>
    Pointer = 12,

    /// <summary>A text.</summary>
    Text = 16,

    /// <summary>An IPv6 address (RFC 3596 §2.1).</summary>
    Aaaa = 28,

    /// <summary>A server of a service (RFC 2782).</summary>
    Service = 33,

    /// <summary>No record, but the options of the sender (RFC 6891 §6.1).</summary>
    Options = 41,
}

/// <summary>How a server answered (RFC 1035 §4.1.1).</summary>
public enum DnsResponseCode : byte
{
    /// <summary>Well; there may be no record all the same.</summary>
    NoError = 0,

    /// <summary>It could not read the question.</summary>
    FormatError = 1,

    /// <summary>It failed.</summary>
    ServerFailure = 2,

    /// <summary>There is no such name.</summary>
    NameError = 3,

    /// <summary>It does not do this kind of question.</summary>
    NotImplemented = 4,

    /// <summary>It does not want to answer.</summary>
    Refused = 5,
}

/// <summary>The part of a message that a record stands in.</summary>
public enum DnsSection : byte
{
    /// <summary>It answers the question.</summary>
    Answer,

    /// <summary>It tells who is responsible.</summary>
    Authority,

    /// <summary>It may be of use.</summary>
    Additional,
}

/// <summary>The fixed fields of a DNS message (RFC 1035 §4.1.1).</summary>
/// <param name="Id">What an answer has in common with its question.</param>
/// <param name="IsResponse">It is an answer.</param>
/// <param name="IsTruncated">It did not fit and was cut.</param>
/// <param name="RecursionDesired">The server is to ask others.</param>
/// <param name="RecursionAvailable">The server asks others.</param>
/// <param name="ResponseCode">How the server answered.</param>
/// <param name="Opcode">The kind of question; 0 for a query.</param>
public readonly record struct DnsHeader(
    ushort Id, bool IsResponse = false, bool IsTruncated = false, bool RecursionDesired = true, bool RecursionAvailable = false,
    DnsResponseCode ResponseCode = DnsResponseCode.NoError, byte Opcode = 0);
