using System.Net.Sockets;

namespace SharpTcp.Posix;

/// <summary>The stack's errors as error numbers.</summary>
internal static class ErrnoMap
{
    /// <summary>The error number, positive, or 0 for success.</summary>
    public static int Of(SocketError error) => error switch
    {
        SocketError.Success => 0,
        SocketError.WouldBlock => Errno.Again,
        SocketError.AccessDenied => Errno.Access,
        SocketError.InvalidArgument => Errno.Invalid,
        SocketError.MessageSize => Errno.MessageSize,
        SocketError.AddressFamilyNotSupported => Errno.FamilyNotSupported,
        SocketError.AddressAlreadyInUse => Errno.AddressInUse,
        SocketError.AddressNotAvailable => Errno.AddressNotAvailable,
        SocketError.NetworkUnreachable => Errno.NetworkUnreachable,
        SocketError.HostUnreachable or SocketError.HostDown => Errno.HostUnreachable,
        SocketError.ConnectionAborted => Errno.ConnectionAborted,
        SocketError.ConnectionReset => Errno.ConnectionReset,
        SocketError.ConnectionRefused => Errno.ConnectionRefused,
        SocketError.NoBufferSpaceAvailable => Errno.NoBuffers,
        SocketError.IsConnected => Errno.IsConnected,
        SocketError.NotConnected => Errno.NotConnected,
        SocketError.TimedOut => Errno.TimedOut,
        SocketError.Shutdown => Errno.Pipe,
        SocketError.OperationNotSupported => Errno.NotSupported,
        SocketError.ProtocolOption => Errno.NoProtocolOption,
        _ => Errno.Invalid,
    };
}
