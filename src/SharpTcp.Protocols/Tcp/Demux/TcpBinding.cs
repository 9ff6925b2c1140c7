namespace SharpTcp.Protocols.Tcp;

/// <summary>A reserved local port.</summary>
public sealed class TcpBinding
{
    private readonly TcpPorts _ports;

    internal TcpBinding(TcpPorts ports, TransportEndpoint local, bool dualStack, bool reuseAddress)
    {
        _ports = ports;
        Local = local;
        DualStack = dualStack;
        ReuseAddress = reuseAddress;
    }

    /// <summary>Address and port.</summary>
    public TransportEndpoint Local { get; }

    internal bool DualStack { get; }

    internal bool ReuseAddress { get; }

    /// <summary>Whether a listener uses it.</summary>
    internal bool IsListening { get; set; }

    /// <summary>Gives the port back. Connections that it made keep theirs.</summary>
    public void Release() => _ports.Release(this);

    /// <summary>Whether some packet could be for either.</summary>
    internal bool Overlaps(TransportEndpoint local, bool dualStack)
    {
        if (Local.Port != local.Port)
        {
            return false;
        }

        if (Local.Address == local.Address)
        {
            return true;
        }

        return Covers(Local, DualStack, local) || Covers(local, dualStack, Local);
    }

    private static bool Covers(TransportEndpoint wildcard, bool dualStack, TransportEndpoint other) =>
        wildcard.Address.IsUnspecified && (wildcard.Address.IsIPv4 == other.Address.IsIPv4 || (dualStack && wildcard.Address.IsIPv6));
}
