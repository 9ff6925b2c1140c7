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
                if (!_stackMayWrite)
                {
                    return false;
                }

                _towardsStack.Advance(GiveToStack(_towardsStack.Span));
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
            var bytes = new ReadOnlySpan<byte>(Supervisor.Scratch, (int)count);
            _towardsStack = Leftover.Of(bytes[GiveToStack(bytes)..]);
        }

        return true;
    }

    /// <summary>Gives bytes to the stack; how many are done with, which is all of them if none can be sent any more.</summary>
    private int GiveToStack(ReadOnlySpan<byte> data)
    {
        fixed (byte* start = data)
        {
            var vector = new IoVector(start, (nuint)data.Length);
            var written = (int)Stack.Write(Descriptor, new ReadOnlySpan<IoVector>(in vector));
            if (written < 0 && written != -Errno.Again)
            {
                OnSendingFailed();
                return data.Length;
            }

            _stackMayWrite = written == data.Length;
            return Math.Max(0, written);
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
                if (!MayWrite)
                {
                    return false;
                }

                _towardsProgram.Advance(GiveToProgram(_towardsProgram.Span));
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
            var bytes = new ReadOnlySpan<byte>(Supervisor.Scratch, count);
            _towardsProgram = Leftover.Of(bytes[GiveToProgram(bytes)..]);
        }

        return !IsDisposed;
    }

    /// <summary>Gives bytes to the program; how many are done with, which is all of them if it reads no more (SHUT_RD): gone, as they would be.</summary>
    private int GiveToProgram(ReadOnlySpan<byte> data)
    {
        fixed (byte* start = data)
        {
            var sent = (int)Kernel.Send(Ours, start, (nuint)data.Length, Kernel.DoNotWait | Kernel.NoSignal);
            if (sent < 0 && Kernel.LastError != Kernel.Again)
            {
                return data.Length;
            }

            MayWrite = sent == data.Length;
            return Math.Max(0, sent);
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
