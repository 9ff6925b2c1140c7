using System;
using System.IO;
using System.Runtime.InteropServices;

namespace SharpTcp.Linux;

/// <summary>
/// Owns a file descriptor. A call holds it open while it runs, so that a descriptor closed by another thread is never reused under it.
/// </summary>
internal sealed class DescriptorHandle : SafeHandle
{
    /// <summary>Takes over a descriptor.</summary>
    public DescriptorHandle(int descriptor)
        : base(-1, true) => SetHandle(descriptor);

    /// <inheritdoc/>
    public override bool IsInvalid => handle < 0;

    /// <summary>The number, for <see cref="Poller"/>; good as long as this is not disposed.</summary>
    public int Number => (int)handle;

    /// <summary>Takes over the result of a call that makes a descriptor.</summary>
    /// <exception cref="IOException">The call had failed.</exception>
    public static DescriptorHandle Own(int result, string call) => result >= 0 ? new DescriptorHandle(result) : throw Errno.Failure(call);

    /// <summary>Reads, again after a signal.</summary>
    /// <returns>The number of bytes, or -1 with errno set.</returns>
    public unsafe int Read(Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            nint result;
            do
                result = LibC.Read(this, start, (nuint)buffer.Length);
            while (result < 0 && Errno.Last == Errno.Interrupted);
            return (int)result;
        }
    }

    /// <summary>Writes, again after a signal.</summary>
    /// <returns>The number of bytes, or -1 with errno set.</returns>
    public unsafe int Write(ReadOnlySpan<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            nint result;
            do
                result = LibC.Write(this, start, (nuint)buffer.Length);
            while (result < 0 && Errno.Last == Errno.Interrupted);
            return (int)result;
        }
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => LibC.Close((int)handle) == 0;
}
