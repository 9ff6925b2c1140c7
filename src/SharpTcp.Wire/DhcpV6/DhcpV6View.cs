using System;
using System.Buffers.Binary;

namespace SharpTcp.Wire;

/// <summary>A received DHCPv6 message between client and server (RFC 8415 §8), its options proved whole.</summary>
public readonly ref struct DhcpV6View
{
    /// <summary>The length of a message without options.</summary>
    public const int HeaderLength = 4;

    private readonly ReadOnlySpan<byte> _message;

    private DhcpV6View(ReadOnlySpan<byte> message) => _message = message;

    /// <summary>Takes the payload of a datagram as a message.</summary>
    /// <returns>False if it is too short, or an option reaches past its end.</returns>
    public static bool TryParse(ReadOnlySpan<byte> data, out DhcpV6View view)
    {
        view = default;
        if (data.Length < HeaderLength || !DhcpV6Options.IsWhole(data[HeaderLength..]))
            return false;
        view = new DhcpV6View(data);
        return true;
    }

    /// <summary>What the message says.</summary>
    public DhcpV6MessageType Type => (DhcpV6MessageType)_message[0];

    /// <summary>The transaction, of 24 bits.</summary>
    public uint TransactionId => BinaryPrimitives.ReadUInt32BigEndian(_message) & 0xFF_FFFF;

    /// <summary>The options.</summary>
    public DhcpV6Options Options => new(_message[HeaderLength..]);
}

/// <summary>Options of DHCPv6 one behind the other, of a message or within another option; whoever makes it has proved them whole.</summary>
public ref struct DhcpV6Options
{
    private const int OptionHeaderLength = 4;

    private readonly ReadOnlySpan<byte> _all;
    private ReadOnlySpan<byte> _rest;

    internal DhcpV6Options(ReadOnlySpan<byte> options)
    {
        _all = options;
        _rest = options;
    }

    /// <summary>The option that the last <see cref="MoveNext"/> found.</summary>
    public DhcpV6Option Code { get; private set; }

    /// <summary>Its value.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Goes to the next option.</summary>
    public bool MoveNext()
    {
        if (!TryTake(ref _rest, out var code, out var value))
            return false;
        Code = code;
        Value = value;
        return true;
    }

    /// <summary>The first option of a kind; the place of <see cref="MoveNext"/> stays.</summary>
    /// <returns>False if there is none.</returns>
    public readonly bool TryFind(DhcpV6Option wanted, out ReadOnlySpan<byte> value)
    {
        var rest = _all;
        while (TryTake(ref rest, out var code, out value))
        {
            if (code == wanted)
                return true;
        }
        value = default;
        return false;
    }

    /// <summary>The status option; success if there is none, or a failure if it is too short (RFC 8415 §21.13).</summary>
    public readonly DhcpV6Status Status => !TryFind(DhcpV6Option.StatusCode, out var value) ? DhcpV6Status.Success
        : value.Length < 2 ? DhcpV6Status.UnspecifiedFailure
        : (DhcpV6Status)BinaryPrimitives.ReadUInt16BigEndian(value);

    /// <summary>Whether every option lies within the bytes.</summary>
    internal static bool IsWhole(ReadOnlySpan<byte> options)
    {
        while (TryTake(ref options, out _, out _))
        {
        }
        return options.IsEmpty;
    }

    private static bool TryTake(scoped ref ReadOnlySpan<byte> rest, out DhcpV6Option code, out ReadOnlySpan<byte> value)
    {
        code = default;
        value = default;
        if (rest.Length < OptionHeaderLength)
            return false;
        int length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
        if (rest.Length - OptionHeaderLength < length)
            return false;
        code = (DhcpV6Option)BinaryPrimitives.ReadUInt16BigEndian(rest);
        value = rest.Slice(OptionHeaderLength, length);
        rest = rest[(OptionHeaderLength + length)..];
        return true;
    }
}

/// <summary>The option with the addresses of one interface (IA_NA, RFC 8415 §21.4).</summary>
public readonly ref struct DhcpV6Association
{
    internal const int HeaderLength = 12;

    private readonly ReadOnlySpan<byte> _value;

    private DhcpV6Association(ReadOnlySpan<byte> value) => _value = value;

    /// <summary>Takes the value of the option.</summary>
    /// <returns>False if it is too short, or an option in it reaches past its end.</returns>
    public static bool TryParse(ReadOnlySpan<byte> value, out DhcpV6Association association)
    {
        var isWhole = value.Length >= HeaderLength && DhcpV6Options.IsWhole(value[HeaderLength..]);
        association = isWhole ? new DhcpV6Association(value) : default;
        return isWhole;
    }

    /// <summary>Which interface of the client.</summary>
    public uint Identifier => BinaryPrimitives.ReadUInt32BigEndian(_value);

    /// <summary>Seconds until it is to be renewed (T1); 0 leaves it to the client.</summary>
    public uint RenewalSeconds => BinaryPrimitives.ReadUInt32BigEndian(_value[4..]);

    /// <summary>Seconds until any server may renew it (T2); 0 leaves it to the client.</summary>
    public uint RebindingSeconds => BinaryPrimitives.ReadUInt32BigEndian(_value[8..]);

    /// <summary>The options in it.</summary>
    public DhcpV6Options Options => new(_value[HeaderLength..]);
}

/// <summary>The option with one address (RFC 8415 §21.6).</summary>
public readonly ref struct DhcpV6Address
{
    internal const int HeaderLength = 24;

    private readonly ReadOnlySpan<byte> _value;

    private DhcpV6Address(ReadOnlySpan<byte> value) => _value = value;

    /// <summary>Takes the value of the option.</summary>
    /// <returns>False if it is too short, or an option in it reaches past its end.</returns>
    public static bool TryParse(ReadOnlySpan<byte> value, out DhcpV6Address address)
    {
        var isWhole = value.Length >= HeaderLength && DhcpV6Options.IsWhole(value[HeaderLength..]);
        address = isWhole ? new DhcpV6Address(value) : default;
        return isWhole;
    }

    /// <summary>The address.</summary>
    public IPv6Address Address => new(_value[..IPv6Address.Length]);

    /// <summary>Seconds for which it is preferred.</summary>
    public uint PreferredSeconds => BinaryPrimitives.ReadUInt32BigEndian(_value[16..]);

    /// <summary>Seconds for which it may be used.</summary>
    public uint ValidSeconds => BinaryPrimitives.ReadUInt32BigEndian(_value[20..]);

    /// <summary>The options in it.</summary>
    public DhcpV6Options Options => new(_value[HeaderLength..]);
}
