using SharpTcp.Protocols;

namespace SharpTcp.Posix;

/// <summary>
/// Who drives the host below the sockets: it owns the one lock around it, knows the time and lets threads sleep. A pump in virtual time and one on a running shard look the same
/// from here.
/// </summary>
public interface IPosixPump
{
    /// <summary>Takes the lock, and brings the host up to the time that it returns.</summary>
    Instant Enter();

    /// <summary>Lets the host send what it has to send, and releases the lock.</summary>
    void Leave();

    /// <summary>
    /// Called under the lock: lets the host send, releases the lock, sleeps until <see cref="Wake"/> or <paramref name="deadline"/>, takes the lock again, and returns the time. It may
    /// wake for no reason.
    /// </summary>
    Instant Sleep(Instant deadline);

    /// <summary>Called under the lock: something happened that sleepers may wait for.</summary>
    void Wake();
}

/// <summary>Who gives out the numbers of descriptors.</summary>
public interface IDescriptorNumbers
{
    /// <summary>A number that is not in use, or −1 if there is none.</summary>
    int Allocate();

    /// <summary>The number is free again.</summary>
    void Free(int number);
}
