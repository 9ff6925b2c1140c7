using System.Net.Sockets;

namespace SharpTcp.Sockets;

/// <summary>The exceptions of sockets.</summary>
internal static class SocketErrors
{
    /// <summary>The exception for an error.</summary>
    public static SocketException Create(SocketError error) => new((int)error);

    /// <summary>The exception for an error, with a sentence on what was wrong and what to do.</summary>
    public static SocketException Create(SocketError error, string message) => new((int)error, message);

    /// <summary>The exception for what this version does not do.</summary>
    public static SocketException NotSupported(string what) =>
        new((int)SocketError.OperationNotSupported, $"{what} is not supported by SharpTCP.");

    /// <summary>Throws unless the call went well.</summary>
    public static void ThrowIfFailed(SocketError error)
    {
        if (error != SocketError.Success)
        {
            throw Create(error);
        }
    }
}
