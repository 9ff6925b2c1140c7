using System;
using SharpTcp.Posix;

namespace SharpTcp.Exec;

/// <content>Calls that carry datagrams with addresses. A stream's bytes go through the pair without us.</content>
internal sealed unsafe partial class Supervisor
{
    private const int LargestDatagram = 65536;
    private const int DontWait = (int)MessageFlags.DoNotWait;
    private const int WaitForOne = 0x10000; // MSG_WAITFORONE
    private const int PairFlags = (int)(MessageFlags.Peek | MessageFlags.Truncate) | Kernel.DoNotWait;

    private readonly byte[] _datagram = new byte[LargestDatagram];

    private void Transfer(in Notification call, ProgramSocket socket)
    {
        if (socket is not DatagramSocket datagrams)
        {
            TransferStream(call);
        }
        else if (call.Number == _numbers.SendTo)
        {
            var length = (nuint)call.Arguments[2];
            var result = length > LargestDatagram ? -Errno.MessageSize
                : !ProgramMemory.TryRead(call.Thread, call.Pointer(1), _datagram.AsSpan(0, (int)length)) ? -Errno.Fault
                : SendTo(call, datagrams, (int)length, call.Pointer(4), call.Int(5));
            _calls.Answer(call.Id, result);
        }
        else if (call.Number == _numbers.SendMessage)
        {
            _calls.Answer(call.Id, SendMessage(call, datagrams, call.Pointer(1)));
        }
        else if (call.Number == _numbers.SendMessages)
        {
            _calls.Answer(call.Id, SendMessages(call, datagrams));
        }
        else
        {
            Receive(call, datagrams);
        }
    }

    /// <summary>A destination does not matter to a connected stream; where there is one, the pair would refuse it.</summary>
    private void TransferStream(in Notification call) => _calls.Continue(call.Id);

    private int SendTo(in Notification call, DatagramSocket socket, int length, nuint address, int addressLength)
    {
        Span<byte> to = stackalloc byte[SystemCallArguments.LongestAddress];
        if (addressLength < 0 || addressLength > to.Length)
        {
            return -Errno.Invalid;
        }

        if (address != 0 && !ProgramMemory.TryRead(call.Thread, address, to[..addressLength]))
        {
            return -Errno.Fault;
        }

        fixed (byte* start = _datagram)
        {
            var vector = new IoVector(start, (nuint)length);
            return (int)Stack.Send(socket.Descriptor, new ReadOnlySpan<IoVector>(in vector), MessageFlags.DoNotWait, address == 0 ? default : to[..addressLength]);
        }
    }

    private int SendMessage(in Notification call, DatagramSocket socket, nuint at)
    {
        if (!ProgramMemory.TryRead(call.Thread, at, out MessageHeader header))
        {
            return -Errno.Fault;
        }

        var length = SystemCallArguments.Gather(call.Thread, header, _datagram);
        return length < 0 ? length : SendTo(call, socket, length, header.Name, header.NameLength);
    }

    private int SendMessages(in Notification call, DatagramSocket socket)
    {
        var most = (int)Math.Min((uint)call.Int(2), SystemCallArguments.MostVectors);
        for (var i = 0; i < most; i++)
        {
            var at = call.Pointer(1) + (nuint)(i * sizeof(MessageSlot));
            var result = SendMessage(call, socket, at);
            if (result < 0)
            {
                return i > 0 ? i : result;
            }

            if (!ProgramMemory.TryWrite(call.Thread, at + (nuint)sizeof(MessageHeader), result))
            {
                return i > 0 ? i : -Errno.Fault;
            }
        }

        return most;
    }

    private void Receive(in Notification call, DatagramSocket socket)
    {
        var pending = call;
        if (TryReceive(pending, socket, 0))
        {
            return;
        }

        var flags = call.Number == _numbers.ReceiveMessage ? call.Int(2) : call.Int(3);
        if ((flags & DontWait) != 0 || IsNonBlocking(call))
        {
            _calls.Answer(call.Id, -Errno.Again);
            return;
        }

        Wait(pending, socket, () => TryReceive(pending, socket, 0), ReceiveTimeout(socket));
    }

