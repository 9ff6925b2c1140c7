using System;
using System.Net;
using Microsoft.Extensions.Logging;

namespace SharpTcp.AspNetCore;

/// <summary>What is logged.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "The stack has {Address}")]
    public static partial void Usable(ILogger logger, StackAddress address);

    [LoggerMessage(2, LogLevel.Warning, "An address of the stack is not usable after {Time}: {Address}")]
    public static partial void NotUsable(ILogger logger, StackAddress address, TimeSpan time);

    [LoggerMessage(3, LogLevel.Information, "The stack is shut down")]
    public static partial void Stopped(ILogger logger);

    [LoggerMessage(4, LogLevel.Information, "Listening on {EndPoint} of the stack")]
    public static partial void Listening(ILogger logger, EndPoint endPoint);

    [LoggerMessage(5, LogLevel.Debug, "A connection was lost before it was accepted")]
    public static partial void NotAccepted(ILogger logger, Exception cause);

    [LoggerMessage(6, LogLevel.Debug, "Connection {Id} from {Peer} accepted")]
    public static partial void Accepted(ILogger logger, string id, EndPoint? peer);

    [LoggerMessage(7, LogLevel.Debug, "Connection {Id}: the peer has ended its stream")]
    public static partial void PeerEnded(ILogger logger, string id);

    [LoggerMessage(8, LogLevel.Debug, "Connection {Id} was reset by the peer")]
    public static partial void Reset(ILogger logger, string id);

    [LoggerMessage(9, LogLevel.Debug, "Connection {Id} failed")]
    public static partial void Failed(ILogger logger, string id, Exception cause);

    [LoggerMessage(10, LogLevel.Debug, "Connection {Id} is aborted: {Reason}")]
    public static partial void Aborted(ILogger logger, string id, string reason);
}
