using System;
using CsCheck;
using Xunit;

namespace SharpTcp.Wire.Tests;

public sealed class ArpTests
{
    private static readonly Gen<MacAddress> AnyMac = Gen.ULong[0, 0xFFFF_FFFF_FFFF].Select(value => new MacAddress(value));
    private static readonly Gen<IPv4Address> AnyAddress = Gen.UInt.Select(value => new IPv4Address(value));

    [Fact]
    public void What_is_written_parses_back_and_padding_is_left_out() =>
        Gen.Select(Gen.UShort, AnyMac, AnyAddress, AnyMac, AnyAddress, Gen.Int[0, 18]).Sample((operation, senderMac, sender, targetMac, target, padding) =>
        {
            var packet = new byte[28 + padding];
            Array.Fill(packet, (byte)0xEE);
            Assert.Equal(28, ArpWriter.Write(packet, (ArpOperation)operation, senderMac, sender, targetMac, target));
            Assert.True(ArpView.TryParse(packet, out var view));
            Assert.Equal(
                ((ArpOperation)operation, senderMac, sender, targetMac, target),
                (view.Operation, view.SenderMac, view.SenderAddress, view.TargetMac, view.TargetAddress));
        });

    [Theory]
    [InlineData(1, 6)] // hardware type IEEE 802
    [InlineData(2, 0x86)]
    [InlineData(4, 8)]
    [InlineData(5, 16)]
    public void Other_kinds_of_addresses_are_refused(int at, byte value)
    {
        var packet = AssembleVectors.Get("ether_fpa__assemble").Octets;
        packet[at] = value;
        Assert.False(ArpView.TryParse(packet, out _));
    }

    [Fact]
    public void Every_prefix_and_change_is_parsed_or_refused() =>
        Hostile.Try(AssembleVectors.Get("ether_fpa__assemble").Octets, data => ArpView.TryParse(data, out var view)
            ? HashCode.Combine(view.Operation, view.SenderMac, view.SenderAddress, view.TargetMac, view.TargetAddress)
            : null);

    [Fact]
    public void A_short_destination_is_refused() =>
        Assert.Throws<ArgumentException>(() => ArpWriter.Write(new byte[27], ArpOperation.Request, default, default, default, default));

    [Fact]
    public void Another_stack_writes_the_same()
    {
        var vector = AssembleVectors.Get("ether_fpa__assemble");
        var fields = vector.Fields;
        var ours = new byte[28];
        ArpWriter.Write(
            ours,
            (ArpOperation)fields.GetProperty("oper").GetUInt16(),
            MacAddress.Parse(fields.GetProperty("sha").GetString()!),
            IPv4Address.Parse(fields.GetProperty("spa").GetString()!),
            MacAddress.Parse(fields.GetProperty("tha").GetString()!),
            IPv4Address.Parse(fields.GetProperty("tpa").GetString()!));
        Assert.Equal(vector.Octets, ours);
    }
}
