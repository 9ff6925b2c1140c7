using System;
using System.Collections.Generic;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace SharpTcp.AspNetCore;

/// <summary>The stack as a service.</summary>
public static class SharpTcpServiceCollectionExtensions
{
    /// <summary>The section of the configuration that is read into <see cref="SharpTcpOptions"/>.</summary>
    public const string SectionName = "SharpTcp";

    /// <summary>
    /// Adds a <see cref="NetworkStack"/> that the host opens before its first service starts and shuts down after its last has stopped, set up by the section
    /// <see cref="SectionName"/> of the configuration and by <paramref name="configure"/>.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Changes the options.</param>
    public static IServiceCollection AddSharpTcp(this IServiceCollection services, Action<SharpTcpOptions>? configure = null)
    {
        AddOptions(services, configure);
        services.TryAddSingleton(provider => new StackHost(provider.GetRequiredService<IOptions<SharpTcpOptions>>(), provider.GetRequiredService<ILoggerFactory>()));
        return AddStack(services);
    }

    /// <summary>Adds a stack that the program has made; starting and disposing it stay with the program.</summary>
    /// <param name="services">The services.</param>
    /// <param name="stack">The stack.</param>
    /// <param name="configure">Changes the options; those about interfaces are for others to read.</param>
    public static IServiceCollection AddSharpTcp(this IServiceCollection services, NetworkStack stack, Action<SharpTcpOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(stack);
        AddOptions(services, configure);
        services.TryAddSingleton(stack);
        services.TryAddSingleton(provider => new StackHost(provider.GetRequiredService<IOptions<SharpTcpOptions>>(), provider.GetRequiredService<ILoggerFactory>(), stack));
        return AddStack(services);
    }

    /// <summary>Adds a health check: healthy if the stack runs, has a usable address and contained no exception.</summary>
    /// <param name="builder">The health checks.</param>
    /// <param name="name">The name of the check.</param>
    /// <param name="failureStatus">What is reported if it fails; null reports <see cref="HealthStatus.Unhealthy"/>.</param>
    /// <param name="tags">The tags of the check.</param>
    public static IHealthChecksBuilder AddSharpTcp(
        this IHealthChecksBuilder builder, string name = "sharptcp", HealthStatus? failureStatus = null, IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(new HealthCheckRegistration(
            name, provider => new SharpTcpHealthCheck(provider.GetRequiredService<NetworkStack>()), failureStatus, tags));
    }

    private static void AddOptions(IServiceCollection services, Action<SharpTcpOptions>? configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<SharpTcpOptions>().BindConfiguration(SectionName).Configure(configure ?? (_ => { }));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SharpTcpOptions>, OptionsValidator>());
        services.AddLogging();
    }

    private static IServiceCollection AddStack(IServiceCollection services)
    {
        services.TryAddSingleton(provider => provider.GetRequiredService<StackHost>().Stack);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, StackHost>(provider => provider.GetRequiredService<StackHost>()));
        return services;
    }
}
