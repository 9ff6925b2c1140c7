using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Threading.Tasks;
using Xunit;

namespace SharpTcp.Sockets.Parity.Tests;

/// <summary>Bytes over a connection, by every form of the calls.</summary>
public abstract class TransferSuite(IWorld world) : Suite(world)
{
    [Fact]
    public void AnArrayArrives() => Arrives(client => client.Send(Data), Data);

    [Fact]
    public void AnArrayWithFlagsArrives() => Arrives(client => client.Send(Data, SocketFlags.None), Data);

    [Fact]
    public void TheFrontOfAnArrayArrives() => Arrives(client => client.Send(Data, 3, SocketFlags.None), Data[..3]);

    [Fact]
    public void ThePartOfAnArrayArrives() => Arrives(client => client.Send(Data, 2, 5, SocketFlags.None), Data[2..7]);

    [Fact]
    public void ThePartOfAnArrayWithAnErrorCodeArrives() => Arrives(
        client =>
        {
            var count = client.Send(Data, 2, 5, SocketFlags.None, out var error);
            Assert.Equal(SocketError.Success, error);
            return count;
        },
        Data[2..7]);

    [Fact]
    public void ASpanArrives() => Arrives(client => client.Send(Data.AsSpan(1)), Data[1..]);

    [Fact]
    public void ASpanWithFlagsArrives() => Arrives(client => client.Send(Data.AsSpan(1), SocketFlags.None), Data[1..]);

    [Fact]
    public void ASpanWithAnErrorCodeArrives() => Arrives(client => client.Send(Data.AsSpan(1), SocketFlags.None, out _), Data[1..]);

    [Fact]
    public void AListArrivesInOrder() => Arrives(client => client.Send(Pieces()), [.. Data[2..5], .. Data[..2], .. Data[9..]]);

    [Fact]
    public void AListWithAnErrorCodeArrives() => Arrives(client => client.Send(Pieces(), SocketFlags.None, out _), [.. Data[2..5], .. Data[..2], .. Data[9..]]);

    [Fact]
    public void AnAwaitedSegmentArrives() => Arrives(client => client.SendAsync(new ArraySegment<byte>(Data, 1, 4)).Result, Data[1..5]);

    [Fact]
    public void AnAwaitedListArrives() => Arrives(client => client.SendAsync(Pieces()).Result, [.. Data[2..5], .. Data[..2], .. Data[9..]]);

    [Fact]
    public void AwaitedMemoryArrives() => Arrives(client => client.SendAsync(Data.AsMemory(3), SocketFlags.None).Result, Data[3..]);

    [Fact]
    public void DontRouteChangesNothing() => Arrives(client => client.Send(Data, SocketFlags.DontRoute), Data);

    [Fact]
    public void SendToOnAConnectionGoesToThePeer() => Arrives(client => client.SendTo(Data, Nobody()), Data);

    [Fact]
    public void BeginAndEndOfASend() => Arrives(client => client.EndSend(client.BeginSend(Data, 1, 3, SocketFlags.None, null, null)), Data[1..4]);

    [Fact]
    public void AnArrayTakesBytes() => Takes((server, into) => server.Receive(into), 10);

    [Fact]
    public void AnArrayWithFlagsTakesBytes() => Takes((server, into) => server.Receive(into, SocketFlags.None), 10);

    [Fact]
    public void TheFrontOfAnArrayTakesBytes() => Takes((server, into) => server.Receive(into, 4, SocketFlags.None), 4);

    [Fact]
    public void ThePartOfAnArrayTakesBytes() => Takes((server, into) => server.Receive(into, 0, 6, SocketFlags.None), 6);

    [Fact]
    public void ThePartOfAnArrayWithAnErrorCodeTakesBytes() => Takes((server, into) => server.Receive(into, 0, 6, SocketFlags.None, out _), 6);

    [Fact]
    public void ASpanTakesBytes() => Takes((server, into) => server.Receive(into.AsSpan(0, 7)), 7);

    [Fact]
    public void ASpanWithAnErrorCodeTakesBytes() => Takes((server, into) => server.Receive(into.AsSpan(0, 7), SocketFlags.None, out _), 7);

    [Fact]
    public void AListTakesBytesInOrder() => Takes((server, into) => server.Receive(new List<ArraySegment<byte>> { new(into, 0, 3), new(into, 3, 0), new(into, 3, 17) }), 10);

    [Fact]
    public void AListWithAnErrorCodeTakesBytes() => Takes((server, into) => server.Receive(new List<ArraySegment<byte>> { new(into, 0, 3), new(into, 3, 4) }, SocketFlags.None, out _), 7);

    [Fact]
    public void AnAwaitedSegmentTakesBytes() => Takes((server, into) => server.ReceiveAsync(new ArraySegment<byte>(into)).Result, 10);

    [Fact]
    public void AnAwaitedListTakesBytes() => Takes((server, into) => server.ReceiveAsync([new(into, 0, 3), new(into, 3, 17)]).Result, 10);

    [Fact]
    public void AwaitedMemoryTakesBytes() => Takes((server, into) => server.ReceiveAsync(into.AsMemory(), SocketFlags.None).Result, 10);

