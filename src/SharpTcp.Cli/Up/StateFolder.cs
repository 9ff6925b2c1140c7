using System;
using System.Globalization;
using System.IO;
using System.Security.Cryptography;
using System.Text;

namespace SharpTcp.Cli;

/// <summary>
/// Where the program keeps what shall be the same in its next run: <c>$XDG_STATE_HOME/sharptcp</c>, or <c>~/.local/state/sharptcp</c>. It works without one too, and is then a new host
/// each time.
/// </summary>
internal static class StateFolder
{
    /// <summary>The folder, made if need be; null if the environment names none.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    public static string? Open()
    {
        var state = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
        if (string.IsNullOrEmpty(state) || !Path.IsPathRooted(state))
        {
            var home = Environment.GetEnvironmentVariable("HOME");
            if (string.IsNullOrEmpty(home) || !Path.IsPathRooted(home))
                return null;
            state = Path.Combine(home, ".local", "state");
        }
        return Directory.CreateDirectory(Path.Combine(state, "sharptcp")).FullName;
    }

    /// <summary>The secret that stable addresses are made with (RFC 7217 §5), made by chance if there is none yet.</summary>
    /// <exception cref="IOException">The file cannot be read or written, or holds no secret.</exception>
    public static (ulong First, ulong Second) ReadSecret(string folder)
    {
        var path = Path.Combine(folder, "secret");
        if (!File.Exists(path))
            MakeSecret(path);
        var text = File.ReadAllText(path).Trim();
        return text.Length == 32
            && ulong.TryParse(text.AsSpan(0, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var first)
            && ulong.TryParse(text.AsSpan(16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var second)
                ? (first, second)
                : throw new IOException($"{path} does not hold 32 hexadecimal digits: delete it, and a new secret is made.");
    }

    /// <summary>Opens a file that is nobody else's to read, and locks it.</summary>
    /// <exception cref="IOException">It cannot be had, or another process has it.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be had.</exception>
    public static FileStream OpenPrivate(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
    }

    // Whole or not at all, and never in place of one that another process made at the same time.
    private static void MakeSecret(string path)
    {
        var draft = $"{path}.{Environment.ProcessId}";
        using (var file = OpenPrivate(draft, FileMode.Create))
            file.Write(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)) + "\n"));
        try
        {
            File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(draft);
        }
    }
}
