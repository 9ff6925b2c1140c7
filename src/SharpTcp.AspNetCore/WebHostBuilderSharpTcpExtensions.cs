using System;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace SharpTcp.AspNetCore;

/// <summary>Kestrel on the stack.</summary>
public static class WebHostBuilderSharpTcpExtensions
{
    /// <summary>
    /// Lets Kestrel listen on a <see cref="NetworkStack"/> instead of the kernel: the one of <c>AddSharpTcp</c>, which this calls. Endpoints are named as ever: by <c>UseUrls</c>,
    /// <c>ListenAnyIP</c>, <c>Listen</c> or the configuration.
    /// </summary>
    /// <param name="builder">The web host.</param>
    /// <param name="configure">Changes the options.</param>
    public static IWebHostBuilder UseSharpTcp(this IWebHostBuilder builder, Action<SharpTcpOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.ConfigureServices(services => AddTransport(services.AddSharpTcp(configure)));
    }

    /// <summary>Lets Kestrel listen on a stack that the program has made; starting and disposing it stay with the program.</summary>
    /// <param name="builder">The web host.</param>
    /// <param name="stack">The stack.</param>
    /// <param name="configure">Changes the options.</param>
    public static IWebHostBuilder UseSharpTcp(this IWebHostBuilder builder, NetworkStack stack, Action<SharpTcpOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.ConfigureServices(services => AddTransport(services.AddSharpTcp(stack, configure)));
    }

    // Kestrel asks the factories from the last to the first: the kernel's own stays behind this one.
    private static void AddTransport(IServiceCollection services) =>
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConnectionListenerFactory, StackTransportFactory>());
}
