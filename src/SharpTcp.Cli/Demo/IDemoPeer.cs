using System;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Threading;
using System.Threading.Tasks;

namespace SharpTcp.Cli;

/// <summary>Who is at the other end of the cable in the demo.</summary>
internal interface IDemoPeer : IAsyncDisposable
{
    /// <summary>Its name in the last line.</summary>
    string Name { get; }

    /// <summary>Its addresses, one a family.</summary>
    IReadOnlyList<IPAddress> Addresses { get; }

    /// <summary>Waits until its addresses are usable.</summary>
    Task WaitReadyAsync(CancellationToken cancellation);

    /// <summary>Pings an address and compares what comes back.</summary>
    /// <returns>The round trip.</returns>
    Task<TimeSpan> PingAsync(IPAddress address, int size, CancellationToken cancellation);

    /// <summary>Sends a datagram and waits for the answer.</summary>
    Task<byte[]> ExchangeAsync(IPEndPoint service, byte[] datagram, CancellationToken cancellation);

    /// <summary>Connects by TCP.</summary>
    Task<Stream> ConnectAsync(IPEndPoint service, CancellationToken cancellation);

    /// <summary>Sends no more on a connection, but still receives.</summary>
    void EndSending(Stream connection);
}
