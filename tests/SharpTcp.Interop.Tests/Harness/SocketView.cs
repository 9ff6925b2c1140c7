using System;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Threading.Tasks;

namespace SharpTcp.Interop.Tests;

/// <summary>What <c>ss -ti</c> says of a connection of the peer's kernel.</summary>
internal sealed class SocketView
{
    private readonly string[] _words;

    private SocketView(string text) => _words = text.Split([' ', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Whether both sides have selective acknowledgments.</summary>
    public bool Sack => _words.Contains("sack");

    /// <summary>Whether both sides have time stamps.</summary>
    public bool Timestamps => _words.Contains("ts");

    /// <summary>The peer's window scale and the kernel's own.</summary>
    public string WindowScale => Text("wscale");

    /// <summary>The segment size that the kernel sends with.</summary>
    public int Mss => (int)Number("mss");

    /// <summary>How many segments the kernel ever sent again.</summary>
    public int Retransmitted => Text("retrans") is { Length: > 0 } text ? int.Parse(text.Split('/')[1], CultureInfo.InvariantCulture) : 0;

    /// <summary>The smallest round-trip time that the kernel saw.</summary>
    public TimeSpan MinimumRoundTrip => TimeSpan.FromMilliseconds(double.Parse(Text("minrtt"), CultureInfo.InvariantCulture));

    /// <summary>All segments that the kernel sent.</summary>
    public long SegmentsSent => Number("segs_out");

    /// <summary>All segments that the kernel received.</summary>
    public long SegmentsReceived => Number("segs_in");

    /// <summary>Segments with data that the kernel sent, those again counted.</summary>
    public long DataSegmentsSent => Number("data_segs_out");

    /// <summary>Segments with data that the kernel received.</summary>
    public long DataSegmentsReceived => Number("data_segs_in");

    /// <summary>Bytes of the kernel's that the peer acknowledged, its SYN counted if it opened the connection.</summary>
    public long Acknowledged => Number("bytes_acked");

    /// <summary>Bytes that the kernel received in order.</summary>
    public long Received => Number("bytes_received");

    /// <summary>Asks the kernel of a socket.</summary>
    public static async Task<SocketView> OfAsync(NetLab lab, KernelSocket socket)
    {
        Requirements.SkipUnlessProgram("ss", "iproute2");
        var (local, remote) = ((IPEndPoint)socket.LocalEndPoint!, (IPEndPoint)socket.RemoteEndPoint!);
        var result = await lab.Peer.RunAsync(new Command("ss", "-tinoH", "src", $"{local}", "dst", $"{remote}"));
        return new SocketView(result.MustSucceed().Text);
    }

    /// <summary>Asks the kernel of a socket once so much of what it sent is acknowledged.</summary>
    public static async Task<SocketView> SettledAsync(NetLab lab, KernelSocket socket, long acknowledged)
    {
        while (true)
        {
            lab.Cancellation.ThrowIfCancellationRequested();
            var view = await OfAsync(lab, socket);
            if (view.Acknowledged >= acknowledged)
                return view;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(' ', _words);

    private long Number(string name) => Text(name) is { Length: > 0 } text ? long.Parse(text, CultureInfo.InvariantCulture) : 0;

    private string Text(string name) => _words.FirstOrDefault(word => word.StartsWith(name + ":", StringComparison.Ordinal))?[(name.Length + 1)..] ?? "";
}
