using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>
/// Header prediction (Van Jacobson): the next segment in order of an undisturbed connection, bulk data or its acknowledgment, skips the checks that it is known to pass.
/// Everything here is also done, in the RFC's order, by the files beside this one; a reader can skip it.
/// </summary>
internal static class FastPath
{
    private const TcpFlags Relevant = TcpFlags.Syn | TcpFlags.Fin | TcpFlags.Rst | TcpFlags.Urg | TcpFlags.Ack;

    public static bool TryProcess(TcpConnection connection, in TcpView segment, in IpMeta meta, Instant now)
    {
        return false;
    }
}
