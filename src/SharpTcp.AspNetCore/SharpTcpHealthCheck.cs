using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace SharpTcp.AspNetCore;

/// <summary>Healthy: the stack runs, has an address beside those of the loopback, and contained no exception.</summary>
internal sealed class SharpTcpHealthCheck(NetworkStack stack) : IHealthCheck
{
    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Check(context.Registration.FailureStatus));

    private HealthCheckResult Check(HealthStatus failure)
    {
        if (!stack.IsRunning)
        {
            return new HealthCheckResult(failure, "The stack does not run.");
        }

        var counters = stack.GetCounters();
        var addresses = stack.GetAddresses().Where(address => !address.Interface.IsLoopback && address.IsUsable).Select(address => address.Prefix.ToString()).ToArray();
        var data = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["addresses"] = addresses,
            ["connections"] = counters.Connections,
            ["bufferBytes"] = counters.BufferBytes,
            ["faults"] = counters.Faults,
        };
        if (addresses.Length == 0)
        {
            return new HealthCheckResult(failure, "The stack has no usable address.", data: data);
        }

        return counters.Faults > 0
            ? HealthCheckResult.Degraded("The stack contained exceptions, which are defects to be reported; the log has them.", data: data)
            : HealthCheckResult.Healthy("The stack runs.", data);
    }
}
