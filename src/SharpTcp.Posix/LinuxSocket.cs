namespace SharpTcp.Posix;

/// <summary>Numbers of Linux for families, types, levels and the flags of <c>fcntl</c> and <c>shutdown</c>.</summary>
internal static class LinuxSocket
{
    public const int AfUnspec = 0;
    public const int AfInet = 2;
    public const int AfInet6 = 10;

    public const int Stream = 1;
    public const int Datagram = 2;
    public const int TypeMask = 0xF;
    public const int NonBlockingType = 0x800; // SOCK_NONBLOCK
    public const int CloseOnExecType = 0x80000; // SOCK_CLOEXEC

    public const int GetFlags = 3; // F_GETFL
    public const int SetFlags = 4; // F_SETFL
    public const int GetDescriptorFlags = 1; // F_GETFD
    public const int SetDescriptorFlags = 2; // F_SETFD
    public const int ReadWrite = 2; // O_RDWR
    public const int NonBlocking = 0x800; // O_NONBLOCK

    public const int ShutdownRead = 0;
    public const int ShutdownWrite = 1;
    public const int ShutdownBoth = 2;

    public const uint BytesReadable = 0x541B; // SIOCINQ, FIONREAD
    public const uint BytesUnacknowledged = 0x5411; // SIOCOUTQ, TIOCOUTQ
    public const uint BytesNotSent = 0x894B; // SIOCOUTQNSD
    public const uint AtMark = 0x8905; // SIOCATMARK
    public const uint SetNonBlocking = 0x5421; // FIONBIO
}
