using System;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;

namespace SharpTcp.Cli;

/// <summary>Answers the datagrams of one port.</summary>
internal sealed class UdpServer(Socket socket, IDatagramService service, Action<string> log)
{
    private const int LargestDatagram = 65_535;
    private const int MostFailuresInARow = 100;

    private Task _answering = Task.CompletedTask;
    private volatile bool _stopping;

    /// <summary>Begins to answer.</summary>
    public void Start() => _answering = AnswerAsync();

    /// <summary>Answers no more.</summary>
    public async Task StopAsync()
    {
        _stopping = true;
        socket.Dispose();
        await _answering;
    }

    private async Task AnswerAsync()
    {
        var buffer = new byte[LargestDatagram];
        var peer = new SocketAddress(socket.AddressFamily);
        var failures = 0;
        while (!_stopping && failures < MostFailuresInARow)
        {
            try
            {
                var length = await socket.ReceiveFromAsync(buffer.AsMemory(), SocketFlags.None, peer);
                if (!ServicePort.IsAnsweringService(ServicePort.Of(peer)) && service.TryAnswer(buffer.AsMemory(0, length), out var answer))
                    await socket.SendToAsync(answer, SocketFlags.None, peer);
                failures = 0;
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // A send that failed, or the news of one, costs its datagram only.
                failures++;
                if (failures == MostFailuresInARow && !_stopping)
                    log($"gave up answering datagrams: {exception.Message}");
            }
        }
    }
}
