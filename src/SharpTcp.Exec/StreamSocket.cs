using SharpTcp.Posix;

namespace SharpTcp.Exec;

/// <summary>A TCP socket of a program.</summary>
internal sealed unsafe partial class StreamSocket(Supervisor supervisor, int descriptor, int ours, ulong inode) : ProgramSocket(supervisor, descriptor, ours, inode)
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
