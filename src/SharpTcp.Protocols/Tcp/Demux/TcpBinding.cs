namespace SharpTcp.Protocols.Tcp;

/// <summary>A reserved local port.</summary>
public sealed class TcpBinding
{
    private readonly TcpPorts _ports;

    internal TcpBinding(TcpPorts ports, in TcpBindRequest request)
    {
        _ports = ports;
        Local = request.Local;
        DualStack = request.DualStack;
        ReuseAddress = request.ReuseAddress;
        ReusePort = request.ReusePort;
        InterfaceIndex = request.InterfaceIndex;
    }

    /// <summary>Address and port.</summary>
    public TransportEndpoint Local { get; }

    internal bool DualStack { get; }

    internal bool ReuseAddress { get; }

    internal bool ReusePort { get; }

    internal int InterfaceIndex { get; }

    /// <summary>Whether a listener uses it.</summary>
    internal bool IsListening { get; set; }

    /// <summary>Gives the port back. Connections that it made keep theirs.</summary>
    public void Release() => _ports.Release(this);

    /// <summary>Whether some packet could be for either.</summary>
    internal bool Overlaps(in TcpBindRequest other) => Overlaps(other.Local, other.DualStack, other.InterfaceIndex);

    /// <inheritdoc cref="Overlaps(in TcpBindRequest)"/>
    internal bool Overlaps(TcpBinding other) => Overlaps(other.Local, other.DualStack, other.InterfaceIndex);

    private bool Overlaps(TransportEndpoint local, bool dualStack, int interfaceIndex)
    {
        if (Local.Port != local.Port || (InterfaceIndex != 0 && interfaceIndex != 0 && InterfaceIndex != interfaceIndex))
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
