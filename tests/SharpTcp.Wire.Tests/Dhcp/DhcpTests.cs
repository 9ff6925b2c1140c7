using System;
using System.Collections.Generic;
using System.Linq;
using SharpTcp.Testing;
using Xunit;

namespace SharpTcp.Wire.Tests;

/// <summary>DHCP messages: what is written is read, what is broken is refused (RFC 2131 §3, RFC 3396).</summary>
public sealed class DhcpTests
{
    private static readonly MacAddress Mac = MacAddress.Parse("02:00:00:00:00:07");

    [Fact]
    public void What_is_written_is_read()
    {
        var bytes = new byte[DhcpWriter.MaxLength];
        var writer = new DhcpWriter(bytes, DhcpMessageType.Request, new DhcpHeader(0xDEAD_BEEF, Mac, 7, true, new IPv4Address(10, 0, 0, 7)));
        writer.Add(DhcpOption.ServerIdentifier, new IPv4Address(10, 0, 0, 1));
        writer.Add(DhcpOption.LeaseTime, 3600);
        var length = writer.Finish();
        Assert.Equal(300, length);
        Assert.True(DhcpView.TryParse(bytes.AsSpan(0, length), out var view));
        Assert.False(view.IsReply);
        Assert.Equal((0xDEAD_BEEF, (ushort)7, true), (view.TransactionId, view.Seconds, view.IsBroadcast));
        Assert.Equal((new IPv4Address(10, 0, 0, 7), IPv4Address.Unspecified, (MacAddress?)Mac), (view.ClientAddress, view.YourAddress, view.ClientMac));
        Assert.Equal(DhcpMessageType.Request, view.MessageType);
        Assert.True(view.TryReadAddress(DhcpOption.ServerIdentifier, out var server));
        Assert.Equal(new IPv4Address(10, 0, 0, 1), server);
        Assert.True(view.TryReadUInt32(DhcpOption.LeaseTime, out var lease));
        Assert.Equal(3600u, lease);
        Assert.False(view.TryReadAddress(DhcpOption.Router, out _));
    }

    [Fact]
    [Rfc("2131", "3")]
    public void Options_go_on_in_file_and_then_in_sname_and_parts_are_put_together()
    {
        var message = Message([52, 1, 3, 15, 2, (byte)'a', (byte)'b', 250, 1, 9, 255]);
        Put(message, 108, [15, 2, (byte)'c', (byte)'d', 52, 1, 3, 255]);
        Put(message, 44, [0, 0, 15, 1, (byte)'e', 255]);
        Assert.True(DhcpView.TryParse(message, out var view));
        var value = new byte[16];
        Assert.Equal(5, view.Read(DhcpOption.DomainName, value));
        Assert.Equal("abcde"u8, value.AsSpan(0, 5));
        Assert.Equal(-1, view.Read(DhcpOption.DomainName, new byte[4]));
    }

    [Fact]
    public void A_long_option_is_written_in_parts()
    {
        var bytes = new byte[DhcpWriter.MaxLength];
        var writer = new DhcpWriter(bytes, DhcpMessageType.Discover, new DhcpHeader(1, Mac));
        byte[] name = [.. Enumerable.Range(0, 290).Select(i => (byte)i)];
        writer.Add(DhcpOption.DomainName, name);
        Assert.True(DhcpView.TryParse(bytes.AsSpan(0, writer.Finish()), out var view));
        var value = new byte[300];
        Assert.Equal(290, view.Read(DhcpOption.DomainName, value));
        Assert.Equal(name, value[..290]);
    }

    public static IEnumerable<TheoryDataRow<byte[]>> Broken()
    {
        yield return new byte[] { };
        yield return new byte[] { 53, 1, 5 }; // no end
        yield return new byte[] { 53 }; // no length
        yield return new byte[] { 53, 4, 5, 255 }; // past the end
        yield return new byte[] { 52, 1, 4, 255 };
        yield return new byte[] { 52, 2, 1, 1, 255 };
        yield return new byte[] { 52, 1, 1, 255 }; // the file field holds no end
        yield return new byte[] { 52, 1, 2, 255 };
    }

    [Theory]
    [MemberData(nameof(Broken))]
    [Rfc("exam", "17")]
    public void Broken_options_are_refused(byte[] options) => Assert.False(DhcpView.TryParse(Message(options), out _));

    [Fact]
    [Rfc("exam", "1")]
    public void A_message_cut_anywhere_is_refused()
    {
        var message = Message([53, 1, 5, 54, 4, 10, 0, 0, 1, 255]);
        Assert.True(DhcpView.TryParse(message, out _));
        for (var length = 0; length < message.Length; length++)
            Assert.False(DhcpView.TryParse(message.AsSpan(0, length), out _), $"cut at {length}");
        message[236]++;
        Assert.False(DhcpView.TryParse(message, out _)); // the magic cookie
    }

    private static byte[] Message(byte[] options)
    {
        var message = new byte[240 + options.Length];
        (message[0], message[1], message[2]) = (2, 1, 6);
        Put(message, 236, [0x63, 0x82, 0x53, 0x63]);
        Put(message, 240, options);
        return message;
    }

    private static void Put(byte[] message, int at, ReadOnlySpan<byte> bytes) => bytes.CopyTo(message.AsSpan(at));
}
