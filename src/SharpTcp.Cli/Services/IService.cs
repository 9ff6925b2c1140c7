using System;
using System.Threading.Tasks;

namespace SharpTcp.Cli;

/// <summary>A service over TCP.</summary>
internal interface IConnectionService
{
    /// <summary>Serves one connection to its end. Whoever calls disposes it.</summary>
    Task ServeAsync(Socket connection);
}

/// <summary>A service over UDP.</summary>
internal interface IDatagramService
{
    /// <summary>Makes the answer to one datagram.</summary>
    /// <param name="datagram">What came.</param>
    /// <param name="answer">What to send back: may be a part of <paramref name="datagram"/>, good until the next call.</param>
    /// <returns>Whether there is an answer.</returns>
    bool TryAnswer(ReadOnlyMemory<byte> datagram, out ReadOnlyMemory<byte> answer);
}
