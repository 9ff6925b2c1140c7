using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>What identifies a connection: both addresses and both ports (RFC 9293 §3.3.1).</summary>
internal readonly record struct FourTuple(IpAddress LocalAddress, IpAddress RemoteAddress, ushort LocalPort, ushort RemotePort)
{
    public TransportEndpoint Local => new(LocalAddress, LocalPort);

    public TransportEndpoint Remote => new(RemoteAddress, RemotePort);

    /// <summary>A keyed hash: who chooses addresses and ports cannot choose where they fall.</summary>
    public ulong Hash(in SipHash key)
    {
        var local = LocalAddress.ToIPv6();
        var remote = RemoteAddress.ToIPv6();
        return key.Compute(local.Upper, local.Lower, remote.Upper, remote.Lower, (ulong)LocalPort << 16 | RemotePort);
    }
}
