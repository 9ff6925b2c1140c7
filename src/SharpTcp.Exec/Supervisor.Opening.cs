using System;
using SharpTcp.Posix;

namespace SharpTcp.Exec;

/// <content>Sockets that begin: made, connected, listening, accepted.</content>
internal sealed unsafe partial class Supervisor
{
    private void MakeSocket(in Notification call)
    {
        var type = call.Int(1);
        var descriptor = Stack.Socket(call.Int(0), type | LinuxSocket.NonBlockingType, call.Int(2));
        if (descriptor < 0)
        {
            _calls.Answer(call.Id, descriptor);
            return;
        }

        HandOver(call, descriptor, type & LinuxSocket.TypeMask, type);
    }

    /// <summary>Gives the program one end of a new pair for a socket of the stack; null if that cannot be, and then the call is answered and the socket closed.</summary>
    private ProgramSocket? HandOver(in Notification call, int descriptor, int kind, int flags)
    {
        var (ours, programs) = PairBuffers.Make(kind, (flags & LinuxSocket.NonBlockingType) != 0);
        if (ours < 0)
        {
            Stack.Close(descriptor);
            _calls.Answer(call.Id, -Errno.TooManyFiles);
            return null;
        }

        var inode = ProgramDescriptors.InodeOf(programs);
        var result = _calls.AnswerWithDescriptor(call.Id, programs, (flags & LinuxSocket.CloseOnExecType) != 0);
        Kernel.Close(programs);
        if (result < 0)
        {
            // Nobody waits any more, or the program has no number left.
            Kernel.Close(ours);
            Stack.Close(descriptor);
            _calls.Answer(call.Id, result);
            return null;
        }

        ProgramSocket socket = kind == LinuxSocket.Stream ? new StreamSocket(this, descriptor, ours, inode) : new DatagramSocket(this, descriptor, ours, inode);
        Register(socket);
        return socket;
    }

    private void Connect(in Notification call, ProgramSocket socket)
    {
        Span<byte> address = stackalloc byte[SystemCallArguments.LongestAddress];
        var length = SystemCallArguments.ReadAddress(call, 1, 2, address);
        if (length < 0)
        {
            _calls.Answer(call.Id, length);
            return;
        }

        var to = address[..length].ToArray();
        var result = Stack.Connect(socket.Descriptor, to);
        if (socket is not StreamSocket stream)
        {
            _calls.Answer(call.Id, result);
            return;
        }

        if (result == -Errno.InProgress && stream.Stage != StreamStage.Connecting)
        {
            var copy = ProgramDescriptors.Copy(call.Thread, call.Int(0));
            var blocks = copy < 0 || (Kernel.FileControl(copy, LinuxSocket.GetFlags, 0) & LinuxSocket.NonBlocking) == 0;
            stream.BeginConnecting(blocks ? -1 : copy);
            Kernel.Close(copy);
            if (blocks)
            {
                var pending = call;
                Wait(pending, stream, () => FinishConnect(pending, stream, to), SendTimeout(socket));
                return;
            }
        }
        else if (result == 0 && stream.Stage is StreamStage.Connecting or StreamStage.Unconnected)
        {
            stream.BecomeConnected();
        }

        _calls.Answer(call.Id, result);
    }

    private bool FinishConnect(in Notification call, StreamSocket stream, byte[] to)
    {
        var result = Stack.Connect(stream.Descriptor, to);
        if (result is -Errno.Already or -Errno.InProgress)
        {
            return false;
        }

        if (result is 0 or -Errno.IsConnected)
        {
            stream.BecomeConnected();
            result = 0;
        }
        else
        {
            stream.BecomeUnconnected();
        }

        _calls.Answer(call.Id, result);
        return true;
    }

    private void Listen(in Notification call, ProgramSocket socket)
    {
        var result = Stack.Listen(socket.Descriptor, call.Int(1));
        if (result == 0 && socket is StreamSocket stream)
        {
            stream.BecomeListener();
        }

        _calls.Answer(call.Id, result);
    }

    private void Accept(in Notification call, ProgramSocket socket)
    {
        var pending = call;
        var flags = call.Number == _numbers.Accept4 ? call.Int(3) : 0;
        if (TryAccept(pending, socket, flags))
        {
            return;
        }

        if (IsNonBlocking(call))
        {
            _calls.Answer(call.Id, -Errno.Again);
            return;
        }

        Wait(pending, socket, () => TryAccept(pending, socket, flags), ReceiveTimeout(socket));
    }

    private bool TryAccept(in Notification call, ProgramSocket socket, int flags)
    {
        Span<byte> address = stackalloc byte[SystemCallArguments.LongestAddress];
        if (!_calls.IsAlive(call.Id))
        {
            return true;
        }

        var accepted = Stack.Accept(socket.Descriptor, address, out var length, flags | LinuxSocket.NonBlockingType);
        if (accepted == -Errno.Again)
        {
            return false;
        }

        if (accepted < 0)
        {
            _calls.Answer(call.Id, accepted);
            return true;
        }

        if (socket is StreamSocket { HasToldOfConnection: true } listener && (PollStack(socket.Descriptor) & PollEvents.In) == 0)
        {
            TakeBackNews(call, listener);
        }

        var error = SystemCallArguments.WriteAddress(call, 1, 2, address[..length]);
        if (error < 0)
        {
            Stack.Close(accepted);
            _calls.Answer(call.Id, error);
            return true;
        }

        if (HandOver(call, accepted, LinuxSocket.Stream, flags) is StreamSocket connection)
        {
            connection.BecomeConnected();
        }

        return true;
    }

    /// <summary>No connection waits any more: the program's end must not be readable.</summary>
    private static void TakeBackNews(in Notification call, StreamSocket listener)
    {
        var copy = ProgramDescriptors.Copy(call.Thread, call.Int(0));
        if (copy >= 0)
        {
            byte one;
            Kernel.Receive(copy, &one, 1, Kernel.DoNotWait);
            Kernel.Close(copy);
            listener.HasToldOfConnection = false;
        }
    }
}