    [Fact]
    public void BeginAndEndOfAReceive() => Takes((server, into) => server.EndReceive(server.BeginReceive(into, 0, 5, SocketFlags.None, null, null)), 5);

    [Fact]
    public void EndOfAReceiveWithAnErrorCode() =>
        Takes((server, into) => server.EndReceive(server.BeginReceive(into, 0, 5, SocketFlags.None, null, null), out _), 5);

    [Fact]
    public void PeekingLeavesTheBytes()
    {
        var (client, server) = Pair();
        client.Send(Data);
        Readable(server);
        var into = new byte[20];

        Assert.Equal(10, server.Receive(into, SocketFlags.Peek));
        Assert.Equal(Data, into[..10]);
        Assert.Equal(10, server.Available);
        Assert.Equal(10, server.Receive(into, SocketFlags.Peek));
        Assert.Equal(10, server.Receive(into));
        Assert.Equal(0, server.Available);
    }

    [Fact]
    public async Task AnAwaitedPeekLeavesTheBytes()
    {
        var (client, server) = Pair();
        var into = new byte[4];
        var peek = server.ReceiveAsync(into, SocketFlags.Peek);
        client.Send(Data);

        Assert.Equal(4, await peek.WaitAsync(Patience));
        Assert.Equal(Data, ReceiveAll(server, 10));
    }

    [Fact]
    public void TruncatedTakesBytesOffAStreamWithoutCopying()
    {
        var (client, server) = Pair();
        client.Send(Data);
        Until(() => server.Available == 10);
        var into = new byte[4];

        Assert.Equal(4, server.Receive(into, SocketFlags.Truncated));
        Assert.Equal(new byte[4], into);
        Assert.Equal(Data[4..], ReceiveAll(server, 6));
    }

    // Not Partial for sending: Linux has it as MSG_MORE, and the stack too, but .NET does not ask Linux for it.
    [Fact]
    public void FlagsThatMeanNothingAreRefused()
    {
        var (client, server) = Pair();

        Assert.Equal("SE.OperationNotSupported", Said(() => client.Send(Data, (SocketFlags)0x4000)));
        Assert.Equal("SE.OperationNotSupported", Said(() => server.Receive(new byte[1], (SocketFlags)0x4000)));
    }

    [Fact]
    public void APartOfAMessageCannotBeAskedForByAReceiver() =>
        Assert.Equal("SE.OperationNotSupported", Said(() => Pair().Server.Receive(new byte[1], SocketFlags.Partial)));

    [Fact]
    public async Task AnEmptyReceiveWaitsForBytesAndTakesNone()
    {
        var (client, server) = Pair();
        var receive = server.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None);
        await Settle();
        Assert.False(receive.IsCompleted);
        client.Send(Data);

