using System;

namespace SharpTcp.Protocols.Tcp;

/// <summary>The congestion control algorithms by name.</summary>
internal static class CongestionControls
{
    public const string Default = "cubic";

    private static readonly CongestionControl[] All = [new CubicControl(), new NewRenoControl()];

    /// <summary>The algorithm of a name that <see cref="Check"/> let pass.</summary>
    public static CongestionControl Of(string name) => Find(name) ?? throw Unknown(name);

    /// <summary>Returns the name, or refuses one that there is not.</summary>
    public static string Check(string name) => Find(name)?.Name ?? throw Unknown(name);

    private static CongestionControl? Find(string name)
    {
        foreach (var control in All)
        {
            if (control.Name == name)
            {
                return control;
            }
        }

        return null;
    }

    private static ArgumentException Unknown(string name) =>
        new($"There is no congestion control named \"{name}\". Choose one of: cubic, reno.", nameof(name));
}
