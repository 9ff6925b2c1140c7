using System;
using SharpTcp.Posix;

namespace SharpTcp.Exec;

/// <content>Bytes on their way between the pair and the stack. What one side cannot take yet is kept, and nothing more is taken from the other meanwhile.</content>
internal sealed unsafe partial class StreamSocket
{
    /// <summary>From the program to the peer.</summary>
    private bool MoveTowardsStack()
    {
        var budget = MostPerTurn;
        while (budget > 0)
        {
            if (!_towardsStack.IsEmpty)
            {
                if (!_stackMayWrite || !WriteLeftover())
                {
                    return false;
                }

                continue;
            }

            if (!MayRead || _programEnded)
            {
                return false;
            }

            var count = Kernel.Receive(Ours, Supervisor.Scratch, Supervisor.ScratchSize, Kernel.DoNotWait);
            if (count <= 0)
            {
                MayRead = false;
                if (count == 0 || Kernel.LastError != Kernel.Again)
                {
                    OnProgramEnded(isReset: count < 0);
                }

                return false;
            }

            budget -= (int)count;
            _towardsStack = WriteToStack(new Span<byte>(Supervisor.Scratch, (int)count));
        }

        return true;
    }

    private bool WriteLeftover()
    {
        var span = _towardsStack.Span;
        fixed (byte* start = span)
        {
            var vector = new IoVector(start, (nuint)span.Length);
            var written = (int)Stack.Write(Descriptor, new ReadOnlySpan<IoVector>(in vector));
            _stackMayWrite = written > 0;
            if (written == -Errno.Again)
            {
                return false;
            }

            if (written < 0)
            {
                OnSendingFailed();
            }

            _towardsStack.Advance(written > 0 ? written : span.Length);
            return true;
        }
    }

    private Leftover WriteToStack(Span<byte> data)
    {
        fixed (byte* start = data)
        {
            var vector = new IoVector(start, (nuint)data.Length);
            var written = (int)Stack.Write(Descriptor, new ReadOnlySpan<IoVector>(in vector));
            if (written == data.Length)
            {
                return default;
            }

            if (written < 0 && written != -Errno.Again)
            {
                OnSendingFailed();
                return default;
            }

            _stackMayWrite = false;
            return new Leftover(data[Math.Max(0, written)..]);
        }
    }

    /// <summary>What cannot be sent any more is dropped, and the program's next write fails with EPIPE.</summary>
    private void OnSendingFailed()
    {
        _programEnded = true;
        Kernel.Shutdown(Ours, LinuxSocket.ShutdownRead);
    }

    private void OnProgramEnded(bool isReset)
    {
        _programEnded = true;
        if (isReset)
        {
            // It closed with bytes unread: so does Linux (RFC 9293 SHLD-3).
            Stack.SetOption(Descriptor, OptionLevel.Socket, SocketOption.Linger, [1, 0, 0, 0, 0, 0, 0, 0]);
            Dispose();
        }
        else
        {
            Stack.Shutdown(Descriptor, LinuxSocket.ShutdownWrite);
        }
    }

    /// <summary>From the peer to the program.</summary>
    private bool MoveTowardsProgram()
    {
        var budget = MostPerTurn;
        while (budget > 0 && !IsDisposed)
        {
            if (!_towardsProgram.IsEmpty)
            {
                if (!MayWrite || !SendLeftover())
                {
                    return false;
                }

                continue;
            }

            if (!_stackMayRead || _stackEnded)
            {
                return false;
            }

            var vector = new IoVector(Supervisor.Scratch, Supervisor.ScratchSize);
            var count = (int)Stack.Read(Descriptor, new ReadOnlySpan<IoVector>(in vector));
            if (count <= 0)
            {
                _stackMayRead = false;
                if (count != -Errno.Again)
                {
                    OnStackEnded(isReset: count < 0);
                }

                return false;
            }

            budget -= count;
            _towardsProgram = SendToProgram(new Span<byte>(Supervisor.Scratch, count));
        }

        return !IsDisposed;
    }

    private bool SendLeftover()
    {
        var span = _towardsProgram.Span;
        fixed (byte* start = span)
        {
            var sent = (int)Kernel.Send(Ours, start, (nuint)span.Length, Kernel.DoNotWait | Kernel.NoSignal);
            if (sent < 0 && Kernel.LastError == Kernel.Again)
            {
                MayWrite = false;
                return false;
            }

            _towardsProgram.Advance(sent > 0 ? sent : span.Length);
            return true;
        }
    }

    private Leftover SendToProgram(Span<byte> data)
    {
        fixed (byte* start = data)
        {
            var sent = (int)Kernel.Send(Ours, start, (nuint)data.Length, Kernel.DoNotWait | Kernel.NoSignal);
            if (sent == data.Length || (sent < 0 && Kernel.LastError != Kernel.Again))
            {
                // All is there, or the program reads no more (SHUT_RD): gone, as it would be.
                return default;
            }

            MayWrite = false;
            return new Leftover(data[Math.Max(0, sent)..]);
        }
    }

    private void OnStackEnded(bool isReset)
    {
        _stackEnded = true;
        if (isReset)
        {
            PairBuffers.ResetTowardsProgram(this);
            Dispose();
        }
        else
        {
            EndTowardsProgram();
        }
    }
}
