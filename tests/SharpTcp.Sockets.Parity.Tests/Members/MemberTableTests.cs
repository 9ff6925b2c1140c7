using System;
using System.IO;
using System.Net.Sockets;
using Xunit;

namespace SharpTcp.Sockets.Parity.Tests;

/// <summary>No member of System.Net.Sockets is forgotten, and the page says what became of each.</summary>
public sealed class MemberTableTests
{
    [Fact]
    public void EveryMemberIsThereOrHasAReason() => Assert.Empty(MemberTable.Forgotten());

    [Fact]
    public void ThePageIsWhatTheGeneratorMakes()
    {
        var file = Path.Combine(FindRoot(), "docs", "sockets.md");
        var page = MemberTable.ToMarkdown();
        if (Environment.GetEnvironmentVariable("SHARPTCP_WRITE_SOCKETS") == "1")
        {
            File.WriteAllText(file, page);
        }

        Assert.True(File.Exists(file) && File.ReadAllText(file) == page, "docs/sockets.md is not what the code says: run eng/sockets");
    }

    [Fact]
    public void WhatRefusesRefuses()
    {
        using var stack = new NetworkStack();
        using var socket = new Socket(stack, SocketType.Stream, ProtocolType.Tcp);
        using var listener = TcpListener.Create(stack, 0);
        using var client = new UdpClient(stack);

        Assert.Throws<PlatformNotSupportedException>(() => socket.Handle);
        Assert.Throws<PlatformNotSupportedException>(() => socket.SafeHandle);
        Assert.Throws<PlatformNotSupportedException>(() => socket.DuplicateAndClose(1));
        Assert.Throws<PlatformNotSupportedException>(() => socket.SetIPProtectionLevel(IPProtectionLevel.Restricted));
        Assert.Throws<PlatformNotSupportedException>(() => listener.AllowNatTraversal(true));
        Assert.Throws<PlatformNotSupportedException>(() => client.AllowNatTraversal(true));
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "SharpTcp.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests must run from inside the repository: SharpTcp.slnx was not found above them.");
    }
}
