using System;
using System.IO;
using SharpTcp.Links;

namespace SharpTcp.Cli;

/// <summary>Puts the links of <c>up</c> and <c>demo</c> together: faults nearest the stack, capture and log nearest the wire, so that they show what crosses it.</summary>
internal static class LinkAssembly
{
    /// <summary>Opens the TAP with all that was asked for around it.</summary>
    public static ILink Open(UpOptions options, TextWriter error)
    {
        // Before the device is made: a file that cannot be written must not leave one behind.
        var capture = options.Capture is { } path ? CreateCapture(path) : null;
        ILink? link = null;
        try
        {
            link = OpenTap(options);
            if (capture is not null)
                link = new CapturingLink(link, capture);
            if (options.Verbose)
                link = WithLog(link, error);
            return options.Fault is { } fault ? new FaultyLink(link, fault) : link;
        }
        catch
        {
            if (link is null)
                capture?.Dispose();
            link?.Dispose();
            throw;
        }
    }

    /// <summary>Describes every packet on standard error.</summary>
    public static ILink WithLog(ILink link, TextWriter error) => new PacketLogLink(link, error, !Console.IsErrorRedirected, TimeProvider.System);

    private static TapLink OpenTap(UpOptions options)
    {
        if (!OperatingSystem.IsLinux())
            throw new CliException("TAP devices are there on Linux only.");
        try
        {
            return TapLink.Open(options.Tap, new TapOptions { HardwareAddress = options.Mac, Mtu = options.Mtu });
        }
        catch (Exception exception) when (exception is LinkException or ArgumentException)
        {
            throw new CliException(exception.Message.ReplaceLineEndings(" "), exception);
        }
    }

    private static FileStream CreateCapture(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 16);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new CliException($"--capture \"{path}\" cannot be written: {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
    }
}