        Assert.Equal(0, await receive.WaitAsync(Patience));
        Assert.Equal(Data, ReceiveAll(server, 10));
    }

    [Fact]
    public void AnEmptyReceiveWithBytesThereEndsAtOnce()
    {
        var (client, server) = Pair();
        client.Send(Data);
        Readable(server);

        Assert.Equal(0, server.Receive(Array.Empty<byte>()));
        Assert.Equal(10, server.Available);
    }

    [Fact]
    public void AnEmptySendSendsNothing()
    {
        var (client, server) = Pair();

        Assert.Equal(0, client.Send(Array.Empty<byte>()));
        Assert.False(server.Poll(1000, SelectMode.SelectRead));
    }

    [Fact]
    public void SeveralSendsAreOneStream()
    {
        var (client, server) = Pair();
        for (var i = 0; i < 100; i++)
        {
            client.Send(Data);
        }

        Assert.Equal(Enumerable.Repeat(Data, 100).SelectMany(one => one), ReceiveAll(server, 1000));
    }

    [Fact]
    public async Task ALotArrivesWhole()
    {
        var (client, server) = Pair();
        var data = new byte[3_000_000];
        new Random(1).NextBytes(data);
        var send = Task.Run(() => client.Send(data));

        Assert.Equal(data, ReceiveAll(server, data.Length));
        Assert.Equal(data.Length, await send.WaitAsync(Patience));
    }

    [Fact]
    public async Task ALotArrivesWholeBothWaysAtOnce()
    {
        var (client, server) = Pair();
        var data = new byte[1_000_000];
        new Random(2).NextBytes(data);
        var sends = Task.WhenAll(client.SendAsync(data, SocketFlags.None), server.SendAsync(data, SocketFlags.None));
        var receives = Task.WhenAll(Task.Run(() => ReceiveAll(client, data.Length)), Task.Run(() => ReceiveAll(server, data.Length)));

        Assert.All(await receives.WaitAsync(Patience), one => Assert.Equal(data, one));
        Assert.All(await sends.WaitAsync(Patience), count => Assert.Equal(data.Length, count));
    }

    [Fact]
    public async Task AListThatIsLongArrivesWhole()
    {
        var (client, server) = Pair();
        var data = new byte[400_000];
        new Random(3).NextBytes(data);
        List<ArraySegment<byte>> pieces = [new(data, 0, 150_000), new(data, 150_000, 1), new(data, 150_001, 249_999)];
        var send = client.SendAsync(pieces);

        Assert.Equal(data, ReceiveAll(server, data.Length));
        Assert.Equal(data.Length, await send.WaitAsync(Patience));
    }

    [Fact]
    public async Task AwaitedReceivesAreServedInOrder()
    {
        var (client, server) = Pair();
        byte[] first = new byte[4], second = new byte[6];
        var one = server.ReceiveAsync(first, SocketFlags.None);
        var two = server.ReceiveAsync(second, SocketFlags.None);
        client.Send(Data);

        Assert.Equal(4, await one.WaitAsync(Patience));
        Assert.Equal(6, await two.WaitAsync(Patience));
        Assert.Equal(Data, (byte[])[.. first, .. second]);
    }

    [Fact]
    public void AFileIsSentBetweenBytes()
    {
        var (client, server) = Pair();
        var name = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(name, [11, 12, 13]);
            client.SendFile(name, Data, [99]);

            Assert.Equal((byte[])[.. Data, 11, 12, 13, 99], ReceiveAll(server, 14));
        }
        finally
        {
            File.Delete(name);
        }
    }

    [Fact]
    public async Task AnAwaitedFileIsSent()
    {
        var (client, server) = Pair();
        var name = Path.GetTempFileName();
        try
        {
            var data = new byte[300_000];
            new Random(4).NextBytes(data);
            await File.WriteAllBytesAsync(name, data);
            var send = client.SendFileAsync(name);

            Assert.Equal(data, ReceiveAll(server, data.Length));
            await send.WaitAsync(Patience);
        }
        finally
        {
            File.Delete(name);
        }
    }

    [Fact]
    public void AFileThatIsNotThereIsNotSent()
    {
        var (client, _) = Pair();

        Assert.Equal("FileNotFoundException", Said(() => client.SendFile("/nowhere-at-all", null, null)));
    }

    [Fact]
    public void IoControlSaysHowMuchThereIs()
    {
        var (client, server) = Pair();
        client.Send(Data);
        Until(() => server.Available == 10);
        var answer = new byte[4];

        Assert.Equal(4, server.IOControl(IOControlCode.DataToRead, null, answer));
        Assert.Equal(10, BitConverter.ToInt32(answer));
    }

    [Theory]
    [InlineData(0, 11, "ArgumentOutOfRangeException(size)")]
    [InlineData(11, 0, "ArgumentOutOfRangeException(offset)")]
    [InlineData(-1, 1, "ArgumentOutOfRangeException(offset)")]
    [InlineData(0, -1, "ArgumentOutOfRangeException(size)")]
    [InlineData(5, 6, "ArgumentOutOfRangeException(size)")]
    public void OffsetsAreChecked(int offset, int size, string expected)
    {
        var (client, _) = Pair();

        Assert.Equal(expected, Said(() => client.Send(Data, offset, size, SocketFlags.None)));
        Assert.Equal(expected, Said(() => client.Receive(new byte[10], offset, size, SocketFlags.None)));
    }

    [Fact]
    public void NoBufferIsRefused()
    {
        var (client, _) = Pair();

        Assert.Equal("ArgumentNullException(buffer)", Said(() => client.Send((byte[])null!)));
        Assert.Equal("ArgumentNullException(buffer)", Said(() => client.Receive((byte[])null!)));
        Assert.Equal("ArgumentNullException(buffers)", Said(() => client.Send((IList<ArraySegment<byte>>)null!)));
        Assert.Equal("ArgumentNullException(buffers)", Said(() => client.Receive((IList<ArraySegment<byte>>)null!)));
    }

    [Fact]
    public void AListMustHoldSomething()
    {
        var (client, _) = Pair();

        Assert.Equal("ArgumentException(buffers)", Said(() => client.Send(new List<ArraySegment<byte>>())));
        Assert.Equal("ArgumentException(buffers)", Said(() => client.Receive(new List<ArraySegment<byte>>())));
        Assert.Equal("ArgumentNullException(segment)", Said(() => client.Send(new List<ArraySegment<byte>> { default })));
    }

    private static List<ArraySegment<byte>> Pieces() => [new(Data, 2, 3), new(Data, 0, 2), new(Data, 5, 0), new(Data, 9, 1)];

    private void Arrives(Func<ISocket, int> send, byte[] expected)
    {
        var (client, server) = Pair();

        Assert.Equal(expected.Length, send(client));
        Assert.Equal(expected, ReceiveAll(server, expected.Length));
        Assert.Equal(0, server.Available);
    }

    private void Takes(Func<ISocket, byte[], int> receive, int expected)
    {
        var (client, server) = Pair();
        client.Send(Data);
        Until(() => server.Available == 10);
        var into = new byte[20];

        Assert.Equal(expected, receive(server, into));
        Assert.Equal(Data[..expected], into[..expected]);
        Assert.Equal(10 - expected, server.Available);
    }
}

public sealed class TransferOfTheKernel() : TransferSuite(KernelWorld.Instance);

public sealed class TransferOfTheStack() : TransferSuite(StackWorld.Instance);
