using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;

namespace SharpTcp.Cli;

/// <summary>A server under measurement, in a namespace of its own with the client beside it.</summary>
internal abstract class BenchServer(string name) : IAsyncDisposable
{
    private static readonly TimeSpan SetUpLimit = TimeSpan.FromSeconds(10);

    private Process? _process;

    /// <summary>As the table names it.</summary>
    public string Name { get; } = name;

    /// <summary>Where the client runs.</summary>
    public string ClientNamespace => $"sharptcp-bench-{Environment.ProcessId}-{Name}";

    /// <summary>Where the server is to be reached.</summary>
    public abstract string Address { get; }

    /// <summary>Sets up the namespace and what is in it.</summary>
    public virtual async Task PrepareAsync(CancellationToken cancellation)
    {
        await RunAsync($"ip netns add {ClientNamespace}", cancellation);
        await RunAsync($"ip -n {ClientNamespace} link set lo up", cancellation);
        // The client closes first: with the TIME-WAITs of earlier rounds in its way, finding a free port would be what is measured.
        await RunAsync($"ip netns exec {ClientNamespace} sysctl -q -w net.ipv4.tcp_max_tw_buckets=16", cancellation);
    }

    /// <summary>Starts the server, on one processor if so wished, and waits until it serves.</summary>
    public async Task StartAsync(bool oneCpu, CancellationToken cancellation)
    {
        var command = await CommandAsync(cancellation);
        _process = BenchProcess.Start(oneCpu ? $"taskset -c 0 {command}" : command);
        _ = DrainAsync(_process.StandardError);
        await ServesAsync(_process, cancellation);
        _ = DrainAsync(_process.StandardOutput);
    }

    /// <summary>Runs the client once and returns its report with the processor time of the server.</summary>
    public async Task<(string Report, double ServerCpu)> MeasureAsync(string client, BenchWork work, CancellationToken cancellation)
    {
        var process = _process ?? throw new InvalidOperationException("The server was not started.");
        var before = BenchProcess.CpuSeconds(process.Id);
        var pin = work.OneCpu ? "taskset -c 0 " : "";
        var report = await BenchProcess.RunAsync(
            $"ip netns exec {ClientNamespace} {pin}env STACKBENCH_CC=cubic {client} {work.Mode} {Address} {work.Port} {work.Arguments}",
            TimeSpan.FromSeconds(60), cancellation);
        return (report, BenchProcess.CpuSeconds(process.Id) - before);
    }

    /// <summary>Ends the server.</summary>
    public async Task StopAsync()
    {
        if (_process is not { } process)
        {
            return;
        }

        _process = null;
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        await StopAsync();
        await TryRunAsync($"ip netns delete {ClientNamespace}");
        GC.SuppressFinalize(this);
    }

    /// <summary>The server's command line.</summary>
    protected abstract Task<string> CommandAsync(CancellationToken cancellation);

    /// <summary>Waits until the server serves.</summary>
    protected abstract Task ServesAsync(Process process, CancellationToken cancellation);

    protected static Task RunAsync(string command, CancellationToken cancellation) => BenchProcess.RunAsync(command, SetUpLimit, cancellation);

    protected static async Task TryRunAsync(string command)
    {
        try
        {
            await RunAsync(command, CancellationToken.None);
        }
        catch (CliException)
        {
            // Cleaning up goes on with the rest.
        }
    }

    private static async Task DrainAsync(System.IO.StreamReader reader)
    {
        while (await reader.ReadLineAsync() is not null)
        {
        }
    }
}

/// <summary>The Linux kernel's own TCP/IP over a veth pair: a server in C with one epoll thread.</summary>
internal sealed class KernelBenchServer(string program) : BenchServer("kernel")
{
    private string ServerNamespace => ClientNamespace + "-server";

    public override string Address => "10.97.0.2";

    public override async Task PrepareAsync(CancellationToken cancellation)
    {
        await base.PrepareAsync(cancellation);
        await RunAsync($"ip netns add {ServerNamespace}", cancellation);
        await RunAsync($"ip -n {ClientNamespace} link add veth0 type veth peer name veth0 netns {ServerNamespace}", cancellation);
        await RunAsync($"ip -n {ClientNamespace} address add 10.97.0.1/24 dev veth0", cancellation);
        await RunAsync($"ip -n {ServerNamespace} address add 10.97.0.2/24 dev veth0", cancellation);
        await RunAsync($"ip -n {ClientNamespace} link set veth0 txqueuelen 10000 up", cancellation);
        await RunAsync($"ip -n {ServerNamespace} link set veth0 txqueuelen 10000 up", cancellation);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await TryRunAsync($"ip netns delete {ServerNamespace}");
    }

    protected override Task<string> CommandAsync(CancellationToken cancellation) => Task.FromResult($"ip netns exec {ServerNamespace} {program}");

    protected override async Task ServesAsync(Process process, CancellationToken cancellation)
    {
        // It says nothing: ask for its listeners.
        for (var i = 0; i < 100; i++)
        {
            var listeners = await BenchProcess.RunAsync($"ip netns exec {ServerNamespace} cat /proc/net/tcp6", TimeSpan.FromSeconds(5), cancellation);
            if (listeners.Contains(":0013 ", StringComparison.Ordinal))
            {
                return;
            }

            await Task.Delay(20, cancellation);
        }

        throw new CliException("the kernel's server did not begin to listen.");
    }
}

/// <summary>SharpTCP on a TAP: <c>sharptcp up</c> with its services, through the public sockets.</summary>
internal sealed class SharpTcpBenchServer : BenchServer
{
    private readonly string _options;

    public SharpTcpBenchServer(string name = "sharptcp", string options = "")
        : base(name) => _options = options;

    public override string Address => "10.98.0.7";

    public override async Task PrepareAsync(CancellationToken cancellation)
    {
        await base.PrepareAsync(cancellation);
        await RunAsync($"ip -n {ClientNamespace} tuntap add dev tap0 mode tap", cancellation);
        await RunAsync($"ip -n {ClientNamespace} address add 10.98.0.1/24 dev tap0", cancellation);
        await RunAsync($"ip -n {ClientNamespace} link set tap0 txqueuelen 10000 up", cancellation);
    }

    protected override Task<string> CommandAsync(CancellationToken cancellation)
    {
        var program = string.Join(' ', OwnProgram.Command);
        return Task.FromResult($"ip netns exec {ClientNamespace} {program} up --tap tap0 --ip4 10.98.0.7/24 --no-dad --no-acd --serve echo,discard,chargen {_options}");
    }

    protected override async Task ServesAsync(Process process, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(15));
        while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.StartsWith("ready ", StringComparison.Ordinal))
            {
                return;
            }
        }

        throw new CliException("sharptcp up ended before it was ready.");
    }
}
