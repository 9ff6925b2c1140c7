using System;
using System.IO;
using SharpTcp.Protocols;
using SharpTcp.Wire;

namespace SharpTcp.Links;

/// <summary>
/// What a stack sends frames to and receives them from. Implement it to put a stack on a device of your own.
/// </summary>
/// <remarks>
/// <para>
/// A link is passive: it never calls into a stack with a frame. Its driver (the stack's loop, or whoever pumps the stack by hand) asks it with
/// <see cref="TryReceive"/> until that answers false, then sleeps until the link is ready again. It learns of that in two ways, and uses
/// both: <see cref="PollDescriptor"/>, if there is one, and the callback of <see cref="SetReadyCallback"/>. A link uses whichever suits it;
/// one around another link may need both.
/// </para>
/// <para>
/// Calls of <see cref="IFrameSink.TrySend"/> do not overlap, nor do calls of <see cref="TryReceive"/>; one of each may run at the same time on different
/// threads. <see cref="IDisposable.Dispose"/> comes last.
/// </para>
/// <para>
/// A malformed frame, a full receiver, a device that is down cost the frame and count it; they throw nothing. An
/// <see cref="IOException"/> from <see cref="TryReceive"/> says that the link is lost for good; the driver detaches it.
/// </para>
/// </remarks>
public interface ILink : IFrameSink, IDisposable
{
    /// <summary>The link's name, for people: a device's name where there is one.</summary>
    string Name { get; }

    /// <summary>What the link can do. Does not change.</summary>
    LinkCapabilities Capabilities { get; }

    /// <summary>The MAC address of the stack's side; unspecified where the medium is not Ethernet. Does not change.</summary>
    MacAddress HardwareAddress { get; }

    /// <summary>The length in bytes of the buffer that <see cref="TryReceive"/> needs. Does not change.</summary>
    int ReceiveBufferSize { get; }

    /// <summary>
    /// A descriptor that polls readable while a frame can be received and, after <see cref="IFrameSink.TrySend"/> answered false, writable when there is
    /// room; null if the link has none. Open as long as the link is.
    /// </summary>
    int? PollDescriptor { get; }

    /// <summary>Receives one frame, if there is one. Never waits.</summary>
    /// <param name="buffer">At least <see cref="ReceiveBufferSize"/> bytes. What lies behind the frame may be overwritten too.</param>
    /// <param name="length">How many bytes of the buffer are the frame.</param>
    /// <param name="meta">What the link knows of its checksum and how it would be cut.</param>
    /// <returns>Whether there was a frame.</returns>
    /// <exception cref="ArgumentException"><paramref name="buffer"/> is too short.</exception>
    /// <exception cref="IOException">The link is lost.</exception>
    bool TryReceive(Span<byte> buffer, out int length, out FrameMeta meta);

    /// <summary>
    /// Says whom to call when a frame can be received again after <see cref="TryReceive"/> answered false, or sent after
    /// <see cref="IFrameSink.TrySend"/> answered false; null for nobody. After setting it the driver tries once: what came before is not called for.
    /// </summary>
    /// <param name="onReady">
    /// Called from any thread, also from inside a call of another link. It must do no more than wake the driver: not call the link, not wait for a lock
    /// that is held around a call of a link. It may be called once too often.
    /// </param>
    void SetReadyCallback(Action? onReady);
}
