using System;
using System.IO;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using SharpTcp.Links;
using SharpTcp.Protocols;
using SharpTcp.Wire;

namespace SharpTcp.Cli;

/// <summary>Runs <c>demo</c>: finds the best peer that the machine allows, and takes the tour with it.</summary>
internal sealed class DemoRunner(TextWriter output, TextWriter error)
{
    private const string Device = "tap0";

    private static readonly Prefix[] Ours = [Prefix.Parse("10.0.0.7/24"), Prefix.Parse("2001:db8::7/64")];
    private static readonly Prefix[] Theirs = [Prefix.Parse("10.0.0.1/24"), Prefix.Parse("2001:db8::1/64")];

    private readonly ErrorLog _log = new(error);

    /// <summary>Runs the demo. Outside of its namespace it becomes another process, if it can have one.</summary>
    /// <returns>The exit status.</returns>
    public async Task<int> RunAsync(DemoOptions options, CancellationToken cancellation)
    {
        var why = options.Inside ? null : NetworkNamespace.Enter(options.Verbose ? ["demo", DemoOptions.InsideOption, "-v"] : ["demo", DemoOptions.InsideOption]);
        await using var stack = new NetworkStack(new NetworkStackOptions { LoggerFactory = _log });
        var (peer, link) = why is null ? OpenTap(ref why) : OpenMemory();
        await using (peer)
        {
            if (why is not null)
                output.WriteLine($"The Linux kernel cannot be the peer, because {why}: a second SharpTCP is, over an Ethernet in memory.");
            var attached = stack.AddInterface(options.Verbose ? LinkAssembly.WithLog(link, error) : link, Settings(Ours));
            stack.Start();
            output.WriteLine($"{peer.Name} ({Theirs[0]}, {Theirs[1]}) --- {link.Name} --- SharpTCP ({Ours[0]}, {Ours[1]})");
            var screen = DemoScreen.For(output, options.Verbose);
            var tour = new DemoTour(stack, attached, Addresses(Ours), peer, screen, _log);
            var (passed, count) = await tour.RunAsync(cancellation);
            await output.WriteLineAsync($"demo: {passed} of {count} passed, peer: {peer.Name}");
            return passed == count ? ExitStatus.Success : ExitStatus.Failure;
        }
    }

    private static (IDemoPeer Peer, ILink Link) OpenTap(ref string? why)
    {
        if (!OperatingSystem.IsLinux() || !System.Net.Sockets.Socket.OSSupportsIPv6)
        {
            why = "the kernel has no IPv6 switched on";
            return OpenMemory();
        }
        TapLink? tap = null;
        try
        {
            tap = TapLink.Open(Device);
            KernelInterface.SkipDuplicateAddressDetection(Device);
            foreach (var address in Theirs)
                KernelInterface.AddAddress(Device, address);
            var addresses = Addresses(Theirs);
            return (new KernelPeer(addresses[0], addresses[1]), tap);
        }
        catch (IOException exception)
        {
            tap?.Dispose();
            why = exception.Message.TrimEnd('.');
            return OpenMemory();
        }
    }

    private static (IDemoPeer Peer, ILink Link) OpenMemory()
    {
        var (first, second) = MemoryLink.CreatePair(new LinkCapabilities(LinkMedium.Ethernet, 1500, LinkOffloads.All));
        var stack = new NetworkStack();
        stack.AddInterface(second, Settings(Theirs));
        stack.Start();
        var addresses = Addresses(Theirs);
        return (new StackPeer(stack, addresses[0], addresses[1]), first);
    }

    private static InterfaceSettings Settings(Prefix[] addresses) => new() { Addresses = Array.ConvertAll(addresses, address => address.ToString()) };

    private static IPAddress[] Addresses(Prefix[] prefixes) => Array.ConvertAll(prefixes, prefix => prefix.Address.ToIPAddress());
}
