using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using SharpTcp.Wire;
using Socket = SharpTcp.Sockets.Socket;
using TcpListener = SharpTcp.Sockets.TcpListener;

namespace SharpTcp.Tests.Names;

/// <summary>A DNS server on a stack, by UDP and TCP: what it knows it says, of the rest it says that there is none.</summary>
internal sealed class TestDnsServer : IDisposable
{
    private readonly Dictionary<(string Name, DnsType Type), (uint Time, List<byte[]> Data)> _records = [];
    private readonly Socket _socket;
    private readonly TcpListener _listener;

    public TestDnsServer(NetworkStack stack, int port = 53)
    {
        _socket = new Socket(stack, SocketType.Dgram, ProtocolType.Udp);
        _socket.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
        _listener = stack.Listen(port);
        _ = ServeDatagramsAsync();
        _ = ServeStreamsAsync();
    }

    /// <summary>What was asked, in order: name, type, and an asterisk if by TCP.</summary>
    public List<string> Questions { get; } = [];

    /// <summary>The ports that the datagrams came from.</summary>
    public List<int> Ports { get; } = [];

    /// <summary>Gets no answer by UDP at all.</summary>
    public bool IsSilent { get; set; }

    /// <summary>Names whose answers by UDP are cut.</summary>
    public HashSet<string> Cut { get; } = [];

    /// <summary>Names to whose questions of one type there is no answer at all.</summary>
    public HashSet<(string Name, DnsType Type)> Unanswered { get; } = [];

    /// <summary>Sent before the true answer.</summary>
    public Func<byte[], byte[]>? Forge { get; set; }

    /// <summary>The socket of the server, from which others than its answers may be sent.</summary>
    public Socket Socket => _socket;

    public void Add(string name, uint time, params string[] addresses)
    {
        foreach (var text in addresses)
        {
            var address = IpAddress.Parse(text);
            Add(name, address.IsIPv4 ? DnsType.A : DnsType.Aaaa, time, IPAddress.Parse(text).GetAddressBytes());
        }
    }

    public void AddName(string name, DnsType type, uint time, string target) => Add(name, type, time, Parse(target).Wire.ToArray());

    public void Dispose()
    {
        _socket.Dispose();
        _listener.Dispose();
    }

    private static DnsName Parse(string text) => DnsName.TryParse(text, out var name) ? name : throw new FormatException(text);

    private void Add(string name, DnsType type, uint time, byte[] data)
    {
        if (!_records.TryGetValue((name, type), out var records))
            _records.Add((name, type), records = (time, []));
        records.Data.Add(data);
    }

    private async Task ServeDatagramsAsync()
    {
        var buffer = new byte[2000];
        while (true)
        {
            SocketReceiveFromResult received;
            try
            {
                received = await _socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.IPv6Any, 0));
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return;
            }

            Ports.Add(((IPEndPoint)received.RemoteEndPoint).Port);
            var answer = Answer(buffer.AsSpan(0, received.ReceivedBytes), byTcp: false);
            if (answer is null)
                continue;
            if (Forge is not null)
                await _socket.SendToAsync(Forge(answer), received.RemoteEndPoint);
            await _socket.SendToAsync(answer, received.RemoteEndPoint);
        }
    }

    private async Task ServeStreamsAsync()
    {
        try
        {
            while (true)
                _ = ServeStreamAsync(await _listener.AcceptSocketAsync());
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ServeStreamAsync(Socket socket)
    {
        await using var stream = new SharpTcp.Sockets.NetworkStream(socket, ownsSocket: true);
        var buffer = new byte[2000];
        await stream.ReadExactlyAsync(buffer.AsMemory(0, 2));
        var length = BinaryPrimitives.ReadUInt16BigEndian(buffer);
        await stream.ReadExactlyAsync(buffer.AsMemory(0, length));
        var answer = Answer(buffer.AsSpan(0, length), byTcp: true)!;

        // In two pieces, as a stream may.
        await stream.WriteAsync(new byte[] { (byte)(answer.Length >> 8) });
        await stream.WriteAsync((byte[])[(byte)answer.Length, .. answer]);
    }

    private byte[]? Answer(ReadOnlySpan<byte> query, bool byTcp)
    {
        if (!DnsView.TryParse(query, out var view))
            return null;
        Span<byte> wire = stackalloc byte[255];
        DnsNameReader.TryRead(query, DnsView.HeaderLength, wire, out var length, out _);
        var name = DnsName.FromWire(wire[..length]);
        Questions.Add($"{name} {view.QuestionType}{(byTcp ? "*" : "")}");
        if (!byTcp && (IsSilent || Unanswered.Contains((name.Text, view.QuestionType))))
            return null;
        var isCut = !byTcp && Cut.Contains(name.Text);
        var alias = Find(name.Text, DnsType.CanonicalName);
        var records = Find(alias is null ? name.Text : Target(alias), view.QuestionType);
        var isKnown = records is not null || alias is not null || Find(name.Text, DnsType.A) is not null || Find(name.Text, DnsType.Aaaa) is not null;
        var message = new byte[60_000];
        var writer = new DnsWriter(message, new DnsHeader(
            view.Header.Id, IsResponse: true, IsTruncated: isCut, RecursionAvailable: true, ResponseCode: isKnown ? DnsResponseCode.NoError : DnsResponseCode.NameError));
        writer.AddQuestion(name, view.QuestionType);
        if (!isCut)
            Write(ref writer, view.QuestionType, name, alias, records);
        return message[..writer.Length];
    }

    private void Write(ref DnsWriter writer, DnsType type, DnsName name, (uint Time, List<byte[]> Data)? alias, (uint Time, List<byte[]> Data)? records)
    {
        if (alias is { } other)
            writer.Add(DnsSection.Answer, name, DnsType.CanonicalName, other.Time, other.Data[0]);
        foreach (var data in records?.Data ?? [])
            writer.Add(DnsSection.Answer, alias is null ? name : Parse(Target(alias)), type, records!.Value.Time, data);
        if (records is null)
            writer.Add(DnsSection.Authority, Parse("example"), DnsType.StartOfAuthority, 900, [0, 0, .. new byte[16], 0, 0, 0, 60]);
    }

    private (uint Time, List<byte[]> Data)? Find(string name, DnsType type) => _records.TryGetValue((name, type), out var found) ? found : null;

    private static string Target((uint Time, List<byte[]> Data)? alias) => DnsName.FromWire(alias!.Value.Data[0]).Text;
}
