using System;
using System.Runtime.InteropServices;

namespace SharpTcp.Exec;

/// <summary>The numbers of the system calls that matter here. Only x86-64 has been tried, so only that is there.</summary>
internal sealed class SystemCalls
{
    private SystemCalls()
    {
    }

    /// <summary>Those of this machine, or null where supervision is not possible.</summary>
    public static SystemCalls? OfThisMachine { get; } = !OperatingSystem.IsLinux() ? null : RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.X64 ? X64 : null;

    /// <summary>The numbers are the same everywhere: these came after they were made uniform.</summary>
    public const int PidFdOpen = 434;
    public const int PidFdGetFd = 438;
    public const int IoUringSetup = 425;

    /// <summary>AUDIT_ARCH_…</summary>
    public required uint Architecture { get; init; }

    public required int Seccomp { get; init; }

    public required int Socket { get; init; }

    public required int Connect { get; init; }

    public required int Accept { get; init; }

    public required int Accept4 { get; init; }

    public required int SendTo { get; init; }

    public required int ReceiveFrom { get; init; }

    public required int SendMessage { get; init; }

    public required int ReceiveMessage { get; init; }

    public required int Shutdown { get; init; }

    public required int Bind { get; init; }

    public required int Listen { get; init; }

    public required int GetLocalName { get; init; }

    public required int GetPeerName { get; init; }

    public required int SetOption { get; init; }

    public required int GetOption { get; init; }

    public required int SendMessages { get; init; }

    public required int ReceiveMessages { get; init; }

    private static SystemCalls X64 => new()
    {
        Architecture = 0xC000003E,
        Seccomp = 317,
        Socket = 41,
        Connect = 42,
        Accept = 43,
        SendTo = 44,
        ReceiveFrom = 45,
        SendMessage = 46,
        ReceiveMessage = 47,
        Shutdown = 48,
        Bind = 49,
        Listen = 50,
        GetLocalName = 51,
        GetPeerName = 52,
        SetOption = 54,
        GetOption = 55,
        Accept4 = 288,
        ReceiveMessages = 299,
        SendMessages = 307,
    };
}
