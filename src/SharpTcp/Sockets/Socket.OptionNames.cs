using System;
using System.Buffers.Binary;
using System.Net.Sockets;

namespace SharpTcp.Sockets;

/// <summary>Options by level and name.</summary>
public sealed partial class Socket
{
    private const int LingerLength = 8;

    /// <summary>Sets an option.</summary>
    /// <param name="optionLevel">The level.</param>
    /// <param name="optionName">The name.</param>
    /// <param name="optionValue">The value; times are in milliseconds, those of the keep-alive in seconds.</param>
    /// <exception cref="SocketException">
    /// <see cref="SocketError.OperationNotSupported"/>: the socket has no such option; <see cref="SocketError.ProtocolOption"/>: it can only be read;
    /// <see cref="SocketError.InvalidArgument"/>: not with this value, or not any more.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public void SetSocketOption(SocketOptionLevel optionLevel, SocketOptionName optionName, int optionValue) =>
        SocketErrors.ThrowIfFailed(SetOption(optionLevel, optionName, optionValue));

    /// <inheritdoc cref="SetSocketOption(SocketOptionLevel, SocketOptionName, int)"/>
    public void SetSocketOption(SocketOptionLevel optionLevel, SocketOptionName optionName, bool optionValue) =>
        SetSocketOption(optionLevel, optionName, optionValue ? 1 : 0);

    /// <inheritdoc cref="SetSocketOption(SocketOptionLevel, SocketOptionName, int)"/>
    /// <param name="optionValue">Four bytes, little-endian; eight for the linger option, whether and how many seconds.</param>
    public void SetSocketOption(SocketOptionLevel optionLevel, SocketOptionName optionName, byte[] optionValue)
    {
        var core = Core;
        ArgumentNullException.ThrowIfNull(optionValue);
        if (optionLevel == SocketOptionLevel.Socket && optionName == SocketOptionName.Linger && optionValue.Length >= LingerLength)
        {
            core.Linger = new LingerOption(BinaryPrimitives.ReadInt32LittleEndian(optionValue) != 0, BinaryPrimitives.ReadInt32LittleEndian(optionValue.AsSpan(4)));
            return;
        }

        SocketErrors.ThrowIfFailed(optionValue.Length < sizeof(int)
            ? SocketError.InvalidArgument
            : SetOption(optionLevel, optionName, BinaryPrimitives.ReadInt32LittleEndian(optionValue)));
    }

    /// <inheritdoc cref="SetSocketOption(SocketOptionLevel, SocketOptionName, int)"/>
    /// <param name="optionValue">A <see cref="LingerOption"/> for the linger option, a <see cref="MulticastOption"/> or <see cref="IPv6MulticastOption"/> for memberships of groups.</param>
    /// <exception cref="ArgumentException">It is of another type.</exception>
    public void SetSocketOption(SocketOptionLevel optionLevel, SocketOptionName optionName, object optionValue)
    {
        _ = Core;
        ArgumentNullException.ThrowIfNull(optionValue);
        switch (optionLevel, optionName, optionValue)
        {
            case (SocketOptionLevel.Socket, SocketOptionName.Linger, LingerOption linger):
                LingerState = linger;
                break;
            case (SocketOptionLevel.IP, SocketOptionName.AddMembership, MulticastOption group):
                JoinGroup(group.Group, FindInterface(group));
                break;
            case (SocketOptionLevel.IP, SocketOptionName.DropMembership, MulticastOption group):
                LeaveGroup(group.Group, FindInterface(group));
                break;
            case (SocketOptionLevel.IPv6, SocketOptionName.AddMembership, IPv6MulticastOption group):
                JoinGroup(group.Group, (int)group.InterfaceIndex);
                break;
            case (SocketOptionLevel.IPv6, SocketOptionName.DropMembership, IPv6MulticastOption group):
                LeaveGroup(group.Group, (int)group.InterfaceIndex);
                break;
            default:
                throw new ArgumentException($"{optionLevel}.{optionName} does not take a value of type {optionValue.GetType().Name}.", nameof(optionValue));
        }
    }

    /// <summary>Reads an option.</summary>
    /// <param name="optionLevel">The level.</param>
    /// <param name="optionName">The name. Reading <see cref="SocketOptionName.Error"/> takes the error that waits to be told.</param>
    /// <returns>An int; for the linger option a <see cref="LingerOption"/>.</returns>
    /// <exception cref="SocketException"><see cref="SocketError.OperationNotSupported"/>: the socket has no such option.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public object? GetSocketOption(SocketOptionLevel optionLevel, SocketOptionName optionName) =>
        optionLevel == SocketOptionLevel.Socket && optionName == SocketOptionName.Linger ? LingerState : GetOption(optionLevel, optionName);

    /// <inheritdoc cref="GetSocketOption(SocketOptionLevel, SocketOptionName)"/>
    /// <param name="optionValue">Takes the value, as <see cref="SetSocketOption(SocketOptionLevel, SocketOptionName, byte[])"/> has it.</param>
    public void GetSocketOption(SocketOptionLevel optionLevel, SocketOptionName optionName, byte[] optionValue)
    {
        _ = Core;
        ArgumentNullException.ThrowIfNull(optionValue);
        WriteOption(optionLevel, optionName, optionValue);
    }

    /// <inheritdoc cref="GetSocketOption(SocketOptionLevel, SocketOptionName)"/>
    /// <param name="optionLength">How many bytes are wanted at most.</param>
    /// <returns>The value, as <see cref="SetSocketOption(SocketOptionLevel, SocketOptionName, byte[])"/> has it.</returns>
    public byte[] GetSocketOption(SocketOptionLevel optionLevel, SocketOptionName optionName, int optionLength)
    {
        _ = Core;
        var value = new byte[optionLength];
        return value[..WriteOption(optionLevel, optionName, value)];
    }

    /// <summary>The index of the interface that has the address in the option, or 0 if that names none.</summary>
    private int FindInterface(MulticastOption option)
    {
        if (option.LocalAddress is not { } address || address.Equals(System.Net.IPAddress.Any))
        {
            return option.InterfaceIndex;
        }

        var shard = Core.Shard;
        shard.Enter();
        var index = shard.Host.AddressTable.FindOwn(Wire.IpAddress.From(address))?.Interface.Index;
        shard.ExitUnchanged();
        return index ?? throw SocketErrors.Create(SocketError.AddressNotAvailable, $"{address} is no address of this stack.");
    }

    private int WriteOption(SocketOptionLevel level, SocketOptionName name, Span<byte> value)
    {
        var bytes = (stackalloc byte[LingerLength]);
        var length = sizeof(int);
        if (level == SocketOptionLevel.Socket && name == SocketOptionName.Linger)
        {
            var linger = Core.Linger;
            BinaryPrimitives.WriteInt32LittleEndian(bytes, linger.Enabled ? 1 : 0);
            BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], linger.LingerTime);
            length = LingerLength;
        }
        else
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes, GetOption(level, name));
        }

        length = Math.Min(length, value.Length);
        bytes[..length].CopyTo(value);
        return length;
    }

    private int GetOption(SocketOptionLevel level, SocketOptionName name) =>
        SocketOptionTable.Get(this, Core, level, name) ?? throw SocketErrors.NotSupported($"The option {level}.{name} of a socket of type {SocketType}");

    private SocketError SetOption(SocketOptionLevel level, SocketOptionName name, int value) =>
        SocketOptionTable.Set(this, Core, level, name, value);
}
