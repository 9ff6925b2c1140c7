using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Mono.Cecil;
using Xunit;

namespace SharpTcp.Architecture.Tests;

/// <summary>Nobody imports upwards (DESIGN §2).</summary>
public sealed class LayeringTests
{
    public static TheoryData<string> RoomNames => [.. House.Rooms.Select(room => room.Name)];

    [Fact]
    public void EveryProjectUnderSrcHasItsPlaceInThePlan()
    {
        var projects = Directory.GetFiles(Path.Combine(House.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Select(path => Path.GetFileNameWithoutExtension(path)!)
            .Order(StringComparer.Ordinal);
        Assert.Equal(House.Rooms.Select(room => room.Name).Order(StringComparer.Ordinal), projects);
    }

    [Theory]
    [MemberData(nameof(RoomNames))]
    public void ARoomImportsOnlyWhatLiesBelowIt(string name)
    {
        var room = House.Rooms.Single(room => room.Name == name);
        using var module = House.Read(name);
        Assert.Empty(ForbiddenImports(module, room.MayImport));
    }

    [Fact]
    public void AnImportUpwardsIsFound()
    {
        using var module = House.Read("SharpTcp.Architecture.Tests");
        Assert.Equal(["SharpTcp.Wire"], ForbiddenImports(module, []));
        Assert.Equal(typeof(SharpTcp.Wire.MacAddress).Assembly.GetName().Name, ForbiddenImports(module, ["SharpTcp"]).Single());
    }

    [Fact]
    public void ARoomMayImportOnlyRoomsBeforeIt()
    {
        var before = new HashSet<string>();
        foreach (var room in House.Rooms)
        {
            Assert.All(room.MayImport, import => Assert.Contains(import, before));
            before.Add(room.Name);
        }
    }

    [Theory]
    [MemberData(nameof(RoomNames))]
    public void TypesLiveInTheNamespacesOfTheirRoom(string name)
    {
        var room = House.Rooms.Single(room => room.Name == name);
        using var module = House.Read(name);
        var strangers = House.WrittenTypes(module)
            .Where(type => !room.Namespaces.Contains(type.Namespace) && type.Name != "Program")
            .Select(type => type.FullName);
        Assert.Empty(strangers);
    }

    private static IEnumerable<string> ForbiddenImports(ModuleDefinition module, string[] allowed) =>
        module.AssemblyReferences
            .Select(reference => reference.Name)
            .Where(name => name.StartsWith("SharpTcp", StringComparison.Ordinal) && !allowed.Contains(name));
}
