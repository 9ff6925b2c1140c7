using System;
using System.Runtime.CompilerServices;
using System.Threading;
using SharpTcp.Linux;
using SharpTcp.Protocols;
using SharpTcp.Wire;

namespace SharpTcp.Links;

/// <summary>An open TAP or TUN device: one frame a system call each way, and no allocation.</summary>
internal sealed unsafe class LinuxTunDevice : IDisposable
{
    private const int MostMalformedInARow = 16;

    private readonly DescriptorHandle _handle;
    private readonly int _headerLength;
    private long _receiveDropped;
    private long _sendDropped;

    public LinuxTunDevice(DescriptorHandle handle, string name, in LinkCapabilities capabilities, int headerLength, MacAddress kernelAddress)
    {
        _handle = handle;
        _headerLength = headerLength;
        Name = name;
        Capabilities = capabilities;
        KernelAddress = kernelAddress;
    }

    public string Name { get; }

    public LinkCapabilities Capabilities { get; }

    /// <summary>The MAC address of the kernel's side of a TAP.</summary>
    public MacAddress KernelAddress { get; }

    public int Descriptor => _handle.Number;

    /// <summary>Longer than any frame, so that one that would not fit is noticed.</summary>
    public static int ReceiveBufferSize => FrameLayout.LargestFrame + 1;

    public long ReceiveDropped => Volatile.Read(ref _receiveDropped);

    public long SendDropped => Volatile.Read(ref _sendDropped);

    public bool TryReceive(Span<byte> buffer, out int length, out FrameMeta meta)
    {
        LinkArguments.CheckBuffer(buffer.Length, ReceiveBufferSize);
        var headerSpace = default(HeaderSpace);
        Span<byte> header = headerSpace;
        header = header[.._headerLength];
        for (var i = 0; i < MostMalformedInARow; i++)
        {
            var count = Read(header, buffer);
            if (count < 0)
                break;
            length = count - header.Length;
            if (length > 0 && length < buffer.Length && TryReadHeader(header, buffer[..length], out meta))
                return true;
            _receiveDropped++;
        }
        length = 0;
        meta = default;
        return false;
    }

    public bool TrySend(in OutboundFrame frame)
    {
        var headerSpace = default(HeaderSpace);
        Span<byte> header = headerSpace;
        header = header[.._headerLength];
        if (_headerLength > 0)
            VirtioNetHeader.Write(header, frame.Meta);
        else if (frame.Meta.Segmentation != Segmentation.None || (frame.Meta.Flags & FrameFlags.NeedsChecksum) != 0)
            return Drop();

        fixed (byte* start = header, headers = frame.Headers, first = frame.First, second = frame.Second, third = frame.Third)
        {
            var vectors = stackalloc LibC.IoVector[5];
            var count = 0;
            Add(vectors, ref count, start, header.Length);
            Add(vectors, ref count, headers, frame.Headers.Length);
            Add(vectors, ref count, first, frame.First.Length);
            Add(vectors, ref count, second, frame.Second.Length);
            Add(vectors, ref count, third, frame.Third.Length);
            while (LibC.WriteVector(_handle, vectors, count) < 0)
            {
                var error = Errno.Last;
                if (error == Errno.Again)
                    return false;
                // The device is down (EIO), deleted (EBADFD) or does not like the frame (EINVAL): the frame is lost, as on a wire.
                if (error != Errno.Interrupted)
                    return Drop();
            }
        }
        return true;
    }

    public void Dispose() => _handle.Dispose();

    private static void Add(LibC.IoVector* vectors, ref int count, byte* start, int length)
    {
        if (length > 0)
            vectors[count++] = new LibC.IoVector { Base = start, Length = (nuint)length };
    }

    private static bool TryReadHeader(ReadOnlySpan<byte> header, ReadOnlySpan<byte> frame, out FrameMeta meta)
    {
        meta = default;
        return header.IsEmpty || VirtioNetHeader.TryRead(header, frame, out meta);
    }

    // The number of bytes with the header, or -1 if there is nothing to read.
    private int Read(Span<byte> header, Span<byte> buffer)
    {
        fixed (byte* start = header, frame = buffer)
        {
            var vectors = stackalloc LibC.IoVector[2];
            var count = 0;
            Add(vectors, ref count, start, header.Length);
            Add(vectors, ref count, frame, buffer.Length);
            while (true)
            {
                var result = LibC.ReadVector(_handle, vectors, count);
                if (result >= 0)
                    return (int)result;
                var error = Errno.Last;
                if (error == Errno.Again)
                    return -1;
                if (error != Errno.Interrupted)
                    throw Lost(error);
            }
        }
    }

    private bool Drop()
    {
        _sendDropped++;
        return true;
    }

    private LinkException Lost(int error) => error is Errno.BadDescriptorState or Errno.BadDescriptor or Errno.NoDevice
        ? new LinkException(LinkError.NotFound, $"The device {Name} was deleted: make it again and open it anew.")
        : new LinkException(LinkError.Other, $"Reading from {Name} failed: {Errno.Message(error)}.");

    [InlineArray(VirtioNetHeader.LongLength)]
    private struct HeaderSpace
    {
        private byte _first;
    }
}
