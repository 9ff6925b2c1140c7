using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Protocols.Tests.FrameTests;

/// <summary>
/// Runs every case of <c>tests/frames/*.json</c>: frames in, frames out, counters. A file has <c>settings</c> (MAC, addresses, neighbours, MTU, UDP ports that listen) and
/// <c>cases</c>; a counter is a name of <see cref="Counter"/> or <see cref="DropReason"/> with what the case adds to it.
/// </summary>
public sealed class FrameFileTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "frames");

    public static TheoryData<string, int, string> Cases
    {
        get
        {
            var data = new TheoryData<string, int, string>();
            foreach (var file in Directory.GetFiles(Folder, "*.json").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal))
            {
                var index = 0;
                foreach (var one in Load(file).GetProperty("cases").EnumerateArray())
                {
                    data.Add(file, index++, one.GetProperty("name").GetString()!);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    [Rfc("1122", "IP-9")]
    public void Frames_in_frames_out_counters(string file, int index, string name)
    {
        var root = Load(file);
        var one = root.GetProperty("cases")[index];
        Assert.Equal(name, one.GetProperty("name").GetString());
        var (host, link, sink, now) = Make(root.GetProperty("settings"));
        var before = Expected(one).ToDictionary(pair => pair.Name, pair => Read(host, pair.Name));
        foreach (var frame in one.GetProperty("in").EnumerateArray())
        {
            host.Input(link, Convert.FromHexString(frame.GetString()!), default, now);
            host.Poll(now);
        }

        var expected = one.GetProperty("out").EnumerateArray().Select(frame => Convert.FromHexString(frame.GetString()!));
        Assert.Equal(expected.Select(frame => Masked(frame)), sink.Take().Select(frame => Masked(frame.Bytes)));
        foreach (var (counter, value) in Expected(one))
        {
            Assert.True(value == Read(host, counter) - before[counter], $"{counter}: expected {value}, counted {Read(host, counter) - before[counter]}");
        }

        Assert.Equal(host.Counters[Counter.FramesIn], host.Counters[Counter.FramesDelivered] + host.Counters.Dropped);
    }

    private static (HostCore Host, NetworkInterface Link, RecordingSink Sink, Instant Now) Make(JsonElement settings)
    {
        var now = new Instant(10_000_000);
        var sink = new RecordingSink();
        var host = new HostCore(new HostOptions { OnFault = (fault, where) => Assert.Fail($"{where}: {fault}") }, new SeededEntropy(1), now);
        var link = host.AddInterface(
            new InterfaceOptions
            {
                Name = "tap7",
                HardwareAddress = MacAddress.Parse(settings.GetProperty("mac").GetString()!),
                Capabilities = new LinkCapabilities(LinkMedium.Ethernet, settings.GetProperty("mtu").GetInt32()),
                IPv6LinkLocal = false,
                DuplicateAddressDetectTransmits = 0,
            },
            sink,
            now);
        foreach (var address in settings.GetProperty("addresses").EnumerateArray())
        {
            host.AddAddress(link, Prefix.Parse(address.GetString()!), now);
        }

        foreach (var neighbor in settings.GetProperty("neighbors").EnumerateObject())
        {
            host.AddNeighbor(link, IpAddress.Parse(neighbor.Name), MacAddress.Parse(neighbor.Value.GetString()!), now);
        }

        foreach (var port in settings.GetProperty("udpPorts").EnumerateArray())
        {
            host.Udp.Bind(new TransportEndpoint(IPv6Address.Unspecified, port.GetUInt16()), true, false, new UdpUser(), out _);
        }

        while (!host.NextDeadline.IsNever)
        {
            now = host.NextDeadline;
            host.OnDeadline(now);
        }

        sink.Take();
        return (host, link, sink, now);
    }

    private static IEnumerable<(string Name, long Value)> Expected(JsonElement one) =>
        one.GetProperty("counters").EnumerateObject().Select(counter => (counter.Name, counter.Value.GetInt64()));

    private static long Read(HostCore host, string name) => Enum.TryParse<Counter>(name, out var counter)
        ? host.Counters[counter]
        : host.Counters[Enum.Parse<DropReason>(name)];

    private static string Masked(byte[] frame) => Convert.ToHexStringLower(FrameMask.Apply(frame, otherStack: false));

    private static JsonElement Load(string file) => JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, file))).RootElement;
}
