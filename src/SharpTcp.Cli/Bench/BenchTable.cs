using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;

namespace SharpTcp.Cli;

/// <summary>The result as a Markdown table and as JSON.</summary>
internal static class BenchTable
{
    public static void Write(IReadOnlyList<BenchResult> results, IReadOnlyList<BenchWork> works, TextWriter output)
    {
        output.WriteLine("| work | Linux kernel (veth) | SharpTCP (TAP) | ratio | least and most of the ratio's parts |");
        output.WriteLine("|--|--|--|--|--|");
        foreach (var work in works)
        {
            var kernel = results.Single(result => result.Work == work && result.Server == "kernel");
            var ours = results.Single(result => result.Work == work && result.Server == "sharptcp");
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {work.Title} | {Format(kernel)} | {Format(ours)} | {ours.RatioTo(kernel):F2} | {Spread(kernel)}; {Spread(ours)} |"));
        }
    }

    public static string ToJson(IReadOnlyList<BenchResult> results)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartArray();
            foreach (var result in results)
            {
                WriteResult(json, result);
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void WriteResult(Utf8JsonWriter json, BenchResult result)
    {
        json.WriteStartObject();
        json.WriteString("work", result.Work.Name);
        json.WriteString("server", result.Server);
        json.WriteString("unit", result.Work.Unit);
        json.WriteNumber("median", result.Median);
        if (result.CpuPerGigabyte is { } cpu)
        {
            json.WriteNumber("server_cpu_s_per_gb", cpu);
        }

        json.WriteStartArray("runs");
        foreach (var figure in result.Figures)
        {
            json.WriteNumberValue(figure);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Format(BenchResult result) =>
        Number(result.Median) + (result.Work.Unit.StartsWith('/') ? "" : " ") + result.Work.Unit
        + (result.CpuPerGigabyte is { } cpu && result.Server != "kernel" ? string.Create(CultureInfo.InvariantCulture, $" ({cpu:F2} CPU s/GB)") : "");

    private static string Spread(BenchResult result) => $"{Number(result.Figures.Min())}–{Number(result.Figures.Max())}";

    private static string Number(double value) => value >= 1000
        ? Math.Round(value / 1000, 1).ToString("0.#", CultureInfo.InvariantCulture) + " k"
        : value.ToString("0.#", CultureInfo.InvariantCulture);
}
