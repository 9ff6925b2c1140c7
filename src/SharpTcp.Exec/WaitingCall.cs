using System;

namespace SharpTcp.Exec;

/// <summary>A system call that cannot end yet: its thread waits in the kernel until it is answered, or a signal takes it away.</summary>
/// <param name="Call">The call.</param>
/// <param name="Socket">The socket that it waits for.</param>
/// <param name="Attempt">Tries to end it; false if it must wait on. It answers the call itself.</param>
/// <param name="Deadline">When it gives up with EAGAIN, in ticks of <see cref="Environment.TickCount64"/>; <see cref="long.MaxValue"/> for never.</param>
internal sealed record WaitingCall(Notification Call, ProgramSocket Socket, Func<bool> Attempt, long Deadline);