    private bool TryReceive(in Notification call, DatagramSocket socket, int index)
    {
        if (!_calls.IsAlive(call.Id))
        {
            return true;
        }

        var copy = ProgramDescriptors.Copy(call.Thread, call.Int(0));
        if (copy < 0)
        {
            _calls.Answer(call.Id, -Errno.BadDescriptor);
            return true;
        }

        try
        {
            var result = call.Number == _numbers.ReceiveFrom ? ReceiveFrom(call, socket, copy)
                : call.Number == _numbers.ReceiveMessage ? ReceiveMessage(call, socket, copy, call.Pointer(1), call.Int(2))
                : ReceiveMessages(call, socket, copy);
            if (result == -Errno.Again)
            {
                result = -PendingError(socket);
                if (result == 0)
                {
                    return false;
                }
            }

            _calls.Answer(call.Id, result);
            return true;
        }
        finally
        {
            Kernel.Close(copy);
            Queue(socket);
        }
    }

    private int ReceiveFrom(in Notification call, DatagramSocket socket, int copy)
    {
        var count = Take(socket, copy, call.Int(3), out var source);
        if (count < 0)
        {
            return count;
        }

        var fits = (int)Math.Min((ulong)count, call.Arguments[2]);
        if (!ProgramMemory.TryWrite(call.Thread, call.Pointer(1), _datagram.AsSpan(0, fits)))
        {
            return -Errno.Fault;
        }

        var error = SystemCallArguments.WriteAddress(call, 4, 5, source);
        return error < 0 ? error : (call.Int(3) & (int)MessageFlags.Truncate) != 0 ? count : fits;
    }

    private int ReceiveMessage(in Notification call, DatagramSocket socket, int copy, nuint at, int flags)
    {
        if (!ProgramMemory.TryRead(call.Thread, at, out MessageHeader header))
        {
            return -Errno.Fault;
        }

        var count = Take(socket, copy, flags, out var source);
        if (count < 0)
        {
            return count;
        }

        var fits = SystemCallArguments.Scatter(call.Thread, header, _datagram.AsSpan(0, count));
        if (fits < 0)
        {
            return fits;
        }

        if (header.Name != 0)
        {
            if (!ProgramMemory.TryWrite(call.Thread, header.Name, source[..Math.Clamp(header.NameLength, 0, source.Length)]))
            {
                return -Errno.Fault;
            }

            header.NameLength = source.Length;
        }

        header.ControlLength = 0;
        header.Flags = fits < count ? (int)MessageFlags.Truncate : 0;
        return !ProgramMemory.TryWrite(call.Thread, at, header) ? -Errno.Fault
            : (flags & (int)MessageFlags.Truncate) != 0 ? count
            : fits;
    }

    private int ReceiveMessages(in Notification call, DatagramSocket socket, int copy)
    {
        var most = (int)Math.Min((uint)call.Int(2), SystemCallArguments.MostVectors);
        for (var i = 0; i < most; i++)
        {
            var at = call.Pointer(1) + (nuint)(i * sizeof(MessageSlot));
            var result = ReceiveMessage(call, socket, copy, at, call.Int(3) & ~WaitForOne);
            if (result >= 0 && !ProgramMemory.TryWrite(call.Thread, at + (nuint)sizeof(MessageHeader), result))
            {
                result = -Errno.Fault;
            }

            if (result < 0)
            {
                return i > 0 ? i : result;
            }
        }

        return most;
    }

    /// <summary>Takes the first datagram out of the pair, through a copy of the program's end, and finds where it came from.</summary>
    private int Take(DatagramSocket socket, int copy, int flags, out ReadOnlySpan<byte> source)
    {
        source = socket.NextSource.ToArray();
        fixed (byte* start = _datagram)
        {
            var count = (int)Kernel.Receive(copy, start, LargestDatagram, (flags & PairFlags) | Kernel.DoNotWait);
            return count >= 0 ? count : Kernel.LastError == Kernel.Again ? -Errno.Again : -Kernel.LastError;
        }
    }

    private int PendingError(ProgramSocket socket)
    {
        Span<byte> value = stackalloc byte[sizeof(int)];
        return Stack.GetOption(socket.Descriptor, OptionLevel.Socket, SocketOption.Error, value) == sizeof(int) ? BitConverter.ToInt32(value) : 0;
    }
}
