using System;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using Xunit;
using Xunit.Sdk;

namespace SharpTcp.Packages.Tests;

/// <summary>The packages in a folder of their own, made once for all tests, and fresh projects beside them.</summary>
public sealed class PackageFolder : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sharptcp-packages-");

    /// <summary>The packages.</summary>
    public string Packages => Path.Combine(_folder.FullName, "packages");

    /// <summary>A place that is empty before the first test.</summary>
    public string In(params string[] parts) => Path.Combine([_folder.FullName, .. parts]);

    public async ValueTask InitializeAsync()
    {
        var root = FindRoot();
        await RunAsync(root, Path.Combine(root, "eng", "pack"), Packages, "--no-build", "--configuration", "Release");
        // Nothing but the packages of this folder may be taken for ours: packages are kept here too, and others come from where they are already, or from the sources of this machine.
        File.WriteAllText(In("Directory.Build.props"), $"""
            <Project>
              <PropertyGroup>
                <RestoreAdditionalProjectSources>{Packages}</RestoreAdditionalProjectSources>
                <RestorePackagesPath>{In("restored")}</RestorePackagesPath>
                <RestoreFallbackFolders>{Kept()}</RestoreFallbackFolders>
                <NuGetAudit>false</NuGetAudit>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              </PropertyGroup>
            </Project>
            """);
        File.WriteAllText(In("Directory.Build.targets"), "<Project />");
    }

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return default;
    }

    /// <summary>Writes a project and its program.</summary>
    public string AddProject(string name, string project, string program)
    {
        Directory.CreateDirectory(In(name));
        File.WriteAllText(In(name, name + ".csproj"), project);
        File.WriteAllText(In(name, "Program.cs"), program);
        return In(name);
    }

    /// <summary>Runs a program to its end; it must succeed.</summary>
    public static async Task<string> RunAsync(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo("timeout", ["--kill-after=5", $"{Limit.TotalSeconds:F0}", program, .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        // A build server would live on with the folder that it was started in.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output
            : throw new XunitException($"`{program} {string.Join(' ', arguments)}` ended with status {process.ExitCode}.\n{output}\n{await errors}");
    }

    private static string Kept() => Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "SharpTcp.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests must run from inside the repository.");
    }
}
