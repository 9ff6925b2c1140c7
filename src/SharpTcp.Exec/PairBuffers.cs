using SharpTcp.Posix;

namespace SharpTcp.Exec;

/// <summary>What is done to the buffers of a socket pair so that the program's end looks like the TCP socket that it stands for.</summary>
internal static unsafe class PairBuffers
{
    private const int Piece = 32 * 1024;
    private const int Level = 1; // SOL_SOCKET
    private const int SendBuffer = 7; // SO_SNDBUF
    private const int SendBufferForce = 32; // SO_SNDBUFFORCE

    /// <summary>Makes a pair of sockets that do not block on our side; (−1, −1) if there are no descriptors left.</summary>
    public static (int Ours, int Programs) Make(int type, bool nonBlocking)
    {
        const int unix = 1;
        const int closeOnExec = 0x80000;
        var ends = stackalloc int[2];
        if (Kernel.SocketPair(unix, type | closeOnExec, 0, ends) != 0)
        {
            return (-1, -1);
        }

        // As much as a TCP socket would take; without the right to that, what everybody may have.
        var bytes = 512 * 1024;
        for (var i = 0; i < 2; i++)
        {
            if (Kernel.SetOption(ends[i], Level, SendBufferForce, &bytes, sizeof(int)) != 0)
            {
                Kernel.SetOption(ends[i], Level, SendBuffer, &bytes, sizeof(int));
            }
        }

        if (nonBlocking)
        {
            Kernel.FileControl(ends[1], LinuxSocket.SetFlags, LinuxSocket.ReadWrite | LinuxSocket.NonBlocking);
        }

        return (ends[0], ends[1]);
    }

    /// <summary>Writes through the program's end until it is not writable any more, counting the bytes.</summary>
    public static void Fill(int programsEnd, ref int filling)
    {
        var nothing = stackalloc byte[Piece];
        while ((Supervisor.PollPair(programsEnd) & PollEvents.Out) != 0)
        {
            var sent = Kernel.Send(programsEnd, nothing, Piece, Kernel.DoNotWait | Kernel.NoSignal);
            if (sent <= 0)
            {
                return;
            }

            filling += (int)sent;
        }
    }

    /// <summary>Takes those bytes off again.</summary>
    public static void Drain(int ours, int filling, Supervisor supervisor)
    {
        while (filling > 0)
        {
            var count = Kernel.Receive(ours, supervisor.Scratch, (nuint)System.Math.Min(filling, (int)supervisor.ScratchSize), Kernel.DoNotWait);
            if (count <= 0)
            {
                return;
            }

            filling -= (int)count;
        }
    }

    /// <summary>
    /// Makes the program read ECONNRESET: that is what a Unix socket tells if its peer closes with bytes unread, so there must be one. Where the program's end cannot be reached it
    /// reads the end of the stream.
    /// </summary>
    public static void ResetTowardsProgram(ProgramSocket socket)
    {
        var (thread, number) = socket.LastSeen;
        if (thread == 0 || ProgramDescriptors.InodeOf(thread, number) != socket.Inode)
        {
            return;
        }

        var copy = ProgramDescriptors.Copy(thread, number);
        if (copy >= 0)
        {
            byte one = 1;
            Kernel.Send(copy, &one, 1, Kernel.DoNotWait | Kernel.NoSignal);
            Kernel.Close(copy);
        }
    }
}
