namespace SharpTcp.Posix;

/// <summary>The error numbers of Linux (x86 and ARM). A call that fails returns one of them negated, as a system call does.</summary>
public static class Errno
{
    /// <summary>EINTR: the call was interrupted.</summary>
    public const int Interrupted = 4;

    /// <summary>EBADF: no such descriptor.</summary>
    public const int BadDescriptor = 9;

    /// <summary>EAGAIN: it would block.</summary>
    public const int Again = 11;

    /// <summary>ENOMEM: no memory.</summary>
    public const int NoMemory = 12;

    /// <summary>EACCES: not allowed.</summary>
    public const int Access = 13;

    /// <summary>EFAULT: a bad address.</summary>
    public const int Fault = 14;

    /// <summary>EEXIST: it is there already.</summary>
    public const int Exists = 17;

    /// <summary>ENOENT: it is not there.</summary>
    public const int NoEntry = 2;

    /// <summary>ENODEV: no such interface.</summary>
    public const int NoDevice = 19;

    /// <summary>EINVAL: a bad argument.</summary>
    public const int Invalid = 22;

    /// <summary>EMFILE: too many descriptors.</summary>
    public const int TooManyFiles = 24;

    /// <summary>ENOTTY: the descriptor knows no such ioctl.</summary>
    public const int NotTerminal = 25;

    /// <summary>EPIPE: nobody reads what is written.</summary>
    public const int Pipe = 32;

    /// <summary>EDOM: a value out of its domain.</summary>
    public const int Domain = 33;

    /// <summary>ENOTSOCK: no socket.</summary>
    public const int NotSocket = 88;

    /// <summary>EDESTADDRREQ: no destination.</summary>
    public const int DestinationRequired = 89;

    /// <summary>EMSGSIZE: the message is too long.</summary>
    public const int MessageSize = 90;

    /// <summary>EPROTOTYPE: the protocol does not go with the type.</summary>
    public const int ProtocolType = 91;

    /// <summary>ENOPROTOOPT: no such option.</summary>
    public const int NoProtocolOption = 92;

    /// <summary>EPROTONOSUPPORT: no such protocol.</summary>
    public const int ProtocolNotSupported = 93;

    /// <summary>ESOCKTNOSUPPORT: no such type of socket.</summary>
    public const int SocketTypeNotSupported = 94;

    /// <summary>EOPNOTSUPP: the socket cannot do that.</summary>
    public const int NotSupported = 95;

    /// <summary>EAFNOSUPPORT: no such family.</summary>
    public const int FamilyNotSupported = 97;

    /// <summary>EADDRINUSE: the address is in use.</summary>
    public const int AddressInUse = 98;

    /// <summary>EADDRNOTAVAIL: the address is not ours, or no port is free.</summary>
    public const int AddressNotAvailable = 99;

    /// <summary>ENETUNREACH: no way to the network.</summary>
    public const int NetworkUnreachable = 101;

    /// <summary>ECONNABORTED: the connection was given up here.</summary>
    public const int ConnectionAborted = 103;

    /// <summary>ECONNRESET: the peer reset the connection.</summary>
    public const int ConnectionReset = 104;

    /// <summary>ENOBUFS: no buffers.</summary>
    public const int NoBuffers = 105;

    /// <summary>EISCONN: connected already.</summary>
    public const int IsConnected = 106;

    /// <summary>ENOTCONN: not connected.</summary>
    public const int NotConnected = 107;

    /// <summary>ETIMEDOUT: the peer did not answer.</summary>
    public const int TimedOut = 110;

    /// <summary>ECONNREFUSED: the peer refused the connection.</summary>
    public const int ConnectionRefused = 111;

    /// <summary>EHOSTUNREACH: no way to the host.</summary>
    public const int HostUnreachable = 113;

    /// <summary>EALREADY: the connection is being opened already.</summary>
    public const int Already = 114;

    /// <summary>EINPROGRESS: the connection is being opened.</summary>
    public const int InProgress = 115;
}
