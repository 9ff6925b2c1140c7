using System;
using System.Collections.Generic;
using System.Threading;
using Microsoft.Extensions.Logging;

namespace SharpTcp;

/// <summary>
/// Exceptions that were caught where one must not take the stack down: all counted, each kind logged once.
/// </summary>
internal sealed partial class ShardFaults(ILogger logger, Action<Exception, string>? observer)
{
    private const int MaximumKinds = 256;

    private readonly HashSet<(Type, string)> _seen = [];
    private readonly Lock _lock = new();
    private long _count;

    /// <summary>How many there were.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>Takes note of one.</summary>
    public void Report(Exception exception, string where)
    {
        Interlocked.Increment(ref _count);
        bool isNew;
        lock (_lock)
        {
            isNew = _seen.Count < MaximumKinds && _seen.Add((exception.GetType(), where));
        }

        if (isNew)
        {
            LogFault(logger, exception, where);
        }

        observer?.Invoke(exception, where);
    }

    [LoggerMessage(1, LogLevel.Error, "An exception in {Where} was contained; further ones of its kind are only counted")]
    private static partial void LogFault(ILogger logger, Exception exception, string where);
}
