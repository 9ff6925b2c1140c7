using System;
using System.IO;
using System.Linq;
using Xunit;

namespace SharpTcp.Interop.Tests;

/// <summary>What the machine must have; a test that lacks something is skipped and says what.</summary>
internal static class Requirements
{
    private const string TunDevice = "/dev/net/tun";

    /// <summary>Skips unless network namespaces with a TAP can be made here, as far as that can be seen without making one.</summary>
    public static void SkipUnlessNamespacesCanBe()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Network namespaces are there on Linux only.");
        Assert.SkipUnless(File.Exists(TunDevice), $"The machine has no {TunDevice}.");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Network namespaces inside of a process need root.");
        SkipUnlessProgram("ip", "iproute2");
        SkipUnlessProgram("timeout", "coreutils");
    }

    /// <summary>Skips unless a program is on the path.</summary>
    public static void SkipUnlessProgram(string name, string package)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        Assert.SkipUnless(folders.Any(folder => File.Exists(Path.Combine(folder, name))), $"The program {name} (Debian package {package}) is missing.");
    }
}
