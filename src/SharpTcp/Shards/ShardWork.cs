using System;
using SharpTcp.Protocols;

namespace SharpTcp;

/// <summary>
/// Something of a shard that may have work: a socket. It is a link of two intrusive lists, so that neither leaving a command nor taking note of an event allocates:
/// the command queue (any thread pushes) and the list of what the host touched (only under the lock).
/// </summary>
internal abstract class ShardWork
{
    /// <summary>The next in the command queue.</summary>
    internal ShardWork? NextCommand;

    /// <summary>1 while in the command queue.</summary>
    internal int CommandQueued;

    /// <summary>The next in the list of the touched.</summary>
    internal ShardWork? NextTouched;

    /// <summary>Whether it is in the list of the touched.</summary>
    internal bool Touched;

    /// <summary>Does what can be done now. Called under the lock; it looks at states, not at what called it.</summary>
    internal abstract void Progress(Instant now);

    /// <summary><see cref="Progress"/> threw: ends what belongs to this object. Called under the lock.</summary>
    internal abstract void Abandon(Exception cause, Instant now);
}
