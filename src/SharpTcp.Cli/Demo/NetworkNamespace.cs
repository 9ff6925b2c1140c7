using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Runtime.InteropServices;

namespace SharpTcp.Cli;

/// <summary>
/// Runs the program again in a network namespace of its own. Making one needs a process of one thread, so util-linux's <c>unshare</c>, part of every Debian, does it and becomes this
/// program.
/// </summary>
internal static unsafe partial class NetworkNamespace
{
    // The user's own first, if it may; as root without a user namespace, which may be switched off.
    private static readonly string[][] UserWays = [["--user", "--map-root-user", "--net"]];
    private static readonly string[][] RootWays = [["--net"], .. UserWays];

    /// <summary>Becomes the program in a new network namespace. Returns only if that cannot be.</summary>
    /// <param name="arguments">The arguments of the program.</param>
    /// <returns>Why it cannot be, for people.</returns>
    public static string Enter(params string[] arguments)
    {
        if (!OperatingSystem.IsLinux())
            return "this is not Linux";
        if (!File.Exists("/dev/net/tun"))
            return "there is no /dev/net/tun";
        foreach (var way in Environment.IsPrivilegedProcess ? RootWays : UserWays)
        {
            if (CanEnter(way))
                return Become(["unshare", .. way, "--", .. Self(), .. arguments]);
        }
        return "this user may not make a network namespace or open /dev/net/tun";
    }

    private static bool CanEnter(string[] way)
    {
        try
        {
            using var probe = Process.Start(new ProcessStartInfo("unshare", [.. way, "--", "sh", "-c", ": <>/dev/net/tun"])
            {
                RedirectStandardError = true,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            })!;
            probe.WaitForExit();
            return probe.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // there is no unshare
        }
    }

    // Either the NativeAOT program itself, or the host of the runtime with the program's assembly.
    private static IEnumerable<string> Self()
    {
        var process = Environment.ProcessPath!;
        return Path.GetFileNameWithoutExtension(process) == "dotnet"
            ? [process, Path.Combine(AppContext.BaseDirectory, $"{typeof(NetworkNamespace).Assembly.GetName().Name}.dll")]
            : [process];
    }

    private static string Become(string[] words)
    {
        Console.Out.Flush();
        var pointers = new nint[words.Length + 1];
        for (var index = 0; index < words.Length; index++)
            pointers[index] = Marshal.StringToCoTaskMemUTF8(words[index]);
        fixed (nint* argument = pointers)
            Execute(words[0], argument);
        var error = Marshal.GetLastPInvokeError();
        foreach (var pointer in pointers)
            Marshal.FreeCoTaskMem(pointer);
        return $"unshare could not be started: {Marshal.GetPInvokeErrorMessage(error)}";
    }

    [LibraryImport("libc", EntryPoint = "execvp", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(string file, nint* arguments);
}
