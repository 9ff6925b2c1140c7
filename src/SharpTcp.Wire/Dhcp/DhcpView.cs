using System;
using System.Buffers.Binary;

namespace SharpTcp.Wire;

/// <summary>
/// A received DHCP message (RFC 2131 §2). Its options are proved whole, in the order of RFC 3396 §5: the options field, then <c>file</c>, then <c>sname</c> where option
/// overload says that they hold options.
/// </summary>
public readonly ref struct DhcpView
{
    /// <summary>The length of the fixed fields and the magic cookie.</summary>
    public const int HeaderLength = 240;

    internal const uint MagicCookie = 0x6382_5363;
    internal const int ServerNameOffset = 44;
    internal const int FileOffset = 108;
    internal const int CookieOffset = 236;

    private readonly ReadOnlySpan<byte> _message;
    private readonly int _overload;

    private DhcpView(ReadOnlySpan<byte> message, int overload)
    {
        _message = message;
        _overload = overload;
    }

    /// <summary>Whether a server sent it (op is BOOTREPLY).</summary>
    public bool IsReply => _message[0] == 2;

    /// <summary>The transaction.</summary>
    public uint TransactionId => BinaryPrimitives.ReadUInt32BigEndian(_message[4..]);

    /// <summary>Seconds since the client began.</summary>
    public ushort Seconds => BinaryPrimitives.ReadUInt16BigEndian(_message[8..]);

    /// <summary>Whether the client wants answers by broadcast.</summary>
    public bool IsBroadcast => (_message[10] & 0x80) != 0;

    /// <summary>The address that the client has (ciaddr).</summary>
    public IPv4Address ClientAddress => new(_message[12..]);

    /// <summary>The address that the client gets (yiaddr).</summary>
    public IPv4Address YourAddress => new(_message[16..]);

    /// <summary>The client's MAC, or null if it is of another kind than Ethernet's.</summary>
    public MacAddress? ClientMac => _message[1] == 1 && _message[2] == MacAddress.Length ? new MacAddress(_message[28..]) : null;

    /// <summary>What the message says.</summary>
    public DhcpMessageType MessageType
    {
        get
        {
            Span<byte> value = stackalloc byte[1];
            return Read(DhcpOption.MessageType, value) == 1 ? (DhcpMessageType)value[0] : DhcpMessageType.None;
        }
    }

    /// <summary>Takes the payload of a datagram as a message.</summary>
    /// <returns>False if it is too short, without the magic cookie, or with options that reach past their field or have no end.</returns>
    public static bool TryParse(ReadOnlySpan<byte> data, out DhcpView view)
    {
        view = default;
        if (data.Length < HeaderLength || BinaryPrimitives.ReadUInt32BigEndian(data[CookieOffset..]) != MagicCookie)
            return false;
        var overload = 0;
        var rest = data[HeaderLength..];
        while (TryTake(ref rest, out var code, out var value))
        {
            if (code != DhcpOption.Overload)
                continue;
            if (value.Length != 1 || value[0] is 0 or > 3)
                return false;
            overload = value[0];
        }
        // An overload option in one of the two fields says nothing: there is nothing more to hold options.
        if (!IsEnd(rest) || ((overload & 1) != 0 && !IsWhole(File(data))) || ((overload & 2) != 0 && !IsWhole(ServerName(data))))
            return false;
        view = new DhcpView(data, overload);
        return true;
    }

    /// <summary>Reads an option; the parts of one that occurs several times are put together (RFC 3396).</summary>
    /// <param name="code">The option.</param>
    /// <param name="destination">Room for its value.</param>
    /// <returns>The length of the value; −1 if it is not there, or does not fit.</returns>
    public int Read(DhcpOption code, Span<byte> destination)
    {
        var length = -1;
        return TryAppend(_message[HeaderLength..], code, destination, ref length)
            && ((_overload & 1) == 0 || TryAppend(File(_message), code, destination, ref length))
            && ((_overload & 2) == 0 || TryAppend(ServerName(_message), code, destination, ref length))
                ? length
                : -1;
    }

    /// <summary>Reads an option that is one address.</summary>
    /// <returns>False if it is not there, or of another length.</returns>
    public bool TryReadAddress(DhcpOption code, out IPv4Address address)
    {
        Span<byte> value = stackalloc byte[IPv4Address.Length];
        var found = Read(code, value) == IPv4Address.Length;
        address = found ? new IPv4Address(value) : default;
        return found;
    }

    /// <summary>Reads an option that is one number of 32 bits.</summary>
    /// <returns>False if it is not there, or of another length.</returns>
    public bool TryReadUInt32(DhcpOption code, out uint value)
    {
        var found = TryReadAddress(code, out var bits);
        value = bits.Value;
        return found;
    }

    private static ReadOnlySpan<byte> File(ReadOnlySpan<byte> message) => message[FileOffset..CookieOffset];

    private static ReadOnlySpan<byte> ServerName(ReadOnlySpan<byte> message) => message[ServerNameOffset..FileOffset];

    private static bool IsWhole(ReadOnlySpan<byte> field)
    {
        while (TryTake(ref field, out _, out _))
        {
        }
        return IsEnd(field);
    }

    private static bool IsEnd(ReadOnlySpan<byte> rest) => !rest.IsEmpty && rest[0] == (byte)DhcpOption.End;

    private static bool TryAppend(ReadOnlySpan<byte> field, DhcpOption wanted, Span<byte> destination, ref int length)
    {
        while (TryTake(ref field, out var code, out var value))
        {
            if (code != wanted)
                continue;
            length = Math.Max(length, 0);
            if (!value.TryCopyTo(destination[length..]))
                return false;
            length += value.Length;
        }
        return true;
    }

    /// <summary>Takes the next option; false at the end option, which stays, and where there is no whole option.</summary>
    private static bool TryTake(scoped ref ReadOnlySpan<byte> rest, out DhcpOption code, out ReadOnlySpan<byte> value)
    {
        code = default;
        value = default;
        var start = rest.IndexOfAnyExcept((byte)DhcpOption.Pad);
        rest = start < 0 ? [] : rest[start..];
        if (rest.Length < 2 || rest[0] == (byte)DhcpOption.End || rest.Length - 2 < rest[1])
        {
            if (!IsEnd(rest))
                rest = [];
            return false;
        }
        code = (DhcpOption)rest[0];
        value = rest.Slice(2, rest[1]);
        rest = rest[(2 + value.Length)..];
        return true;
    }
}
