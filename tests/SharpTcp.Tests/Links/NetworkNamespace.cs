using System;
using System.Diagnostics;
using System.IO;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Threading;
using Xunit;

namespace SharpTcp.Tests.Links;

/// <summary>Runs a test on a thread that has a network namespace of its own; it is gone with the thread and what it opened.</summary>
internal static partial class NetworkNamespace
{
    private const int NewNetwork = 0x4000_0000;
    private const string TunDevice = "/dev/net/tun";

    public static void Run(Action test)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Network namespaces are there on Linux only.");
        Assert.SkipUnless(File.Exists(TunDevice), $"The machine has no {TunDevice}.");
        ExceptionDispatchInfo? failure = null;
        var denied = 0;
        var thread = new Thread(() =>
        {
            if (Unshare(NewNetwork) < 0)
            {
                denied = Marshal.GetLastPInvokeError();
                return;
            }
            try
            {
                test();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        Assert.SkipUnless(denied == 0, $"No permission to make a network namespace: {Marshal.GetPInvokeErrorMessage(denied)}.");
    }

    /// <summary>Runs <c>ip</c> with some arguments in the namespace of this thread.</summary>
    public static void Ip(string arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"ip {arguments}: {errors}");
    }

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    private static partial int Unshare(int flags);
}
