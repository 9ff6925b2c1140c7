using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;

namespace SharpTcp.Cli;

/// <summary>
/// Measures servers beside each other: every server does every piece of work in turn (A B A B …), so that what the machine does meanwhile falls on both; medians and their ratio count.
/// </summary>
internal sealed class BenchRunner(BenchOptions options, TextWriter output, TextWriter progress)
{
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var works = Chosen();
        var tools = Directory.CreateTempSubdirectory("sharptcp-bench-");
        BenchServer[] servers = [];
        try
        {
            var client = await CompileAsync("stackbench", tools.FullName, cancellation);
            servers = [new KernelBenchServer(await CompileAsync("kserver", tools.FullName, cancellation)), new SharpTcpBenchServer()];
            foreach (var server in servers)
            {
                await server.PrepareAsync(cancellation);
            }

            var results = new List<BenchResult>();
            foreach (var work in works)
            {
                results.AddRange(await MeasureAsync(servers, client, work, cancellation));
            }

            BenchTable.Write(results, works, output);
            if (options.Json is { } path)
            {
                await File.WriteAllTextAsync(path, BenchTable.ToJson(results), cancellation);
            }

            return ExitStatus.Success;
        }
        finally
        {
            foreach (var server in servers)
            {
                await server.DisposeAsync();
            }

            tools.Delete(recursive: true);
        }
    }

    private IReadOnlyList<BenchWork> Chosen()
    {
        var all = BenchWork.All(options.Seconds);
        var unknown = options.Only.Except(all.Select(work => work.Name)).ToList();
        if (unknown.Count > 0)
        {
            throw new CliException($"there is no work called \"{unknown[0]}\"; the names are {string.Join(", ", all.Select(work => work.Name))}.");
        }

        return options.Only.Count == 0 ? all : [.. all.Where(work => options.Only.Contains(work.Name))];
    }

    private async Task<IEnumerable<BenchResult>> MeasureAsync(BenchServer[] servers, string client, BenchWork work, CancellationToken cancellation)
    {
        var results = servers.Select(server => new BenchResult(server.Name, work)).ToArray();
        try
        {
            foreach (var server in servers)
            {
                await server.StartAsync(work.OneCpu, cancellation);
            }

            // Round 0 warms up (the compiler above all) and does not count.
            for (var round = 0; round <= options.Runs; round++)
            {
                for (var i = 0; i < servers.Length; i++)
                {
                    var (report, cpu) = await servers[i].MeasureAsync(client, work, cancellation);
                    using var json = JsonDocument.Parse(report);
                    if (round > 0)
                    {
                        results[i].Add(json.RootElement, cpu);
                    }

                    progress.WriteLine($"{work.Name} {round}/{options.Runs} {servers[i].Name}: {report.Trim()}");
                }
            }
        }
        finally
        {
            foreach (var server in servers)
            {
                await server.StopAsync();
            }
        }

        return results;
    }

    private async Task<string> CompileAsync(string name, string folder, CancellationToken cancellation)
    {
        var source = Path.Combine(options.Sources, name + ".c");
        if (!File.Exists(source))
        {
            throw new CliException($"the bench is built from sources, and {source} is not there: run it by the launcher of a checkout.");
        }

        var program = Path.Combine(folder, name);
        await BenchProcess.RunAsync($"cc -O2 -o {program} {source}", TimeSpan.FromSeconds(60), cancellation);
        return program;
    }
}
