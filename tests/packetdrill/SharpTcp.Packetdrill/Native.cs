using System;
using System.Globalization;
using System.IO;
using System.Runtime.InteropServices;

namespace SharpTcp.Packetdrill;

/// <summary>The few calls to the C library.</summary>
internal static unsafe partial class Native
{
    private const string Library = "libc";
    private const int GetSocketOptionNumber = 55; // x86-64
    private const int FutexNumber = 202;
    private const int Failure = 70;

    [LibraryImport(Library, EntryPoint = "eventfd", SetLastError = true)]
    public static partial int EventDescriptor(uint initial, int flags);

    [LibraryImport(Library, EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport(Library, EntryPoint = "usleep")]
    public static partial int MicroSleep(uint microseconds);

    [LibraryImport(Library, EntryPoint = "gettid")]
    public static partial int ThreadId();

    /// <summary>The kernel's own getsockopt, whatever the C library's symbol is bound to.</summary>
    public static int KernelGetOption(int descriptor, int level, int option, byte* value, uint* length)
    {
        var result = SystemCall(GetSocketOptionNumber, descriptor, level, option, (nint)value, (nint)length);
        return result < 0 ? Fail(Marshal.GetLastPInvokeError()) : (int)result;
    }

    /// <summary>Sets errno for the caller and gives its −1.</summary>
    public static int Fail(int error)
    {
        Marshal.SetLastSystemError(error);
        return -1;
    }

    /// <summary>Ends the process with a word on why, as packetdrill does.</summary>
    public static void Die(string message)
    {
        Console.Error.WriteLine(message);
        Console.Error.Flush();
        Exit(Failure);
    }

    /// <summary>Whether a thread of this process sleeps until another one wakes it (and does not run, or wait for a child).</summary>
    public static bool WaitsForAnother(int thread)
    {
        try
        {
            var call = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/self/task/{thread}/syscall"));
            return call.StartsWith(FutexNumber.ToString(CultureInfo.InvariantCulture) + " ", StringComparison.Ordinal);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return true; // a kernel without that file: time decides alone
        }
    }

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint a, nint b, nint c, nint d, nint e);

    [LibraryImport(Library, EntryPoint = "_exit")]
    private static partial void Exit(int status);
}
