using System;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace SharpTcp.Packages.Tests;

/// <summary>The packages, as somebody gets them who has nothing of this repository.</summary>
public sealed class PackageTests(PackageFolder folder) : IClassFixture<PackageFolder>
{
    private const string Project = """
        <Project Sdk="Microsoft.NET.Sdk.Web">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <PublishAot>true</PublishAot>
            <InvariantGlobalization>true</InvariantGlobalization>
            <ImplicitUsings>enable</ImplicitUsings>
            <Nullable>enable</Nullable>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="SharpTcp.AspNetCore" Version="[VERSION]" />
            <PackageReference Include="SharpTcp.Simulation" Version="[VERSION]" />
          </ItemGroup>
        </Project>
        """;

    private const string Program = """
        using SharpTcp;
        using SharpTcp.AspNetCore;
        using SharpTcp.Http;
        using SharpTcp.Links;
        using SharpTcp.Names;
        using SharpTcp.Protocols;
        using SharpTcp.Simulation;

        var (left, right) = MemoryLink.CreatePair(new LinkCapabilities(LinkMedium.Ethernet, Mtu: 1500));
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Logging.ClearProviders();
        builder.WebHost.UseSharpTcp(options => options.AddInterface(() => left, new InterfaceSettings { Addresses = ["10.0.0.2/24"] }));
        builder.WebHost.UseUrls("http://10.0.0.2:80");
        var app = builder.Build();
        app.MapGet("/", (HttpContext context) => $"served to {context.Connection.RemoteIpAddress} out of a package");
        await app.StartAsync();

        await using var stack = new NetworkStack(new NetworkStackOptions
        {
            Dns = new DnsSettings { Hosts = new Dictionary<string, IReadOnlyList<string>> { ["server.test"] = ["10.0.0.2"] } },
        });
        stack.AddInterface(right, new InterfaceSettings { Addresses = ["10.0.0.1/24"] });
        stack.Start();
        using (var client = new HttpClient(stack.CreateHttpHandler()))
            Console.WriteLine(await client.GetStringAsync("http://server.test/"));
        await app.StopAsync();

        using var network = new SimulatedNetwork(seed: 7);
        var (alice, bob) = (network.AddHost("alice"), network.AddHost("bob"));
        network.Connect(alice, bob, new LinkConditions { Delay = TimeSpan.FromMilliseconds(10) });
        using var listener = bob.Stack.Listen(80);
        network.Run(async () => await alice.Stack.ConnectAsync(bob.IPv4, 80));
        Console.WriteLine("simulated");
        """;

    private const string Expected = "served to 10.0.0.1 out of a package\nsimulated\n";

    // Of that name and version: whatever else is called so in the sources of this machine.
    private string Version => Path.GetFileNameWithoutExtension(PathOf("SharpTcp.Wire", ".nupkg"))["SharpTcp.Wire.".Length..];

    [Fact]
    public void A_package_has_readme_licence_documentation_and_symbols()
    {
        string[] libraries = ["SharpTcp", "SharpTcp.AspNetCore", "SharpTcp.Protocols", "SharpTcp.Simulation", "SharpTcp.Wire"];
        Assert.Equal(
            [.. libraries.Append("SharpTcp.Cli").Order(StringComparer.Ordinal)],
            Directory.GetFiles(folder.Packages, "*.nupkg").Select(path => Name(path)).Order(StringComparer.Ordinal));
        foreach (var name in libraries)
        {
            var files = Entries(name, ".nupkg");
            Assert.Contains("README.md", files);
            Assert.Contains("LICENSE", files);
            Assert.Contains($"lib/net10.0/{name}.dll", files);
            Assert.Contains($"lib/net10.0/{name}.xml", files);
            Assert.Contains($"lib/net10.0/{name}.pdb", Entries(name, ".snupkg"));
            Assert.Contains("<license type=\"expression\">MIT</license>", Specification(name), StringComparison.Ordinal);
            Assert.Contains("<readme>README.md</readme>", Specification(name), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_fresh_project_installs_the_packages_and_runs()
    {
        var project = folder.AddProject("fresh", Project.Replace("VERSION", Version, StringComparison.Ordinal), Program);
        Assert.Equal(Expected, await PackageFolder.RunAsync(project, "dotnet", "run", "--configuration", "Release"));
    }

    [Fact]
    public async Task A_fresh_project_becomes_a_native_program()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("SHARPTCP_LONG_TESTS") == "1", "It takes long: eng/long-tests runs it.");
        var project = folder.AddProject("native", Project.Replace("VERSION", Version, StringComparison.Ordinal), Program);
        await PackageFolder.RunAsync(project, "dotnet", "publish", "--use-current-runtime", "--output", folder.In("published"));
        Assert.Equal(Expected, await PackageFolder.RunAsync(folder.In("published"), folder.In("published", "native")));
        Assert.False(File.Exists(folder.In("published", "SharpTcp.dll")));
    }

    [Fact]
    public async Task The_program_installs_as_a_tool_and_runs()
    {
        await PackageFolder.RunAsync(
            folder.In(), "dotnet", "tool", "install", "SharpTcp.Cli", "--tool-path", folder.In("tools"), "--add-source", folder.Packages, "--no-cache");
        var help = await PackageFolder.RunAsync(folder.In(), folder.In("tools", "sharptcp"), "--help");
        Assert.Contains("up", help, StringComparison.Ordinal);
        Assert.Contains(Version, await PackageFolder.RunAsync(folder.In(), folder.In("tools", "sharptcp"), "--version"), StringComparison.Ordinal);
    }

    private static string Name(string path) => string.Join('.', Path.GetFileNameWithoutExtension(path).Split('.').TakeWhile(part => !char.IsAsciiDigit(part[0])));

    private string[] Entries(string name, string ending)
    {
        using var package = ZipFile.OpenRead(PathOf(name, ending));
        return [.. package.Entries.Select(entry => entry.FullName)];
    }

    private string Specification(string name)
    {
        using var package = ZipFile.OpenRead(PathOf(name, ".nupkg"));
        using var reader = new StreamReader(package.GetEntry(name + ".nuspec")!.Open());
        return reader.ReadToEnd();
    }

    private string PathOf(string name, string ending) => Directory.GetFiles(folder.Packages, "*" + ending).Single(path => Name(path) == name);
}
