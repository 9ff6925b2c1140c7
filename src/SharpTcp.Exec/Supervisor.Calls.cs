using System;
using SharpTcp.Posix;

namespace SharpTcp.Exec;

/// <content>The calls, one by one. What a call asks of a socket that is not ours the kernel does.</content>
internal sealed unsafe partial class Supervisor
{
    private const int LongestOption = 4096;
    private const int ReceiveTimeoutNew = 66; // SO_RCVTIMEO_NEW
    private const int SendTimeoutNew = 67; // SO_SNDTIMEO_NEW

    private readonly SystemCalls _numbers = SystemCalls.OfThisMachine!;

    private void ServeCall()
    {
        if (!_calls.TryReceive(out var call))
        {
            return;
        }

        // A thread waits in one call: what it waited in before was ended by a signal.
        if (_waiting.Remove(call.Thread, out var stale))
        {
            stale.Socket.Waiting.Remove(stale);
        }

        try
        {
            Serve(call);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // A defect of ours costs the call.
            Console.Error.WriteLine($"sharptcp exec: a defect in system call {call.Number}: {exception.Message.ReplaceLineEndings(" ")}");
            _calls.Answer(call.Id, -Errno.Invalid);
        }
    }

    private void Serve(in Notification call)
    {
        if (call.Number == _numbers.Socket)
        {
            MakeSocket(call);
            return;
        }

        var number = call.Int(0);
        if (!_byInode.TryGetValue(ProgramDescriptors.InodeOf(call.Thread, number), out var socket))
        {
            _calls.Continue(call.Id);
            return;
        }

        socket.LastSeen = (call.Thread, number);
        if (call.Number == _numbers.Connect)
        {
            Connect(call, socket);
        }
        else if (call.Number == _numbers.Accept || call.Number == _numbers.Accept4)
        {
            Accept(call, socket);
        }
        else if (call.Number == _numbers.Bind)
        {
            Span<byte> address = stackalloc byte[SystemCallArguments.LongestAddress];
            var length = SystemCallArguments.ReadAddress(call, 1, 2, address);
            _calls.Answer(call.Id, length < 0 ? length : Stack.Bind(socket.Descriptor, address[..length]));
        }
        else if (call.Number == _numbers.Listen)
        {
            Listen(call, socket);
        }
        else if (call.Number == _numbers.GetLocalName || call.Number == _numbers.GetPeerName)
        {
            GetName(call, socket);
        }
        else if (call.Number == _numbers.GetOption)
        {
            GetOption(call, socket);
        }
        else if (call.Number == _numbers.SetOption)
        {
            SetOption(call, socket);
        }
        else if (call.Number == _numbers.Shutdown)
        {
            Shutdown(call, socket);
        }
        else
        {
            Transfer(call, socket);
        }
    }

    private void GetName(in Notification call, ProgramSocket socket)
    {
        Span<byte> address = stackalloc byte[SystemCallArguments.LongestAddress];
        var length = call.Number == _numbers.GetLocalName ? Stack.GetLocalName(socket.Descriptor, address) : Stack.GetPeerName(socket.Descriptor, address);
        _calls.Answer(call.Id, length < 0 ? length : SystemCallArguments.WriteAddress(call, 1, 2, address[..length]));
    }

    private void GetOption(in Notification call, ProgramSocket socket)
    {
        if (!ProgramMemory.TryRead(call.Thread, call.Pointer(4), out int room))
        {
            _calls.Answer(call.Id, -Errno.Fault);
            return;
        }

        if (room < 0)
        {
            _calls.Answer(call.Id, -Errno.Invalid);
            return;
        }

        Span<byte> value = stackalloc byte[LongestOption];
        value = value[..Math.Min(room, LongestOption)];
        var length = Stack.GetOption(socket.Descriptor, call.Int(1), call.Int(2), value);
        if (length >= 0)
        {
            length = ProgramMemory.TryWrite(call.Thread, call.Pointer(3), value[..length]) && ProgramMemory.TryWrite(call.Thread, call.Pointer(4), length) ? 0 : -Errno.Fault;
        }

        _calls.Answer(call.Id, length);
    }

    private void SetOption(in Notification call, ProgramSocket socket)
    {
        var length = call.Int(4);
        Span<byte> value = stackalloc byte[LongestOption];
        if (length < 0 || length > LongestOption)
        {
            _calls.Answer(call.Id, -Errno.Invalid);
            return;
        }

        if (!ProgramMemory.TryRead(call.Thread, call.Pointer(3), value[..length]))
        {
            _calls.Answer(call.Id, -Errno.Fault);
            return;
        }

        var result = Stack.SetOption(socket.Descriptor, call.Int(1), call.Int(2), value[..length]);
        if (result == 0 && call.Int(1) == OptionLevel.Socket
            && call.Int(2) is SocketOption.ReceiveTimeout or SocketOption.SendTimeout or SocketOption.LowWater or ReceiveTimeoutNew or SendTimeoutNew)
        {
            // The kernel's end must know too: it is that which read waits at.
            _calls.Continue(call.Id);
            return;
        }

        _calls.Answer(call.Id, result);
    }

    private void Shutdown(in Notification call, ProgramSocket socket)
    {
        if (socket is StreamSocket { Stage: StreamStage.Connected })
        {
            _calls.Continue(call.Id);
            return;
        }

        var result = Stack.Shutdown(socket.Descriptor, call.Int(1));
        if (result == 0)
        {
            socket.EndTowardsProgram();
            Queue(socket);
        }

        _calls.Answer(call.Id, result);
    }
}
