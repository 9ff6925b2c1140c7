using System;
using System.Buffers;
using SharpTcp.Posix;

namespace SharpTcp.Exec;

/// <summary>A TCP socket of a program.</summary>
internal sealed unsafe class StreamSocket(Supervisor supervisor, int descriptor, int ours, ulong inode) : ProgramSocket(supervisor, descriptor, ours, inode)
{
    private const int MostPerTurn = 512 * 1024;

    private Leftover _towardsStack;
    private Leftover _towardsProgram;
    private bool _stackMayRead;
    private bool _stackMayWrite;
    private bool _programEnded;
    private bool _stackEnded;

    /// <summary>Bytes in the pair that only keep the program's end from being writable while a connection is being made.</summary>
    private int _filling;

    public StreamStage Stage { get; private set; }

    /// <summary>A listener has told the program that a connection waits.</summary>
    public bool HasToldOfConnection { get; set; }

    public override bool HasUnsent => !_towardsStack.IsEmpty;

    public void BecomeListener() => Stage = StreamStage.Listening;

    /// <summary>connect(2) has begun. A program that does not wait in it must see a socket that is not writable.</summary>
    public void BeginConnecting(int programsEnd)
    {
        Stage = StreamStage.Connecting;
        if (programsEnd >= 0 && _filling == 0)
        {
            PairBuffers.Fill(programsEnd, ref _filling);
        }
    }

    public void BecomeConnected()
    {
        Drain();
        Stage = StreamStage.Connected;
        _stackMayRead = true;
        _stackMayWrite = true;
        MayRead = true;
        Supervisor.Queue(this);
    }

    /// <summary>connect(2) has failed; the socket can be used for another attempt.</summary>
    public void BecomeUnconnected()
    {
        Drain();
        Stage = StreamStage.Unconnected;
    }

    public override void OnStackEvents(PollEvents events)
    {
        _stackMayRead = true;
        _stackMayWrite = true;
        Supervisor.Queue(this);
    }

    public override bool Work()
    {
        switch (Stage)
        {
            case StreamStage.Connecting:
                FinishConnecting();
                break;
            case StreamStage.Listening:
                TellOfConnection();
                RetryWaiting();
                break;
        }

        if (Stage != StreamStage.Connected)
        {
            return CheckGone();
        }

        var moved = MoveTowardsStack() | MoveTowardsProgram();
        if (_programEnded && _towardsStack.IsEmpty && IsProgramGone())
        {
            Dispose();
            return false;
        }

        return moved;
    }

    protected override void Release()
    {
        _towardsStack.Release();
        _towardsProgram.Release();
    }

    /// <summary>Nothing is read from a pair that carries no stream; but it shows when the program has closed its end.</summary>
    private bool CheckGone()
    {
        if (MayRead)
        {
            MayRead = false;
            if (IsProgramGone())
            {
                Dispose();
            }
        }

        return false;
    }

    private void FinishConnecting()
    {
        // A call that waits decides alone: between its look and ours the connection may have come about.
        RetryWaiting();
        if (Stage != StreamStage.Connecting || Waiting.Count > 0)
        {
            return;
        }

        var events = Supervisor.PollStack(Descriptor);
        if ((events & (PollEvents.Error | PollEvents.HangUp)) != 0)
        {
            // The error stays in the socket for SO_ERROR; what the program sees is readable and writable.
            Drain();
            Stage = StreamStage.Failed;
            EndTowardsProgram();
        }
        else if ((events & PollEvents.Out) != 0)
        {
            BecomeConnected();
        }
    }

    private void TellOfConnection()
    {
        if (!HasToldOfConnection && (Supervisor.PollStack(Descriptor) & PollEvents.In) != 0)
        {
            byte one = 1;
            HasToldOfConnection = Kernel.Send(Ours, &one, 1, Kernel.DoNotWait | Kernel.NoSignal) == 1;
        }
    }

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

    /// <summary>Whether all copies of the program's end are closed, and not only its sending half.</summary>
    private bool IsProgramGone() => (Supervisor.PollPair(Ours) & PollEvents.HangUp) != 0 && !_stackEnded || (_stackEnded && _programEnded);

    private void Drain()
    {
        if (_filling > 0)
        {
            PairBuffers.Drain(Ours, _filling, Supervisor);
            _filling = 0;
        }
    }
}

/// <summary>Where a stream socket stands.</summary>
internal enum StreamStage
{
    Unconnected,
    Listening,
    Connecting,
    Connected,

    /// <summary>A connection could not be made, and the program does not know yet.</summary>
    Failed,
}

/// <summary>Bytes that one side gave and the other could not take yet.</summary>
internal struct Leftover
{
    private readonly byte[]? _bytes;
    private readonly int _end;
    private int _start;

    public Leftover(ReadOnlySpan<byte> data)
    {
        _bytes = ArrayPool<byte>.Shared.Rent(data.Length);
        _end = data.Length;
        data.CopyTo(_bytes);
    }

    public readonly bool IsEmpty => _bytes is null;

    public readonly Span<byte> Span => _bytes.AsSpan(_start, _end - _start);

    public void Advance(int count)
    {
        _start += count;
        if (_start == _end)
        {
            Release();
        }
    }

    public void Release()
    {
        if (_bytes is not null)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        this = default;
    }
}
