using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using SharpTcp.Posix;

namespace SharpTcp.Exec;

/// <summary>
/// Runs a program with its TCP and UDP on a stack. The program knows nothing of it: its socket calls are stopped by a seccomp filter and served here (seccomp_unotify(2)); everything
/// else, and every other kind of socket, stays the kernel's.
/// </summary>
public static unsafe class ProgramRunner
{
    private const int Permission = 1; // EPERM

    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan DeliveryStep = TimeSpan.FromMilliseconds(5);

    /// <summary>The first argument by which a process of ours knows that it is to become the program.</summary>
    internal const string ChildCommand = "exec-child";

    /// <summary>Whether this machine can do it at all: Linux on x86-64.</summary>
    public static bool IsSupported => SystemCalls.OfThisMachine is not null;

    /// <summary>
    /// Becomes a supervised program, if <paramref name="arguments"/> are those that <see cref="RunAsync"/> started this process with. To be called first thing in <c>Main</c>.
    /// </summary>
    /// <param name="arguments">The arguments of the process.</param>
    /// <param name="status">The exit status, if the program could not be run.</param>
    /// <returns>False if this is an ordinary start.</returns>
    public static bool TryBecomeProgram(IReadOnlyList<string> arguments, out int status)
    {
        status = SupervisionError.Status;
        if (arguments.Count < 4 || arguments[0] != ChildCommand
            || !int.TryParse(arguments[1], NumberStyles.None, CultureInfo.InvariantCulture, out var report)
            || !int.TryParse(arguments[2], NumberStyles.None, CultureInfo.InvariantCulture, out var go))
        {
            return false;
        }

        var command = new List<string>();
        for (var i = 3; i < arguments.Count; i++)
        {
            command.Add(arguments[i]);
        }

        status = ProgramChild.Become(report, go, command, Console.Error);
        return true;
    }

    /// <summary>Runs a program until it ends.</summary>
    /// <param name="stack">The stack that it gets; started.</param>
    /// <param name="command">The program, looked for in PATH, and its arguments.</param>
    /// <param name="self">This program and the arguments that start it again, before those of <see cref="TryBecomeProgram"/>.</param>
    /// <param name="cancellation">Asks the program to end (SIGTERM).</param>
    /// <returns>Its exit status; 128 and the number of the signal that killed it; 126 or 127 if it could not be run.</returns>
    /// <exception cref="SupervisionException">The machine does not allow it.</exception>
    public static Task<int> RunAsync(NetworkStack stack, IReadOnlyList<string> command, IReadOnlyList<string> self, CancellationToken cancellation = default)
    {
        if (!IsSupported)
        {
            throw new SupervisionException("Programs can be run on the stack on Linux with an x86-64 processor only.");
        }

        // A thread of its own: the program is killed when the thread that started it ends before it does (PR_SET_PDEATHSIG).
        var ended = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                ended.SetResult(Run(stack, command, self, cancellation));
            }
            catch (Exception exception)
            {
                ended.SetException(exception);
            }
        })
        { IsBackground = true, Name = "sharptcp-exec" };
        thread.Start();
        return ended.Task;
    }

    private static int Run(NetworkStack stack, IReadOnlyList<string> command, IReadOnlyList<string> self, CancellationToken cancellation)
    {
        var report = stackalloc int[2];
        var go = stackalloc int[2];
        if (Kernel.Pipe(report, 0) != 0 || Kernel.Pipe(go, 0) != 0)
        {
            throw new SupervisionException("No descriptors are left for a pipe.");
        }

        using var process = Start(command, self, report[1], go[0]);
        Kernel.Close(report[1]);
        Kernel.Close(go[0]);
        int theirs;
        var heard = Kernel.Read(report[0], &theirs, sizeof(int));
        Kernel.Close(report[0]);
        if (heard != sizeof(int) || theirs < 0)
        {
            Kernel.Close(go[1]);
            process.WaitForExit();
            throw new SupervisionException(Explain(heard == sizeof(int) ? -theirs : 0));
        }

        var ours = ProgramDescriptors.Copy(process.Id, theirs);
        if (ours < 0)
        {
            Kernel.Close(go[1]);
            process.WaitForExit();
            throw new SupervisionException("The system does not let this process have a descriptor of its child (pidfd_getfd): see kernel.yama.ptrace_scope, or run as root.");
        }

        return Supervise(stack, process, ours, go[1], cancellation);
    }

    private static int Supervise(NetworkStack stack, Process process, int calls, int go, CancellationToken cancellation)
    {
        using var wakeup = new Wakeup();
        var pump = new StackPump(stack, wakeup.Signal);
        using var supervisor = new Supervisor(new PosixStack(pump.Host, pump), wakeup, new NotificationDescriptor(calls));
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => supervisor.Stop();
        using var asked = cancellation.Register(() => Kernel.Kill(process.Id, 15));
        byte one = 1;
        Kernel.Write(go, &one, 1);
        Kernel.Close(go);
        supervisor.Run();
        process.WaitForExit();
        supervisor.CloseSockets();
        AwaitDelivery(pump);
        return process.ExitCode;
    }

    /// <summary>What the program wrote before it ended must still arrive; the kernel would see to that, and its stack does not end with the program.</summary>
    private static void AwaitDelivery(StackPump pump)
    {
        var heard = 0L;
        for (var waited = TimeSpan.Zero; waited < LongestSilence; waited += DeliveryStep)
        {
            pump.Enter();
            var tcp = pump.Host.Tcp;
            var open = tcp.ConnectionCount - tcp.TimeWaitCount;
            var received = tcp.Counters.SegmentsReceived;
            pump.Leave();
            if (open == 0)
            {
                return;
            }

            waited = received == heard ? waited : TimeSpan.Zero;
            heard = received;
            Thread.Sleep(DeliveryStep);
        }
    }

    private static Process Start(IReadOnlyList<string> command, IReadOnlyList<string> self, int report, int go)
    {
        var start = new ProcessStartInfo(self[0]) { UseShellExecute = false };
        for (var i = 1; i < self.Count; i++)
        {
            start.ArgumentList.Add(self[i]);
        }

        start.ArgumentList.Add(ChildCommand);
        start.ArgumentList.Add(report.ToString(CultureInfo.InvariantCulture));
        start.ArgumentList.Add(go.ToString(CultureInfo.InvariantCulture));
        foreach (var argument in command)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start) ?? throw new SupervisionException("The program could not be started.");
    }

    private static string Explain(int error) => error switch
    {
        0 => "The process that was to become the program ended before it did.",
        Permission => "The kernel refused the seccomp filter (EPERM): a container may forbid it; allow seccomp in its profile.",
        _ => $"The kernel refused the seccomp filter: {Marshal.GetPInvokeErrorMessage(error)}.",
    };
}
