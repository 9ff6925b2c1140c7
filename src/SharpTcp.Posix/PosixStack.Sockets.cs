using System;

namespace SharpTcp.Posix;

/// <content>Making, naming and connecting sockets.</content>
public sealed partial class PosixStack
{
    private const int ProtocolTcp = 6;
    private const int ProtocolUdp = 17;

    /// <summary>socket(2).</summary>
    public int Socket(int family, int type, int protocol)
    {
        const int flags = LinuxSocket.NonBlockingType | LinuxSocket.CloseOnExecType;
        if ((type & ~(LinuxSocket.TypeMask | flags)) != 0)
        {
            return -Errno.Invalid;
        }

        if (family is not (LinuxSocket.AfInet or LinuxSocket.AfInet6))
        {
            return -Errno.FamilyNotSupported;
        }

        var kind = type & LinuxSocket.TypeMask;
        if (kind is not (LinuxSocket.Stream or LinuxSocket.Datagram))
        {
            return -Errno.SocketTypeNotSupported;
        }

        if (protocol != 0 && protocol != (kind == LinuxSocket.Stream ? ProtocolTcp : ProtocolUdp))
        {
            return -Errno.ProtocolNotSupported;
        }

        using var call = new Call(this);
        PosixSocket socket = kind == LinuxSocket.Stream ? new TcpFile(this, family) : new UdpFile(this, family);
        socket.NonBlocking = (type & LinuxSocket.NonBlockingType) != 0;
        socket.CloseOnExec = (type & LinuxSocket.CloseOnExecType) != 0;
        return Register(socket);
    }

    /// <summary>bind(2).</summary>
    public int Bind(int descriptor, ReadOnlySpan<byte> address)
    {
        using var call = new Call(this);
        return call.Socket(descriptor, out var error) is { } socket ? socket.Bind(address, call.Now) : error;
    }

    /// <summary>listen(2).</summary>
    public int Listen(int descriptor, int backlog)
    {
        using var call = new Call(this);
        return call.Socket(descriptor, out var error) is not { } socket ? error
            : socket is TcpFile tcp ? tcp.Listen(backlog, call.Now)
            : -Errno.NotSupported;
    }

    /// <summary>accept4(2). <paramref name="addressLength"/> is the length of the peer's whole address, which may be more than <paramref name="address"/> took.</summary>
    public int Accept(int descriptor, Span<byte> address, out int addressLength, int flags = 0)
    {
        addressLength = 0;
        using var call = new Call(this);
        var now = call.Now;
        if (call.Socket(descriptor, out var error) is not { } socket)
        {
            return error;
        }

        if ((flags & ~(LinuxSocket.NonBlockingType | LinuxSocket.CloseOnExecType)) != 0)
        {
            return -Errno.Invalid;
        }

        if (socket is not TcpFile listener)
        {
            return -Errno.NotSupported;
        }

        var accepted = listener.Accept(ref now, out var file);
        if (accepted < 0)
        {
            return accepted;
        }

        file!.NonBlocking = (flags & LinuxSocket.NonBlockingType) != 0;
        file.CloseOnExec = (flags & LinuxSocket.CloseOnExecType) != 0;
        addressLength = SocketAddresses.Write(file.Remote, file.Family, address);
        return accepted;
    }

    /// <summary>connect(2).</summary>
    public int Connect(int descriptor, ReadOnlySpan<byte> address)
    {
        using var call = new Call(this);
        var now = call.Now;
        return call.Socket(descriptor, out var error) is { } socket ? socket.Connect(address, ref now) : error;
    }

    /// <summary>shutdown(2).</summary>
    public int Shutdown(int descriptor, int how)
    {
        using var call = new Call(this);
        if (call.Socket(descriptor, out var error) is not { } socket)
        {
            return error;
        }

        return how is LinuxSocket.ShutdownRead or LinuxSocket.ShutdownWrite or LinuxSocket.ShutdownBoth ? socket.Shutdown(how, call.Now) : -Errno.Invalid;
    }

    /// <summary>getsockname(2). The result is the length of the whole address.</summary>
    public int GetLocalName(int descriptor, Span<byte> address)
    {
        using var call = new Call(this);
        return call.Socket(descriptor, out var error) is { } socket ? SocketAddresses.Write(socket.LocalOrUnspecified, socket.Family, address) : error;
    }

    /// <summary>getpeername(2). The result is the length of the whole address.</summary>
    public int GetPeerName(int descriptor, Span<byte> address)
    {
        using var call = new Call(this);
        return call.Socket(descriptor, out var error) is not { } socket ? error
            : socket.Peer is { } peer ? SocketAddresses.Write(peer, socket.Family, address)
            : -Errno.NotConnected;
    }

    /// <summary>getsockopt(2): writes what fits <paramref name="value"/>; the result is how many bytes that are.</summary>
    public int GetOption(int descriptor, int level, int option, Span<byte> value)
    {
        using var call = new Call(this);
        return call.Socket(descriptor, out var error) is { } socket ? socket.GetOption(level, option, value, call.Now) : error;
    }

    /// <summary>setsockopt(2).</summary>
    public int SetOption(int descriptor, int level, int option, ReadOnlySpan<byte> value)
    {
        using var call = new Call(this);
        return call.Socket(descriptor, out var error) is { } socket ? socket.SetOption(level, option, value, call.Now) : error;
    }
}
