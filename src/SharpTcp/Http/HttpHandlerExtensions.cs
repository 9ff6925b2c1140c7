using System;
using System.Net.Http;

namespace SharpTcp.Http;

/// <summary><see cref="HttpClient"/> on a <see cref="NetworkStack"/>.</summary>
public static class HttpHandlerExtensions
{
    /// <summary>
    /// Makes a handler whose connections are the stack's: HTTP/1.1, HTTP/2, TLS, WebSockets and pooling stay as they are. It uses no proxy, for the settings of this machine are about
    /// another network.
    /// </summary>
    /// <param name="stack">The stack.</param>
    public static SocketsHttpHandler CreateHttpHandler(this NetworkStack stack)
    {
        ArgumentNullException.ThrowIfNull(stack);
        return new SocketsHttpHandler { UseProxy = false }.UseSharpTcp(stack);
    }

    /// <summary>Lets the connections of a handler be the stack's, in the place of any <see cref="SocketsHttpHandler.ConnectCallback"/> that it has.</summary>
    /// <param name="handler">The handler; it has not sent a request yet.</param>
    /// <param name="stack">The stack.</param>
    /// <returns>The handler.</returns>
    public static SocketsHttpHandler UseSharpTcp(this SocketsHttpHandler handler, NetworkStack stack)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ArgumentNullException.ThrowIfNull(stack);
        handler.ConnectCallback = async (context, cancellation) =>
        {
            var stream = await stack.ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellation).ConfigureAwait(false);
            stream.Socket.NoDelay = true;
            return stream;
        };
        return handler;
    }
}
