using System.Net.Sockets;
using SharpTcp.Protocols;

namespace SharpTcp.Sockets;

/// <summary>A socket of raw IP, or (of type Dgram) of ICMP echo.</summary>
internal sealed class RawSocketCore(NetworkStack stack, AddressFamily family, SocketType type, byte protocol) : UdpSocketCore(stack, family), IRawUser
{
    private RawPort? _raw;
    private bool _headerIncluded = protocol == RawPort.AnyProtocol;

    public override SocketType SocketType => type;

    /// <summary>Whether what is sent begins with an IP header of the user's.</summary>
    public bool HeaderIncluded
    {
        get => _headerIncluded;
        set => Change(() => _headerIncluded = value);
    }

    /// <inheritdoc/>
    public void OnRawEvent() => Shard.Touch(this);

    protected override bool HasPorts => false;

    protected override SocketError OpenPort(TransportEndpoint local, out IDatagramPort? port)
    {
        var isIPv4 = Family == AddressFamily.InterNetwork;
        if (type == SocketType.Dgram)
        {
            var failed = PingPort.Open(Shard.Host, isIPv4, local, this, out var ping);
            port = ping;
            return failed;
        }

        var error = Shard.Host.Raw.Open(isIPv4, protocol, local with { Port = 0 }, this, out _raw);
        port = _raw;
        return error;
    }

    protected override void Apply()
    {
        base.Apply();
        if (_raw is { } raw)
        {
            raw.HeaderIncluded = _headerIncluded;
        }
    }
}
