using System;
using System.IO;
using Microsoft.Extensions.Logging;

namespace SharpTcp.Cli;

/// <summary>The stack's log, on standard error: one line an entry.</summary>
internal sealed class ErrorLog(TextWriter error) : ILoggerFactory, ILogger
{
    /// <summary>Writes one sentence.</summary>
    public void Write(string sentence) => error.WriteLine($"sharptcp: {sentence}");

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => this;

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("The log goes to standard error only.");

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            Write(exception is null ? formatter(state, exception) : $"{formatter(state, exception)} {exception}");
    }

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
