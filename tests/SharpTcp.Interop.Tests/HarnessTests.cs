using System;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using SharpTcp.Wire;
using Xunit;
using Xunit.Sdk;

namespace SharpTcp.Interop.Tests;

/// <summary>The harness itself: a check that cannot fail shows nothing.</summary>
public sealed class HarnessTests
{
    private static readonly MacAddress Sender = new(0x0200_0000_0001);

    [Fact]
    public async Task Namespaces_are_apart_until_a_cable_joins_them()
    {
        using var one = await NetNamespace.CreateAsync("one");
        using var two = await NetNamespace.CreateAsync("two");
        await one.IpAsync($"link add cable type veth peer name cable netns {two.ThreadId}");
        Assert.Contains("cable", (await two.RunAsync(new Command("ip", "-o", "link"))).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("cable", (await new Command("ip", "-o", "link").RunAsync(null)).Text, StringComparison.Ordinal);
        await one.SysctlAsync("net.ipv4.ip_forward", 1);
        Assert.Equal("0\n", (await two.RunAsync(new Command("cat", "/proc/sys/net/ipv4/ip_forward"))).Text);
    }

    [Fact]
    public async Task A_program_reads_its_input_and_ends_at_its_limit()
    {
        Requirements.SkipUnlessNamespacesCanBe();
        Assert.Equal("in", (await new Command("cat") { Input = [.. "in"u8] }.RunAsync(null)).Text);
        Assert.Equal(3, (await new Command("sh", "-c", "exit 3").RunAsync(null)).ExitCode);
        var watch = Stopwatch.StartNew();
        var failure = await Assert.ThrowsAsync<XunitException>(
            () => new Command("tail", "-f", "/dev/null") { Limit = TimeSpan.FromMilliseconds(50) }.RunAsync(null));
        Assert.Contains("tail -f", failure.Message, StringComparison.Ordinal);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_wrong_checksum_and_a_cut_packet_are_seen()
    {
        Requirements.SkipUnlessProgram("timeout", "coreutils");
        await CheckAsync(Frame());
        foreach (var offset in (int[])[24, 41]) // the IPv4 header's checksum, the UDP checksum
        {
            var broken = Frame();
            broken[offset] ^= 1;
            Assert.Contains("1 frame(s)", (await Assert.ThrowsAnyAsync<XunitException>(() => CheckAsync(broken))).Message, StringComparison.Ordinal);
        }
        Assert.Contains("1 frame(s)", (await Assert.ThrowsAnyAsync<XunitException>(() => CheckAsync(Frame()[..37]))).Message, StringComparison.Ordinal);
        var foreign = Frame();
        foreign[24] ^= 1;
        foreign[11] = 2;
        await CheckAsync(foreign);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(1460)]
    public void A_pattern_is_the_same_however_it_is_cut(int piece)
    {
        var whole = Pattern.Bytes(5, 10_000);
        var pattern = new Pattern(5);
        var pieces = new byte[10_000];
        for (var at = 0; at < pieces.Length; at += piece)
            pattern.Fill(pieces.AsSpan(at, Math.Min(piece, pieces.Length - at)));
        Assert.Equal(whole, pieces);
        Assert.NotEqual(whole, Pattern.Bytes(6, 10_000));
        Assert.Equal(Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(whole)), Pattern.Digest(5, 10_000));
    }

    private static async Task CheckAsync(byte[] frame)
    {
        var path = Path.GetTempFileName();
        try
        {
            var file = new byte[1000];
            var length = PcapngWriter.WriteSectionHeader(file);
            length += PcapngWriter.WriteInterface(file.AsSpan(length), PcapLinkType.Ethernet);
            length += PcapngWriter.WritePacket(file.AsSpan(length), 0, 0, frame);
            await File.WriteAllBytesAsync(path, file[..length]);
            await WireCheck.AssertCleanAsync(path, Sender, TimeSpan.FromSeconds(10));
        }
        finally
        {
            File.Delete(path);
        }
    }

    // Ethernet, IPv4 and UDP around four bytes.
    private static byte[] Frame() => Convert.FromHexString(
        "020000000002" + "020000000001" + "0800" + "4500002000040000401166C70A0000010A000002" + "9C400009000C4B8401020304");
}
