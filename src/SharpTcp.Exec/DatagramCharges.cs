using System;
using System.Collections.Generic;

namespace SharpTcp.Exec;

/// <summary>
/// What the kernel charges for a datagram that waits in a socket pair: by that a supervisor knows how many of them were read. It depends on the length alone, and is tried out on a
/// pair of our own.
/// </summary>
internal sealed unsafe class DatagramCharges : IDisposable
{
    private const uint BytesUnread = 0x5411; // SIOCOUTQ: what the other end has not taken yet
    private const int Datagram = 2; // SOCK_DGRAM

    private readonly Dictionary<int, int> _charges = [];
    private readonly int _from;
    private readonly int _to;

    public DatagramCharges() => (_from, _to) = PairBuffers.Make(Datagram, nonBlocking: true);

    /// <summary>The charge of what the other end of a pair has not read.</summary>
    public static int Unread(int ours)
    {
        var bytes = 0;
        return Kernel.Control(ours, BytesUnread, &bytes) == 0 ? bytes : 0;
    }

    /// <summary>The charge of one datagram of so many bytes.</summary>
    public int Of(int length)
    {
        if (_charges.TryGetValue(length, out var charge))
        {
            return charge;
        }

        var bytes = new byte[length + 1];
        fixed (byte* start = bytes)
        {
            Kernel.Send(_from, start, (nuint)length, Kernel.DoNotWait | Kernel.NoSignal);
            charge = Unread(_from);
            Kernel.Receive(_to, start, (nuint)bytes.Length, Kernel.DoNotWait);
        }

        _charges.Add(length, charge);
        return charge;
    }

    public void Dispose()
    {
        Kernel.Close(_from);
        Kernel.Close(_to);
    }
}
