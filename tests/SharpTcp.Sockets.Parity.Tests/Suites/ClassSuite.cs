using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace SharpTcp.Sockets.Parity.Tests;

/// <summary>TcpListener, TcpClient, UdpClient and NetworkStream.</summary>
public abstract class ClassSuite(IWorld world) : Suite(world)
{
    [Fact]
    public void AListenerThatIsNotStartedAcceptsNobody()
    {
        var listener = Own(World.Listener(Loopback));

        Assert.Equal("InvalidOperationException", Said(listener.AcceptSocket));
        Assert.Equal("InvalidOperationException", Said(() => listener.AcceptTcpClient()));
        Assert.Equal("InvalidOperationException", Said(() => listener.Pending()));
        Assert.Equal("InvalidOperationException", Said(() => listener.AcceptSocketAsync()));
        Assert.False(listener.Server.IsBound);
        Assert.Equal(Loopback, listener.LocalEndpoint);
    }

    [Fact]
    public void AListenerAcceptsSocketsAndClients()
    {
        var listener = Started();
        Connected(listener);
        Connected(listener);
        Until(listener.Pending);

        Assert.True(Own(listener.AcceptSocket()).Connected);
        Assert.True(Own(listener.AcceptTcpClient()).Connected);
        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task AListenerAcceptsWhileAwaited()
    {
        var listener = Started();
        var socket = listener.AcceptSocketAsync();
        var client = listener.AcceptTcpClientAsync();
        Connected(listener);
        Connected(listener);

        Assert.True(Own(await socket.WaitAsync(Patience)).Connected);
        Assert.True(Own(await client.WaitAsync(Patience)).Connected);
    }

    [Fact]
    public async Task AListenerThatIsStoppedEndsItsCalls()
    {
        var listener = Started();
        var accept = listener.AcceptSocketAsync();
        await Settle();
        listener.Stop();

        Assert.Equal("SE.OperationAborted", await SaidAsync(() => accept));
    }

    [Fact]
    public void AListenerCanBeStartedAgain()
    {
        var listener = Started();
        listener.Start();
        listener.Stop();
        listener.Stop();
        listener.Start(5);
        Connected(listener);

        Own(listener.AcceptSocket());
    }

    [Fact]
    public void AListenerOnATakenPortDoesNotStart()
    {
        var first = Started();
        var second = Own(World.Listener((IPEndPoint)first.LocalEndpoint));

        Assert.Equal("SE.AddressAlreadyInUse", Said(second.Start));
    }

    [Fact]
    public void AListenerForBothFamilies()
    {
        var listener = Own(World.Listener(0));
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        Own(World.Client(AddressFamily.InterNetwork)).Connect(IPAddress.Loopback, port);
        Own(World.Client(AddressFamily.InterNetworkV6)).Connect(IPAddress.IPv6Loopback, port);

        Own(listener.AcceptSocket());
        Own(listener.AcceptSocket());
    }

    [Fact]
    public void ArgumentsOfAListenerAreChecked()
    {
        Assert.Equal("ArgumentOutOfRangeException(backlog)", Said(() => Own(World.Listener(Loopback)).Start(-1)));
        Assert.Equal("ArgumentOutOfRangeException(port)", Said(() => World.Listener(70_000)));
        Assert.Equal("PlatformNotSupportedException", Said(() => Own(World.Listener(Loopback)).AllowNatTraversal(true)));
    }

    [Fact]
    public void ExclusiveUseIsSettledWhenAListenerIsStarted()
    {
        var listener = Started();

        Assert.Equal("InvalidOperationException", Said(() => listener.ExclusiveAddressUse = true));
    }

    [Fact]
    public void AClientThatIsNotConnectedHasNoStream()
    {
        var client = Own(World.Client());

        Assert.Equal("InvalidOperationException", Said(client.GetStream));
        Assert.False(client.Connected);
        client.Close();
        Assert.Equal("ObjectDisposedException", Said(client.GetStream));
        Assert.Equal("ObjectDisposedException", Said(() => client.Connect(IPAddress.Loopback, 9)));
        Assert.False(client.HasClient);
        Assert.False(client.Connected);
    }

    [Fact]
    public void AClientIsRefused()
    {
        var client = Own(World.Client());

        Assert.Equal("SE.ConnectionRefused", Said(() => client.Connect(Nobody())));
    }

    [Fact]
    public void AClientConnectsToBothFamilies()
    {
        Own(World.Client()).Connect((IPEndPoint)Listening().LocalEndPoint!);
        Own(World.Client()).Connect((IPEndPoint)Listening(Loopback6).LocalEndPoint!);
    }

    [Fact]
    public async Task AClientConnectsWhileAwaited()
    {
        var client = Own(World.Client());
        await client.ConnectAsync((IPEndPoint)Listening().LocalEndPoint!).WaitAsync(Patience);

        Assert.True(client.Connected);
    }

    [Fact]
    public void ABoundClientConnectsFromItsPort()
    {
        var listener = Listening();
        Own(World.Client(Loopback)).Connect((IPEndPoint)listener.LocalEndPoint!);

        Own(listener.Accept());
    }

    [Fact]
    public void OptionsOfAClientAreThoseOfItsSocket()
    {
        var client = Own(World.Client());
        client.NoDelay = true;
        client.ReceiveTimeout = 30;

        Assert.True(client.NoDelay);
        Assert.Equal(30, client.ReceiveTimeout);
        Assert.Equal(0, client.Available);
    }

    [Fact]
    public void AnUnknownFamilyIsRefused()
    {
        Assert.Equal("ArgumentException(family)", Said(() => World.Client(AddressFamily.Ipx)));
        Assert.Equal("ArgumentException(family)", Said(() => World.Datagrams(AddressFamily.Ipx)));
    }

    [Fact]
    public void ClosingAClientEndsItsStream()
    {
        var listener = Listening();
        var client = Connected(listener);
        var server = Own(listener.Accept());
        var stream = client.GetStream();
        stream.Write(Data);
        client.Close();

        Assert.Equal(Data, ReceiveAll(server, 10));
        Assert.Equal(0, server.Receive(new byte[1]));
        Assert.Equal("ObjectDisposedException", Said(() => stream.WriteByte(1)));
    }

    [Fact]
    public void ClosingAStreamClosesItsClient()
    {
        var listener = Listening();
        var client = Connected(listener);
        var server = Own(listener.Accept());
        client.GetStream().Dispose();

        Assert.Equal(0, server.Receive(new byte[1]));
        Assert.False(client.Connected);
    }

    [Fact]
    public void DatagramsComeBack()
    {
        var server = Own(World.Datagrams(Loopback));
        var client = Own(World.Datagrams());

        Assert.Equal(10, client.Send(Data, 10, (IPEndPoint)server.Client.LocalEndPoint!));
        IPEndPoint? from = null;
        Assert.Equal(Data, server.Receive(ref from));
        Assert.Equal(3, server.Send(Data, 3, from));
        Assert.Equal(Data[..3], client.Receive(ref from));
    }

    [Fact]
    public async Task DatagramsComeBackWhileAwaited()
    {
        var server = Own(World.Datagrams(Loopback));
        var client = Own(World.Datagrams());
        var receive = server.ReceiveAsync();
        Assert.Equal(10, await client.SendAsync(Data, (IPEndPoint)server.Client.LocalEndPoint!).WaitAsync(Patience));
        var received = await receive.WaitAsync(Patience);

        Assert.Equal(Data, received.Buffer);
        Assert.Equal(((IPEndPoint)client.Client.LocalEndPoint!).Port, received.RemoteEndPoint.Port);
    }

    [Fact]
    public void AConnectedClientNamesNoPeer()
    {
        var server = Own(World.Datagrams(Loopback));
        var client = Own(World.Datagrams());
        client.Connect((IPEndPoint)server.Client.LocalEndPoint!);

        Assert.Equal(10, client.Send(Data, 10));
        Assert.Equal("InvalidOperationException", Said(() => client.Send(Data, 10, Nobody(SocketType.Dgram))));
    }

    [Fact]
    public void AClientWithoutAPeerNamesOne()
    {
        Assert.Equal("InvalidOperationException", Said(() => Own(World.Datagrams()).Send(Data, 10)));
        Assert.Equal("SE.MessageSize", Said(() => Own(World.Datagrams()).Send(new byte[70_000], 70_000, Nobody(SocketType.Dgram))));
        Assert.Equal("PlatformNotSupportedException", Said(() => Own(World.Datagrams()).AllowNatTraversal(true)));
        Assert.Equal("ArgumentOutOfRangeException(port)", Said(() => World.Datagrams(70_000)));
    }

    [Fact]
    public void OptionsOfADatagramClient()
    {
        var client = Own(World.Datagrams());
        client.Ttl = 9;
        Assert.False(client.EnableBroadcast);

        Assert.Equal(9, client.Client.Ttl);
        client.Close();
        Assert.Equal("ObjectDisposedException", Said(() => client.Send(Data, 10)));
    }

    [Fact]
    public async Task ClosingADatagramClientEndsItsReceive()
    {
        var client = Own(World.Datagrams(Loopback));
        var receive = client.ReceiveAsync();
        await Settle();
        client.Close();

        Assert.StartsWith("SE.", await SaidAsync(() => receive), StringComparison.Ordinal);
    }

    [Fact]
    public void AStreamReadsAndWrites()
    {
        var (client, server) = Pair();
        using var reader = server.Stream();
        using var writer = client.Stream();
        writer.Write(Data, 0, 4);
        writer.Write(Data.AsSpan(4, 5));
        writer.WriteByte(10);
        var into = new byte[9];
        reader.ReadExactly(into);

        Assert.Equal(Data[..9], into);
        Assert.Equal(10, reader.ReadByte());
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(-1, reader.ReadByte());
        Assert.Equal(0, reader.Read(into));
    }

    [Fact]
    public async Task AStreamReadsAndWritesWhileAwaited()
    {
        var (client, server) = Pair();
        using var reader = server.Stream();
        using var writer = client.Stream();
        await writer.WriteAsync(Data.AsMemory(0, 5));
        await writer.WriteAsync(Data, 5, 5, CancellationToken.None);
        await writer.FlushAsync();
        writer.Flush();
        var into = new byte[10];
        await reader.ReadExactlyAsync(into).AsTask().WaitAsync(Patience);

        Assert.Equal(Data, into);
    }

    [Fact]
    public void AStreamBeginsAndEnds()
    {
        var (client, server) = Pair();
        using var reader = server.Stream();
        using var writer = client.Stream();
        writer.EndWrite(writer.BeginWrite(Data, 0, 10, null, null));
        Readable(server);

        Assert.Equal(10, reader.EndRead(reader.BeginRead(new byte[20], 0, 20, null, null)));
    }

    [Fact]
    public void AStreamIsCopied()
    {
        var (client, server) = Pair();
        client.Send(Data);
        client.Shutdown(SocketShutdown.Send);
        using var copy = new MemoryStream();
        server.Stream().CopyTo(copy);

        Assert.Equal(Data, copy.ToArray());
    }

    [Fact]
    public void AStreamKnowsWhetherThereIsData()
    {
        var (client, server) = Pair();
        using var reader = server.Stream();
        Assert.False(server.DataAvailable(reader));
        client.Send(Data);
        Readable(server);

        Assert.True(server.DataAvailable(reader));
    }

    [Fact]
    public void AStreamNeedsAConnectedSocketThatBlocks()
    {
        Assert.Equal("IOException", Said(() => Tcp().Stream()));
        Assert.Equal("IOException", Said(() => UdpPair().Client.Stream()));
        var (client, _) = Pair();
        client.Blocking = false;
        Assert.Equal("IOException", Said(() => client.Stream()));
    }

    [Fact]
    public void AStreamCannotSeek()
    {
        var (client, _) = Pair();
        using var stream = client.Stream();

        Assert.False(stream.CanSeek);
        Assert.True(stream.CanRead && stream.CanWrite && stream.CanTimeout);
        Assert.Equal("NotSupportedException", Said(() => stream.Length));
        Assert.Equal("NotSupportedException", Said(() => stream.Position));
        Assert.Equal("NotSupportedException", Said(() => stream.Position = 1));
        Assert.Equal("NotSupportedException", Said(() => stream.Seek(0, SeekOrigin.Begin)));
        Assert.Equal("NotSupportedException", Said(() => stream.SetLength(1)));
    }

    [Fact]
    public void AStreamOfOneDirectionRefusesTheOther()
    {
        var (client, _) = Pair();
        using var reader = client.Stream(FileAccess.Read);
        using var writer = client.Stream(FileAccess.Write);

        Assert.False(reader.CanWrite);
        Assert.False(writer.CanRead);
        Assert.Equal("InvalidOperationException", Said(() => reader.WriteByte(1)));
        Assert.Equal("InvalidOperationException", Said(() => writer.ReadByte()));
        Assert.Equal("InvalidOperationException", Said(() => writer.ReadAsync(new byte[1]).AsTask()));
    }

    [Fact]
    public void AStreamTimesOut()
    {
        var (client, _) = Pair();
        using var stream = client.Stream();
        Assert.Equal(-1, stream.ReadTimeout);
        stream.ReadTimeout = 40;

        Assert.Equal("IOException<TimedOut", Said(() => stream.ReadByte()).TrimEnd('>'));
        Assert.Equal("ArgumentOutOfRangeException(value)", Said(() => stream.ReadTimeout = 0));
        Assert.Equal("ArgumentOutOfRangeException(value)", Said(() => stream.WriteTimeout = -2));
    }

    [Fact]
    public void AStreamWrapsErrors()
    {
        var (client, server) = Pair();
        using var stream = server.Stream();
        Reset(client, server);

        Assert.Equal("IOException<ConnectionReset>", Said(() => stream.ReadByte()));
        Assert.Equal("IOException<Shutdown>", Said(() => stream.WriteByte(1)));
    }

    [Fact]
    public void AStreamThatDoesNotOwnItsSocketLeavesIt()
    {
        var (client, server) = Pair();
        var stream = client.Stream();
        stream.Dispose();
        client.Send(Data);

        Assert.Equal(Data, ReceiveAll(server, 10));
        Assert.False(stream.CanRead);
        Assert.Equal("ObjectDisposedException", Said(() => stream.ReadByte()));
        Assert.Equal("ObjectDisposedException", Said(() => client.DataAvailable(stream)));
    }

    [Fact]
    public void AStreamThatOwnsItsSocketClosesIt()
    {
        var (client, server) = Pair();
        var stream = client.Stream(ownsSocket: true);
        stream.Write(Data);
        stream.Dispose();
        stream.Dispose();

        Assert.Equal(Data, ReceiveAll(server, 10));
        Assert.Equal(0, server.Receive(new byte[1]));
        Assert.Equal("ObjectDisposedException", Said(() => client.Send(Data)));
    }

    [Fact]
    public void AStreamClosesWithinATime()
    {
        var (client, server) = Pair();
        var stream = client.Stream(ownsSocket: true);
        Assert.Equal("ArgumentOutOfRangeException(timeout)", Said(() => client.Close(stream, -2)));
        client.Close(stream, 1000);

        Assert.Equal(0, server.Receive(new byte[1]));
    }

    [Fact]
    public async Task ACancelledReadLosesNothing()
    {
        var (client, server) = Pair();
        using var stream = server.Stream();
        using var cancellation = new CancellationTokenSource();
        var read = stream.ReadAsync(new byte[10], cancellation.Token).AsTask();
        await cancellation.CancelAsync();

        Assert.Equal("canceled", await SaidAsync(() => read));
        client.Send(Data);
        Assert.Equal(10, await stream.ReadAsync(new byte[10]).AsTask().WaitAsync(Patience));
    }

    [Fact]
    public void ArgumentsOfAStreamAreChecked()
    {
        var (client, _) = Pair();
        using var stream = client.Stream();

        Assert.Equal("ArgumentNullException(buffer)", Said(() => stream.Read(null!, 0, 1)));
        Assert.StartsWith("ArgumentOutOfRangeException", Said(() => stream.Read(new byte[1], -1, 1)), StringComparison.Ordinal);
        Assert.StartsWith("ArgumentOutOfRangeException", Said(() => stream.Write(new byte[1], 0, 2)), StringComparison.Ordinal);
    }

    private IListener Started()
    {
        var listener = Own(World.Listener(Loopback));
        listener.Start();
        return listener;
    }

    private IClient Connected(IListener listener)
    {
        var client = Own(World.Client());
        client.Connect((IPEndPoint)listener.LocalEndpoint);
        return client;
    }

    private IClient Connected(ISocket listener)
    {
        var client = Own(World.Client());
        client.Connect((IPEndPoint)listener.LocalEndPoint!);
        return client;
    }
}

public sealed class ClassesOfTheKernel() : ClassSuite(KernelWorld.Instance);

public sealed class ClassesOfTheStack() : ClassSuite(StackWorld.Instance);
