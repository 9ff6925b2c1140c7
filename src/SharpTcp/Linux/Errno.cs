using System.IO;
using System.Runtime.InteropServices;

namespace SharpTcp.Linux;

/// <summary>The error numbers of Linux that are told apart here; they are the same on every architecture that .NET runs on.</summary>
internal static class Errno
{
    public const int Permission = 1; // EPERM
    public const int NoEntry = 2; // ENOENT
    public const int Interrupted = 4; // EINTR
    public const int NoAddress = 6; // ENXIO
    public const int BadDescriptor = 9; // EBADF
    public const int Again = 11; // EAGAIN
    public const int Access = 13; // EACCES
    public const int Busy = 16; // EBUSY
    public const int NoDevice = 19; // ENODEV
    public const int Invalid = 22; // EINVAL
    public const int BadDescriptorState = 77; // EBADFD
    public const int NotSupported = 95; // EOPNOTSUPP

    /// <summary>The error of the last call on this thread.</summary>
    public static int Last => Marshal.GetLastPInvokeError();

    /// <summary>What the C library says about an error.</summary>
    public static string Message(int error) => Marshal.GetPInvokeErrorMessage(error);

    /// <summary>An exception for a call that never fails unless the process is out of something.</summary>
    public static IOException Failure(string call) => Failure(call, Last);

    /// <inheritdoc cref="Failure(string)"/>
    public static IOException Failure(string call, int error) => new($"{call} failed: {Message(error)} (errno {error}).");
}
