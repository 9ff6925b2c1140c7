using System;
using System.Globalization;
using System.IO;
using System.Text;
using SharpTcp.Protocols;
using SharpTcp.Wire;

namespace SharpTcp.Cli;

/// <summary>
/// What is kept of an interface for the next run: its MAC and its DHCP lease, as lines of text in a file. The file is locked as long as the program runs, so that two hosts never have
/// the same MAC by it.
/// </summary>
internal sealed class InterfaceState : IDisposable
{
    private const int LongestFile = 4096;

    private readonly FileStream _file;

    private InterfaceState(FileStream file) => _file = file;

    /// <summary>The MAC of the last run.</summary>
    public MacAddress? Mac { get; private set; }

    /// <summary>The lease of the last run, as far as it is needed to ask for it again.</summary>
    public DhcpLease? Lease { get; private set; }

    /// <summary>When <see cref="Lease"/> ends.</summary>
    public DateTimeOffset LeaseEnds { get; private set; }

    /// <summary>Opens and locks a file, and reads what it says; what cannot be read counts as not there.</summary>
    /// <exception cref="IOException">The file cannot be had, or another process has it.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be had.</exception>
    public static InterfaceState Open(string path)
    {
        var file = StateFolder.OpenPrivate(path, FileMode.OpenOrCreate);
        var state = new InterfaceState(file);
        if (file.Length <= LongestFile)
        {
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            state.Read(Encoding.UTF8.GetString(bytes));
        }
        return state;
    }

    /// <summary>Keeps the MAC, and the lease if there is one or was one before.</summary>
    public void Save(MacAddress mac, DhcpLease? lease, DateTimeOffset? ends)
    {
        Mac = mac;
        (Lease, LeaseEnds) = lease is null ? (Lease, LeaseEnds) : (lease, ends ?? DateTimeOffset.MaxValue);
        Write();
    }

    /// <summary>The lease is over, or given back: its address is no more than a wish.</summary>
    public void EndLease(DateTimeOffset now)
    {
        if (Lease is not null && LeaseEnds > now)
        {
            LeaseEnds = now;
            Write();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void Write()
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"mac {Mac}\n");
        if (Lease is { } lease)
            text.Append(CultureInfo.InvariantCulture, $"lease {lease.Address} {lease.Server} {lease.Seconds} {LeaseEnds.UtcDateTime:O}\n");
        _file.SetLength(0);
        _file.Position = 0;
        _file.Write(Encoding.UTF8.GetBytes(text.ToString()));
    }

    private void Read(string text)
    {
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split(' ');
            if (words is ["mac", var mac] && MacAddress.TryParse(mac, out var own) && own.IsUnicast)
                Mac = own;
            else if (words is ["lease", var address, var server, var seconds, var ends])
                ReadLease(address, server, seconds, ends);
        }
    }

    private void ReadLease(string address, string server, string seconds, string ends)
    {
        if (Prefix.TryParse(address, out var prefix) && prefix.IsIPv4 && prefix.Address.IsUnicast && IPv4Address.TryParse(server, out var from)
            && uint.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var duration)
            && DateTimeOffset.TryParseExact(ends, "O", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var end))
            (Lease, LeaseEnds) = (new DhcpLease { Address = prefix, Server = from, Seconds = duration }, end);
    }
}
