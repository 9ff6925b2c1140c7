using System;
using System.Net.Sockets;

namespace SharpTcp.Sockets;

/// <summary>Members of the namesake that have no sense, or none yet, for a socket that is not the kernel's. They refuse as it does on Linux.</summary>
public sealed partial class Socket
{
    /// <summary>Not supported: the socket is no descriptor of the kernel.</summary>
    /// <exception cref="PlatformNotSupportedException">Always.</exception>
    public IntPtr Handle => throw NoHandle();

    /// <inheritdoc cref="Handle"/>
    public SafeSocketHandle SafeHandle => throw NoHandle();

    /// <summary>Not supported: the socket cannot be handed to another process.</summary>
    /// <exception cref="PlatformNotSupportedException">Always.</exception>
    public SocketInformation DuplicateAndClose(int targetProcessId) =>
        throw new PlatformNotSupportedException("A socket of SharpTCP lives in this process and cannot be handed to another.");

    /// <summary>Not supported, but for <see cref="IOControlCode.DataToRead"/>.</summary>
    /// <inheritdoc cref="IOControl(IOControlCode, byte[], byte[])"/>
    public int IOControl(int ioControlCode, byte[]? optionInValue, byte[]? optionOutValue) => IOControl((IOControlCode)ioControlCode, optionInValue, optionOutValue);

    /// <summary>Reads how many bytes can be received (<see cref="IOControlCode.DataToRead"/>); nothing else is supported.</summary>
    /// <param name="ioControlCode">The code.</param>
    /// <param name="optionInValue">Not used.</param>
    /// <param name="optionOutValue">Takes four bytes.</param>
    /// <returns>4.</returns>
    /// <exception cref="InvalidOperationException">It is <see cref="IOControlCode.NonBlockingIO"/>: set <see cref="Blocking"/>.</exception>
    /// <exception cref="PlatformNotSupportedException">It is any other.</exception>
    public int IOControl(IOControlCode ioControlCode, byte[]? optionInValue, byte[]? optionOutValue)
    {
        _ = Core;
        switch (ioControlCode)
        {
            case IOControlCode.DataToRead when optionOutValue is { Length: >= sizeof(int) }:
                System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(optionOutValue, Available);
                return sizeof(int);
            case IOControlCode.DataToRead:
                throw SocketErrors.Create(SocketError.Fault, "The answer takes four bytes.");
            case IOControlCode.NonBlockingIO:
                throw new InvalidOperationException("Whether the socket blocks is said by its property Blocking.");
            default:
                throw new PlatformNotSupportedException($"The control code {ioControlCode} is Windows's.");
        }
    }

    /// <summary>Not supported, as on every Unix.</summary>
    /// <exception cref="PlatformNotSupportedException">Always.</exception>
    public void SetIPProtectionLevel(IPProtectionLevel level) => throw new PlatformNotSupportedException("Protection levels are Windows's.");

    private static PlatformNotSupportedException NoHandle() => new("A socket of SharpTCP is no descriptor of the kernel: it has no handle.");
}
