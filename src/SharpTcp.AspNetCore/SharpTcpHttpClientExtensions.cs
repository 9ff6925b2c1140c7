using System;
using Microsoft.Extensions.DependencyInjection;
using SharpTcp.Http;

namespace SharpTcp.AspNetCore;

/// <summary>The clients of <c>IHttpClientFactory</c> on the stack.</summary>
public static class SharpTcpHttpClientExtensions
{
    /// <summary>Lets the connections of a named or typed client be those of the <see cref="NetworkStack"/> of <c>AddSharpTcp</c>.</summary>
    /// <param name="builder">The client, of <c>AddHttpClient</c>.</param>
    public static IHttpClientBuilder UseSharpTcp(this IHttpClientBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.ConfigurePrimaryHttpMessageHandler(static provider => provider.GetRequiredService<NetworkStack>().CreateHttpHandler());
    }
}
