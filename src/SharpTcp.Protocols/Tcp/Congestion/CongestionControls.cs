using System;

namespace SharpTcp.Protocols.Tcp;

/// <summary>The congestion control algorithms by name.</summary>
internal static class CongestionControls
{
    public const string Default = "cubic";

    private static readonly CongestionControl[] All = [new CubicControl(), new NewRenoControl()];

    /// <summary>What stands for one of them where the settings ask for it.</summary>
    private static readonly SegmentCubicControl SegmentCubic = new();

    /// <summary>The algorithm that a connection's options and the host's settings name; <see cref="Check"/> let both pass.</summary>
    public static CongestionControl Of(TcpSocketOptions options, TcpSettings settings)
    {
        var name = options.CongestionControl ?? settings.CongestionControl;
        return settings.CubicInSegments && name == SegmentCubic.Name ? SegmentCubic : Find(name) ?? throw Unknown(name);
    }

    /// <summary>Returns the name, or refuses one that there is not.</summary>
    public static string Check(string name) => Find(name)?.Name ?? throw Unknown(name);

    public static bool IsKnown(string name) => Find(name) is not null;

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
