using System;
using System.Collections.Generic;
using SharpTcp.Posix;

namespace SharpTcp.Exec;

/// <content>Calls that wait: their threads sleep in the kernel until the answer, the end of their time or a signal.</content>
internal sealed unsafe partial class Supervisor
{
    private readonly Dictionary<int, WaitingCall> _waiting = [];

    /// <summary>Tries a waiting call again; true if it was answered or nobody waits any more.</summary>
    public bool TryFinish(WaitingCall waiting)
    {
        if (!waiting.Attempt())
        {
            return false;
        }

        _waiting.Remove(waiting.Call.Thread);
        return true;
    }

    private void Wait(in Notification call, ProgramSocket socket, Func<bool> attempt, TimeSpan timeout)
    {
        var waiting = new WaitingCall(call, socket, attempt, timeout == TimeSpan.Zero ? long.MaxValue : Environment.TickCount64 + (long)timeout.TotalMilliseconds);
        _waiting[call.Thread] = waiting;
        socket.Waiting.Add(waiting);
    }

    private int NextTimeout()
    {
        var next = long.MaxValue;
        foreach (var waiting in _waiting.Values)
        {
            next = Math.Min(next, waiting.Deadline);
        }

        return next == long.MaxValue ? -1 : (int)Math.Clamp(next - Environment.TickCount64, 0, 60_000);
    }

    private void ExpireWaiting()
    {
        if (_waiting.Count == 0)
        {
            return;
        }

        var now = Environment.TickCount64;
        List<WaitingCall>? expired = null;
        foreach (var waiting in _waiting.Values)
        {
            if (waiting.Deadline <= now)
            {
                (expired ??= []).Add(waiting);
            }
        }

        foreach (var waiting in expired ?? [])
        {
            _waiting.Remove(waiting.Call.Thread);
            waiting.Socket.Waiting.Remove(waiting);
            _calls.Answer(waiting.Call.Id, waiting.Call.Number == _numbers.Connect ? -Errno.InProgress : -Errno.Again);
        }
    }

    private static bool IsNonBlocking(in Notification call)
    {
        var copy = ProgramDescriptors.Copy(call.Thread, call.Int(0));
        var flags = Kernel.FileControl(copy, LinuxSocket.GetFlags, 0);
        Kernel.Close(copy);
        return flags >= 0 && (flags & LinuxSocket.NonBlocking) != 0;
    }

    private TimeSpan ReceiveTimeout(ProgramSocket socket) => Timeout(socket, SocketOption.ReceiveTimeout);

    private TimeSpan SendTimeout(ProgramSocket socket) => Timeout(socket, SocketOption.SendTimeout);

    /// <summary>A struct timeval of seconds and microseconds.</summary>
    private TimeSpan Timeout(ProgramSocket socket, int option)
    {
        Span<byte> value = stackalloc byte[16];
        return Stack.GetOption(socket.Descriptor, OptionLevel.Socket, option, value) == 16
            ? TimeSpan.FromSeconds(BitConverter.ToInt64(value)) + TimeSpan.FromMicroseconds(BitConverter.ToInt64(value[8..]))
            : TimeSpan.Zero;
    }
}
