using System;
using System.Collections;
using System.Collections.Generic;
using System.Net.Sockets;
using System.Threading;

namespace SharpTcp.Sockets;

/// <summary>Waiting until sockets are ready.</summary>
public sealed partial class Socket
{
    private const int MicrosecondsPerMillisecond = 1000;

    /// <summary>Waits until the socket can be read or written without blocking, or has an error, and blocks meanwhile.</summary>
    /// <param name="microSeconds">The longest wait; negative: without limit. It is waited in whole milliseconds.</param>
    /// <param name="mode">For what: <see cref="SelectMode.SelectRead"/> is also true of a connection to accept and of the end of a stream, <see cref="SelectMode.SelectWrite"/> of the end of connecting.</param>
    /// <returns>Whether it is ready.</returns>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public bool Poll(int microSeconds, SelectMode mode) => Poll(Core, mode, ToMilliseconds(microSeconds));

    /// <inheritdoc cref="Poll(int, SelectMode)"/>
    /// <param name="timeout">The longest wait; <see cref="Timeout.InfiniteTimeSpan"/>: without limit.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative, or more than can be said in microseconds by an int.</exception>
    public bool Poll(TimeSpan timeout, SelectMode mode) => Poll(ToMicroseconds(timeout), mode);

    /// <summary>Waits until at least one of several sockets is ready, and takes those that are not out of the lists.</summary>
    /// <param name="checkRead">Sockets to be read from or accepted from; or null.</param>
    /// <param name="checkWrite">Sockets to be written to; or null.</param>
    /// <param name="checkError">Sockets whose errors matter; or null.</param>
    /// <param name="microSeconds">The longest wait; negative: without limit.</param>
    /// <exception cref="ArgumentNullException">There are no sockets in the lists.</exception>
    /// <exception cref="ArgumentException">A list holds something else than a socket.</exception>
    public static void Select(IList? checkRead, IList? checkWrite, IList? checkError, int microSeconds)
    {
        if ((checkRead?.Count ?? 0) + (checkWrite?.Count ?? 0) + (checkError?.Count ?? 0) == 0)
        {
            throw new ArgumentNullException(null, "At least one list must hold a socket.");
        }

        using var selection = new Selection();
        selection.Add(checkRead, SelectMode.SelectRead);
        selection.Add(checkWrite, SelectMode.SelectWrite);
        selection.Add(checkError, SelectMode.SelectError);
        selection.Wait(ToMilliseconds(microSeconds));
        RemoveOthers(checkRead, SelectMode.SelectRead);
        RemoveOthers(checkWrite, SelectMode.SelectWrite);
        RemoveOthers(checkError, SelectMode.SelectError);
    }

    /// <inheritdoc cref="Select(IList?, IList?, IList?, int)"/>
    /// <param name="timeout">The longest wait; <see cref="Timeout.InfiniteTimeSpan"/>: without limit.</param>
    public static void Select(IList? checkRead, IList? checkWrite, IList? checkError, TimeSpan timeout) =>
        Select(checkRead, checkWrite, checkError, ToMicroseconds(timeout));

    private static bool Poll(SocketCore core, SelectMode mode, int milliseconds)
    {
        if (milliseconds == 0)
        {
            return core.Poll(mode, null);
        }

        using var selection = new Selection();
        selection.Add(core, mode);
        selection.Wait(milliseconds);
        return core.Poll(mode, null);
    }

    private static void RemoveOthers(IList? sockets, SelectMode mode)
    {
        for (var i = (sockets?.Count ?? 0) - 1; i >= 0; i--)
        {
            if (!((Socket)sockets![i]!)._core.Poll(mode, null))
            {
                sockets.RemoveAt(i);
            }
        }
    }

    private static int ToMilliseconds(int microSeconds) =>
        microSeconds < 0 ? Timeout.Infinite : (int)(((long)microSeconds + MicrosecondsPerMillisecond - 1) / MicrosecondsPerMillisecond);

    private static int ToMicroseconds(TimeSpan timeout)
    {
        if (timeout == Timeout.InfiniteTimeSpan)
        {
            return -1;
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(timeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(timeout.TotalMicroseconds, int.MaxValue, nameof(timeout));
        return (int)timeout.TotalMicroseconds;
    }

    /// <summary>The sockets of one wait, which may belong to several stacks.</summary>
    private sealed class Selection : IDisposable
    {
        private readonly List<(SocketCore Core, PollWaiter Waiter)> _waiting = [];
        private readonly ManualResetEventSlim _signal = new(false);

        public void Add(IList? sockets, SelectMode mode)
        {
            for (var i = 0; i < (sockets?.Count ?? 0); i++)
            {
                Add(sockets![i] is Socket socket ? socket.Core : throw new ArgumentException("The list must hold sockets only.", "socketList"), mode);
            }
        }

        public void Add(SocketCore core, SelectMode mode)
        {
            var waiter = new PollWaiter(_signal);
            if (core.Poll(mode, waiter))
            {
                _signal.Set();
            }
            else
            {
                _waiting.Add((core, waiter));
            }
        }

        public void Wait(int milliseconds) => _signal.Wait(milliseconds);

        // Who was told already is not in its socket's list any more. The signal is not disposed of: somebody may be about to set it.
        public void Dispose()
        {
            foreach (var (core, waiter) in _waiting)
            {
                core.Forget(waiter);
            }
        }
    }
}
