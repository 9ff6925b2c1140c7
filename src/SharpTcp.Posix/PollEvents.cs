using System;

namespace SharpTcp.Posix;

/// <summary>The events of <c>poll</c> and <c>epoll</c>, with Linux's numbers, which are the same for both.</summary>
[Flags]
public enum PollEvents : uint
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>POLLIN: reading does not block.</summary>
    In = 1,

    /// <summary>POLLPRI: urgent data.</summary>
    Priority = 2,

    /// <summary>POLLOUT: writing does not block.</summary>
    Out = 4,

    /// <summary>POLLERR: an error is pending. Always reported.</summary>
    Error = 8,

    /// <summary>POLLHUP: both directions are shut. Always reported.</summary>
    HangUp = 0x10,

    /// <summary>POLLNVAL: no such descriptor; of <c>poll</c> only.</summary>
    Invalid = 0x20,

    /// <summary>POLLRDNORM.</summary>
    ReadNormal = 0x40,

    /// <summary>POLLWRNORM.</summary>
    WriteNormal = 0x100,

    /// <summary>POLLRDHUP: the peer sends no more.</summary>
    ReadHangUp = 0x2000,

    /// <summary>EPOLLONESHOT.</summary>
    OneShot = 1u << 30,

    /// <summary>EPOLLET: edge-triggered.</summary>
    EdgeTriggered = 1u << 31,
}
