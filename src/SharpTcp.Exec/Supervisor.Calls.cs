using System;
using System.Collections.Generic;
using SharpTcp.Posix;

namespace SharpTcp.Exec;

/// <content>The calls, one by one. What a call asks of a socket that is not ours the kernel does.</content>
internal sealed unsafe partial class Supervisor
{
    private const int LongestOption = 4096;
    private const int ReceiveTimeoutNew = 66; // SO_RCVTIMEO_NEW
    private const int SendTimeoutNew = 67; // SO_SNDTIMEO_NEW

    private readonly SystemCalls _numbers = SystemCalls.OfThisMachine!;
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

    private void MakeSocket(in Notification call)
    {
        var type = call.Int(1);
        var descriptor = Stack.Socket(call.Int(0), type | LinuxSocket.NonBlockingType, call.Int(2));
        if (descriptor < 0)
        {
            _calls.Answer(call.Id, descriptor);
            return;
        }

        var socket = HandOver(call, descriptor, type & LinuxSocket.TypeMask, type);
        socket?.Supervise();
    }

    /// <summary>Gives the program one end of a new pair for a socket of the stack; null if that cannot be, and then the call is answered and the socket closed.</summary>
    private HandedOver? HandOver(in Notification call, int descriptor, int kind, int flags)
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
            _calls.Answer(call.Id, result);
            return new HandedOver(this, descriptor, ours, inode, kind, Failed: true);
        }

        return new HandedOver(this, descriptor, ours, inode, kind, Failed: false);
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
        var result = Stack.Connect(socket.Descriptor, Translate(to));
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
        var result = Stack.Connect(stream.Descriptor, Translate(to));
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

        if (HandOver(call, accepted, LinuxSocket.Stream, flags) is { } handed)
        {
            ((StreamSocket?)handed.Supervise())?.BecomeConnected();
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

    /// <summary>A socket whose other end the program has got.</summary>
    private sealed record HandedOver(Supervisor Supervisor, int Descriptor, int Ours, ulong Inode, int Kind, bool Failed)
    {
        public ProgramSocket? Supervise()
        {
            if (Failed)
            {
                Supervisor.Stack.Close(Descriptor);
                return null;
            }

            ProgramSocket socket = Kind == LinuxSocket.Stream
                ? new StreamSocket(Supervisor, Descriptor, Ours, Inode)
                : new DatagramSocket(Supervisor, Descriptor, Ours, Inode);
            Supervisor.Register(socket);
            return socket;
        }
    }
}
