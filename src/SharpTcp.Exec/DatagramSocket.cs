using System;
using System.Collections.Generic;
using SharpTcp.Posix;

namespace SharpTcp.Exec;

/// <summary>
/// A UDP socket of a program. Datagrams wait in the pair, where recv and poll find them; their sources wait here, for the calls that ask for one.
/// </summary>
internal sealed unsafe class DatagramSocket(Supervisor supervisor, int descriptor, int ours, ulong inode) : ProgramSocket(supervisor, descriptor, ours, inode)
{
    private const int MostPerTurn = 64;

    private readonly Queue<Source> _sources = new();
    private int _unread;
    private bool _stackMayRead = true;

    public override bool HasUnsent => false;

    /// <summary>The source of the datagram that the program reads next, or an empty one.</summary>
    public ReadOnlySpan<byte> NextSource
    {
        get
        {
            ForgetReadOnes();
            return _sources.TryPeek(out var source) ? source.Address : default;
        }
    }

    public override void OnStackEvents(PollEvents events)
    {
        _stackMayRead = true;
        Supervisor.Queue(this);
    }

    public override bool Work()
    {
        var more = SendOut();
        if (IsDisposed)
        {
            return false;
        }

        more |= Deliver();
        RetryWaiting();
        return more;
    }

    protected override void Release() => _sources.Clear();

    /// <summary>What the program wrote without an address goes to the peer that it is connected to.</summary>
    private bool SendOut()
    {
        for (var i = 0; MayRead && i < MostPerTurn; i++)
        {
            var count = Kernel.Receive(Ours, Supervisor.Scratch, Supervisor.ScratchSize, Kernel.DoNotWait);
            if (count < 0 || (count == 0 && (Supervisor.PollPair(Ours) & PollEvents.HangUp) != 0))
            {
                MayRead = false;
                if ((Supervisor.PollPair(Ours) & PollEvents.HangUp) != 0)
                {
                    Dispose();
                }

                return false;
            }

            var vector = new IoVector(Supervisor.Scratch, (nuint)count);
            Stack.Send(Descriptor, new ReadOnlySpan<IoVector>(in vector), MessageFlags.DoNotWait, default);
        }

        return MayRead;
    }

    private bool Deliver()
    {
        Span<byte> address = stackalloc byte[SystemCallArguments.LongestAddress];
        for (var i = 0; _stackMayRead && MayWrite && i < MostPerTurn; i++)
        {
            if ((Supervisor.PollPair(Ours) & PollEvents.Out) == 0)
            {
                MayWrite = false;
                return false;
            }

            var vector = new IoVector(Supervisor.Scratch, Supervisor.ScratchSize);
            var count = Stack.Receive(Descriptor, new ReadOnlySpan<IoVector>(in vector), MessageFlags.DoNotWait, address, out var length, out _);
            if (count < 0)
            {
                // An ICMP error of the past stays for SO_ERROR where the call before the next datagram gives it.
                _stackMayRead = count != -Errno.Again;
                continue;
            }

            ForgetReadOnes();
            if (Kernel.Send(Ours, Supervisor.Scratch, (nuint)count, Kernel.DoNotWait | Kernel.NoSignal) == count)
            {
                var charge = Supervisor.Charges.Of((int)count);
                _sources.Enqueue(new Source(address[..length].ToArray(), charge));
                _unread += charge;
            }
        }

        return _stackMayRead && MayWrite;
    }

    /// <summary>Datagrams are read in their order: as many sources are dropped from the front as bytes are gone from the pair.</summary>
    private void ForgetReadOnes()
    {
        var unread = DatagramCharges.Unread(Ours);
        while (_unread > unread && _sources.TryDequeue(out var source))
        {
            _unread -= source.Charge;
        }
    }

    private readonly record struct Source(byte[] Address, int Charge);
}
