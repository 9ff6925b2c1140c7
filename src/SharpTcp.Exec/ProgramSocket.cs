using System;
using System.Collections.Generic;
using SharpTcp.Posix;

namespace SharpTcp.Exec;

/// <summary>
/// A socket of a program: the program holds one end of a Unix socket pair, the supervisor the other, and behind it stands a socket of the stack. So poll, epoll, dup, fork and exec
/// mean to the program what they always mean.
/// </summary>
internal abstract class ProgramSocket(Supervisor supervisor, int descriptor, int ours, ulong inode) : IDisposable
{
    private const int WrittenHalf = 1; // SHUT_WR

    /// <summary>The socket of the stack, by the number of <see cref="PosixStack"/>.</summary>
    public int Descriptor { get; } = descriptor;

    /// <summary>Our end of the pair.</summary>
    public int Ours { get; } = ours;

    /// <summary>The inode of the program's end, by which it is known whatever its number in whichever process.</summary>
    public ulong Inode { get; } = inode;

    /// <summary>Where the program's end was seen last: enough to reach it again as long as it is not moved.</summary>
    public (int Thread, int Number) LastSeen { get; set; }

    /// <summary>Calls that wait for something to happen here, in their order.</summary>
    public List<WaitingCall> Waiting { get; } = [];

    /// <summary>Whether it stands in the supervisor's queue of those with something to do.</summary>
    public bool IsQueued { get; set; }

    public bool IsDisposed { get; private set; }

    /// <summary>Whether bytes of the program wait here for the stack.</summary>
    public abstract bool HasUnsent { get; }

    /// <summary>Whether our end may have something to read, as far as is known.</summary>
    protected bool MayRead { get; set; }

    /// <summary>Whether our end may have room.</summary>
    protected bool MayWrite { get; set; } = true;

    protected Supervisor Supervisor { get; } = supervisor;

    protected PosixStack Stack => Supervisor.Stack;

    /// <summary>Something happened at our end of the pair.</summary>
    public void OnPairEvents(PollEvents events)
    {
        MayRead |= (events & (PollEvents.In | PollEvents.ReadHangUp | PollEvents.HangUp | PollEvents.Error)) != 0;
        MayWrite |= (events & PollEvents.Out) != 0;
        Supervisor.Queue(this);
    }

    /// <summary>Something happened at the socket of the stack.</summary>
    public abstract void OnStackEvents(PollEvents events);

    /// <summary>Moves what can be moved; true if more could be moved at once.</summary>
    public abstract bool Work();

    /// <summary>Ends the direction towards the program: it reads the end of the stream.</summary>
    public void EndTowardsProgram() => Kernel.Shutdown(Ours, WrittenHalf);

    /// <summary>Gives up both ends.</summary>
    public void Dispose()
    {
        if (!IsDisposed)
        {
            IsDisposed = true;
            Release();
            Supervisor.Forget(this);
            Kernel.Close(Ours);
            Stack.Close(Descriptor);
        }
    }

    /// <summary>Asks the waiting calls again whether they can end now.</summary>
    protected void RetryWaiting()
    {
        for (var i = 0; i < Waiting.Count;)
        {
            if (Supervisor.TryFinish(Waiting[i]))
            {
                Waiting.RemoveAt(i);
            }
            else
            {
                i++;
            }
        }
    }

    protected abstract void Release();
}
