using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using SharpTcp.Exec;
using SharpTcp.Protocols;
using SharpTcp.Protocols.Tcp;

namespace SharpTcp.Cli;

/// <summary>Runs <c>exec</c>: a host on a TAP, and a program on it. Standard output is the program's alone.</summary>
internal sealed class ExecRunner(TextWriter error)
{
    private static readonly TimeSpan GraceForStack = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan GraceForLeases = TimeSpan.FromMilliseconds(200);

    /// <summary>Runs the program to its end.</summary>
    /// <returns>Its exit status, or <see cref="ExitStatus.NoProgram"/>.</returns>
    public async Task<int> RunAsync(UpOptions options, IReadOnlyList<string> command, CancellationToken cancellation)
    {
        using var terminated = new CancellationTokenSource();
        // A terminal sends SIGINT to the program too, which says what becomes of it.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, static context => context.Cancel = true);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            terminated.Cancel();
        });
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, terminated.Token);
        try
        {
            using var log = new ErrorLog(error);
            var (folder, secret) = UpRunner.OpenState(log);
            using var stack = new NetworkStack(new NetworkStackOptions { LoggerFactory = log, Host = new HostOptions { Tcp = TcpSettings.Linux, IdentifierSecret = secret } });
            using var attached = UpInterface.Open(stack, options, folder, error, log);
            stack.LeaseChanged += attached.OnLeaseChanged;
            stack.Start();
            await UpRunner.WaitForAddressesAsync(stack);
            var status = await ProgramRunner.RunAsync(stack, command, OwnProgram.Command, both.Token);
            await stack.ShutdownAsync(GraceForStack);
            await stack.ReleaseLeasesAsync(GraceForLeases);
            // That continues on the stack's own thread, which cannot wait for its own end.
            await Task.Yield();
            return status;
        }
        catch (Exception exception) when (exception is CliException or SupervisionException)
        {
            error.WriteLine($"sharptcp exec: {exception.Message}");
            return ExitStatus.NoProgram;
        }
    }
}
