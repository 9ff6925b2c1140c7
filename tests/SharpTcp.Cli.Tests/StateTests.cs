using System;
using System.IO;
using SharpTcp.Protocols;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Cli.Tests;

/// <summary>What <c>up</c> keeps for its next run.</summary>
public sealed class StateTests : IDisposable
{
    private static readonly MacAddress Mac = MacAddress.Parse("02:00:00:00:00:07");
    private static readonly DateTimeOffset End = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly DhcpLease Lease = new() { Address = Prefix.Parse("10.0.0.50/24"), Server = IPv4Address.Parse("10.0.0.1"), Seconds = 3600 };

    private readonly string _folder = Directory.CreateTempSubdirectory("sharptcp-state-").FullName;

    private string File => Path.Combine(_folder, "tap7");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void WhatIsSavedIsThereAgain()
    {
        using (var state = InterfaceState.Open(File))
        {
            Assert.Equal((null, null), (state.Mac, state.Lease));
            state.Save(Mac, null, null);
            state.Save(Mac, Lease with { DnsServers = [IPv4Address.Loopback] }, End);
        }
        using (var again = InterfaceState.Open(File))
        {
            Assert.Equal(((MacAddress?)Mac, End), (again.Mac, again.LeaseEnds));
            Assert.Equal((Lease.Address, Lease.Server, Lease.Seconds), (again.Lease!.Address, again.Lease.Server, again.Lease.Seconds));
            again.EndLease(End.AddHours(-1));
            again.EndLease(End); // it is over already
        }
        using var last = InterfaceState.Open(File);
        Assert.Equal(End.AddHours(-1), last.LeaseEnds);
    }

    [Fact]
    public void ALeaseForEverIsKeptForEver()
    {
        using (var state = InterfaceState.Open(File))
            state.Save(Mac, Lease with { Seconds = DhcpLease.Forever }, null);
        using var again = InterfaceState.Open(File);
        Assert.Equal((DateTimeOffset.MaxValue, DhcpLease.Forever), (again.LeaseEnds, again.Lease!.Seconds));
    }

    [Fact]
    public void TwoHostsNeverHaveTheSameFile()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Locks of Unix.");
        using var state = InterfaceState.Open(File);
        Assert.Throws<IOException>(() => InterfaceState.Open(File));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
    }

    [Theory]
    [InlineData("")]
    [InlineData("mac 01:00:5e:00:00:01\nlease 10.0.0.50/24 10.0.0.1 3600 yesterday\n")]
    [InlineData("mac\nlease 10.0.0.50 10.0.0.1 3600\n")]
    [InlineData("lease 2001:db8::1/64 10.0.0.1 3600 2030-01-02T03:04:05.0000000Z\n")]
    [InlineData("lease 224.0.0.1/24 10.0.0.1 3600 2030-01-02T03:04:05.0000000Z\n")]
    [InlineData("lease 10.0.0.50/24 10.0.0.1 -1 2030-01-02T03:04:05.0000000Z\n")]
    [InlineData("\0\0\0")]
    public void WhatCannotBeReadIsNotThere(string text)
    {
        System.IO.File.WriteAllText(File, text);
        using var state = InterfaceState.Open(File);
        Assert.Equal((null, null), (state.Mac, state.Lease));
    }

    [Fact]
    public void AFileThatIsTooLongIsNotRead()
    {
        System.IO.File.WriteAllText(File, $"mac {Mac}\n" + new string('x', 5000));
        using var state = InterfaceState.Open(File);
        Assert.Null(state.Mac);
    }

    [Fact]
    public void TheSecretIsMadeOnceAndReadAgain()
    {
        var secret = StateFolder.ReadSecret(_folder);
        Assert.Equal(secret, StateFolder.ReadSecret(_folder));
        Assert.NotEqual(secret.First, secret.Second);
        Assert.Single(Directory.GetFiles(_folder));
        System.IO.File.WriteAllText(Path.Combine(_folder, "secret"), "abc\n");
        Assert.Throws<IOException>(() => StateFolder.ReadSecret(_folder));
    }
}
