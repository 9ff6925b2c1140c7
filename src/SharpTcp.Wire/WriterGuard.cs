using System;

namespace SharpTcp.Wire;

/// <summary>The check with which a writer proves its destination once, with a message that says how much room was missing.</summary>
internal static class WriterGuard
{
    /// <summary>The first <paramref name="length"/> bytes of <paramref name="destination"/>.</summary>
    /// <exception cref="ArgumentException">The destination is shorter than that.</exception>
    public static Span<byte> Take(Span<byte> destination, int length)
    {
        if ((uint)length > (uint)destination.Length)
            Refuse(length, destination.Length);
        return destination[..length];
    }

    private static void Refuse(int needed, int given) =>
        throw new ArgumentException($"The destination has {given} bytes, this needs {needed}: pass a longer span.", "destination");
}
