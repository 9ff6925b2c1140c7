using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;

namespace SharpTcp.Exec;

/// <summary>
/// What runs in the process that becomes the program: it puts the filter on its thread, says at which descriptor the kernel tells of calls, waits until the supervisor has that, and
/// executes the program, which inherits the filter.
/// </summary>
internal static unsafe class ProgramChild
{
    private const int NoNewPrivileges = 38; // PR_SET_NO_NEW_PRIVS
    private const int ParentDeathSignal = 1; // PR_SET_PDEATHSIG
    private const int SetFilter = 1; // SECCOMP_SET_MODE_FILTER
    private const int NewListener = 8; // SECCOMP_FILTER_FLAG_NEW_LISTENER
    private const int Killed = 9; // SIGKILL
    private const int BrokenPipe = 13; // SIGPIPE
    private const int NotFound = 2; // ENOENT
    private const int NotFoundStatus = 127;
    private const int NotExecutableStatus = 126;

    /// <summary>Becomes the program; comes back only if that fails, with the exit status.</summary>
    /// <param name="report">The write end of a pipe, for the number of the notification descriptor or a negated error number.</param>
    /// <param name="go">The read end of a pipe, at which one byte says that the supervisor is there.</param>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="error">Where to say why it could not be run.</param>
    public static int Become(int report, int go, IReadOnlyList<string> command, TextWriter error)
    {
        var arguments = Strings(command);
        var descriptor = -1;
        Kernel.ProcessControl(ParentDeathSignal, Killed, 0, 0, 0);
        if (Kernel.ProcessControl(NoNewPrivileges, 1, 0, 0, 0) == 0)
        {
            descriptor = InstallFilter();
        }

        var answer = descriptor >= 0 ? descriptor : -Kernel.LastError;
        byte started = 0;
        if (Kernel.Write(report, &answer, sizeof(int)) != sizeof(int) || descriptor < 0 || Kernel.Read(go, &started, 1) != 1)
        {
            return SupervisionError.Status;
        }

        Kernel.Close(report);
        Kernel.Close(go);

        // The runtime ignores SIGPIPE, and what is ignored stays so.
        Kernel.Signal(BrokenPipe, 0);
        Kernel.Execute(arguments[0], arguments);
        var failure = Kernel.LastError;
        error.WriteLine($"sharptcp exec: \"{command[0]}\" cannot be run: {Marshal.GetPInvokeErrorMessage(failure)}.");
        return failure == NotFound ? NotFoundStatus : NotExecutableStatus;
    }

    private static int InstallFilter()
    {
        var filter = SeccompFilter.Build(SystemCalls.OfThisMachine!);
        fixed (FilterInstruction* instructions = filter)
        {
            var program = new FilterProgram { Length = (ushort)filter.Length, Instructions = instructions };
            return (int)Kernel.Call(SystemCalls.OfThisMachine!.Seccomp, SetFilter, NewListener, (nint)(&program));
        }
    }

    /// <summary>An array of C strings that lives as long as the process.</summary>
    private static byte** Strings(IReadOnlyList<string> texts)
    {
        var strings = (byte**)NativeMemory.Alloc((nuint)(texts.Count + 1), (nuint)sizeof(byte*));
        for (var i = 0; i < texts.Count; i++)
        {
            var bytes = Encoding.UTF8.GetBytes(texts[i] + "\0");
            strings[i] = (byte*)NativeMemory.Alloc((nuint)bytes.Length);
            bytes.CopyTo(new Span<byte>(strings[i], bytes.Length));
        }

        strings[texts.Count] = null;
        return strings;
    }

    /// <summary>struct sock_fprog.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct FilterProgram
    {
        public ushort Length;
        public FilterInstruction* Instructions;
    }
}
