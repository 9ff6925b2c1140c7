using System;
using SharpTcp.Testing;
using Xunit;

namespace SharpTcp.Wire.Tests;

public sealed class DhcpV6Tests
{
    private static readonly IPv6Address Address = IPv6Address.Parse("2001:db8::5");

    [Fact]
    public void A_message_has_the_bytes_of_RFC_8415()
    {
        var buffer = new byte[100];
        var writer = new DhcpV6Writer(buffer, DhcpV6MessageType.Request, 0xAB_1234_56);
        writer.Add(DhcpV6Option.ClientIdentifier, [0, 3, 0, 1, 2, 0, 0, 0, 0, 7]);
        writer.Add(DhcpV6Option.RapidCommit);
        writer.AddAssociation(7, 0, 0, Address);
        Assert.Equal(
            "03123456" + "0001000A" + "00030001020000000007" + "000E0000"
            + "0003" + "0028" + "00000007" + "00000000" + "00000000" + "0005" + "0018" + "20010DB8000000000000000000000005" + "00000000" + "00000000",
            Convert.ToHexString(buffer.AsSpan(0, writer.Length)));
        Assert.True(DhcpV6View.TryParse(buffer.AsSpan(0, writer.Length), out var view));
        Assert.Equal((DhcpV6MessageType.Request, 0x123456u), (view.Type, view.TransactionId));
        Assert.True(view.Options.TryFind(DhcpV6Option.RapidCommit, out var nothing) && nothing.IsEmpty);
        Assert.False(view.Options.TryFind(DhcpV6Option.ServerIdentifier, out _));
        Assert.Equal(DhcpV6Status.Success, view.Options.Status);
        Assert.Throws<ArgumentException>(() => new DhcpV6Writer(new byte[7], DhcpV6MessageType.Solicit, 1).Add(DhcpV6Option.RapidCommit));
    }

    [Fact]
    public void Addresses_are_read_with_their_times_and_status()
    {
        var buffer = new byte[100];
        var writer = new DhcpV6Writer(buffer, DhcpV6MessageType.Reply, 1);
        writer.AddAssociation(9, 100, 200, Address, 300, 400);
        Assert.True(DhcpV6View.TryParse(buffer.AsSpan(0, writer.Length), out var view));
        Assert.True(view.Options.TryFind(DhcpV6Option.NonTemporaryAddresses, out var value));
        Assert.True(DhcpV6Association.TryParse(value, out var association));
        Assert.Equal((9u, 100u, 200u), (association.Identifier, association.RenewalSeconds, association.RebindingSeconds));
        Assert.True(association.Options.TryFind(DhcpV6Option.Address, out value));
        Assert.True(DhcpV6Address.TryParse(value, out var address));
        Assert.Equal((Address, 300u, 400u, DhcpV6Status.Success), (address.Address, address.PreferredSeconds, address.ValidSeconds, address.Options.Status));
        Assert.Equal(DhcpV6Status.NoBinding, Status([0, 13, 0, 2, 0, 3]));
        Assert.Equal(DhcpV6Status.UnspecifiedFailure, Status([0, 13, 0, 1, 0]));
    }

    [Fact]
    [Rfc("exam", "17")]
    [Rfc("exam", "1")]
    public void Options_past_the_end_are_refused_wherever_they_are()
    {
        Assert.False(DhcpV6View.TryParse([7, 0, 0], out _));
        Assert.False(DhcpV6View.TryParse([7, 0, 0, 1, 0], out _));
        Assert.False(DhcpV6View.TryParse([7, 0, 0, 1, 0, 13, 0, 3, 0, 0], out _));
        Assert.False(DhcpV6Association.TryParse(new byte[11], out _));
        Assert.False(DhcpV6Association.TryParse([.. new byte[12], 0, 5, 0, 1], out _));
        Assert.False(DhcpV6Address.TryParse(new byte[23], out _));
        Assert.False(DhcpV6Address.TryParse([.. new byte[24], 0], out _));
        var buffer = new byte[200];
        var writer = new DhcpV6Writer(buffer, DhcpV6MessageType.Reply, 1);
        writer.Add(DhcpV6Option.ServerIdentifier, [1, 2, 3]);
        writer.AddAssociation(9, 100, 200, Address, 300, 400);
        writer.Add(DhcpV6Option.DnsServers, new byte[32]);
        Damage.Everywhere(buffer.AsSpan(0, writer.Length), data => Read(data));
    }

    private static DhcpV6Status Status(byte[] options)
    {
        Assert.True(DhcpV6View.TryParse([7, 0, 0, 1, .. options], out var view));
        return view.Options.Status;
    }

    private static bool Read(ReadOnlySpan<byte> data)
    {
        if (!DhcpV6View.TryParse(data, out var view))
            return false;
        var options = view.Options;
        while (options.MoveNext())
        {
            if (options.Code == DhcpV6Option.NonTemporaryAddresses && DhcpV6Association.TryParse(options.Value, out var association))
            {
                _ = association.Options.Status;
                var inner = association.Options;
                while (inner.MoveNext())
                {
                    if (inner.Code == DhcpV6Option.Address && DhcpV6Address.TryParse(inner.Value, out var address))
                        _ = (address.Address, address.ValidSeconds, address.Options.Status);
                }
            }
        }
        return true;
    }
}
