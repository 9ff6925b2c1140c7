using System;
using System.IO;
using System.Linq;
using System.Text.Json;

namespace SharpTcp.Wire.Tests;

/// <summary>Single headers of another stack: its fields and the octets it made of them.</summary>
internal static class AssembleVectors
{
    internal sealed record Vector(JsonElement Fields, uint PseudoHeaderSum, byte[] Octets)
    {
        /// <summary>The data that the vector's header carries.</summary>
        internal byte[] Hex(string field) => Convert.FromHexString(Fields.GetProperty(field).GetProperty("hex").GetString()!);
    }

    /// <summary>Finds a vector by its name in the file.</summary>
    internal static Vector Get(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "vectors", "pytcp.json")));
        var vector = document.RootElement.GetProperty("assemble").GetProperty("vectors").EnumerateArray()
            .Single(v => v.GetProperty("name").GetString() == name).GetProperty("vectors")[0].Clone();
        var sum = vector.GetProperty("pseudo_header_sum");
        return new Vector(
            vector.GetProperty("fields"),
            sum.ValueKind == JsonValueKind.Null ? 0 : sum.GetUInt32(),
            Convert.FromHexString(vector.GetProperty("bytes").GetString()!));
    }
}
