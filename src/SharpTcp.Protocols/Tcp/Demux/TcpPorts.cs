using System.Collections.Generic;
using System.Net.Sockets;

namespace SharpTcp.Protocols.Tcp;

/// <summary>Which local ports are reserved, and which one an active opener gets (RFC 6056).</summary>
internal sealed class TcpPorts(TcpSettings settings, IEntropy entropy)
{
    private readonly Dictionary<ushort, List<TcpBinding>> _bindings = [];

    public SocketError Bind(in TcpBindRequest request, out TcpBinding? binding)
    {
        binding = null;
        var wanted = request;
        if (wanted.Local.Port == 0)
        {
            // Nobody gets a port by chance that somebody else has, however ready both are to share.
            if (PickEphemeral(port => IsFree(new TcpBindRequest { Local = wanted.Local with { Port = port }, DualStack = wanted.DualStack })) is not { } port)
            {
                return SocketError.AddressAlreadyInUse;
            }

            wanted = wanted with { Local = wanted.Local with { Port = port } };
        }
        else if (!IsFree(wanted))
        {
            return SocketError.AddressAlreadyInUse;
        }

        binding = new TcpBinding(this, wanted);
        if (!_bindings.TryGetValue(wanted.Local.Port, out var list))
        {
            _bindings[wanted.Local.Port] = list = [];
        }

        list.Add(binding);
        return SocketError.Success;
    }

    /// <summary>
    /// Whether a listener may begin on this binding: another one may share the port by SO_REUSEADDR only as long as nobody listens, by SO_REUSEPORT also then.
    /// </summary>
    public bool MayListen(TcpBinding binding)
    {
        foreach (var other in _bindings[binding.Local.Port])
        {
            if (other != binding && other.IsListening && !(binding.ReusePort && other.ReusePort) && other.Overlaps(binding))
            {
                return false;
            }
        }

        return true;
    }

    public bool IsBound(ushort port) => _bindings.ContainsKey(port);

    public void Release(TcpBinding binding)
    {
        if (binding.IsListening || !_bindings.TryGetValue(binding.Local.Port, out var list) || !list.Remove(binding))
        {
            return;
        }

        if (list.Count == 0)
        {
            _bindings.Remove(binding.Local.Port);
        }
    }

    /// <summary>
    /// A random port of the ephemeral range for which <paramref name="isFree"/> holds, or null. Every pick is independent, so that no counter tells one peer of another (RFC 6056
    /// §3.3.1, algorithm 1).
    /// </summary>
    public ushort? PickEphemeral(System.Func<ushort, bool> isFree)
    {
        var (first, last) = settings.EphemeralPorts;
        var count = (uint)(last - first + 1);
        var offset = entropy.NextBelow(count);
        for (uint i = 0; i < count; i++)
        {
            var port = (ushort)(first + (offset + i) % count);
            if (isFree(port))
            {
                return port;
            }
        }

        return null;
    }

    private bool IsFree(in TcpBindRequest wanted)
    {
        if (!_bindings.TryGetValue(wanted.Local.Port, out var list))
        {
            return true;
        }

        foreach (var other in list)
        {
            var shared = (wanted.ReusePort && other.ReusePort) || (wanted.ReuseAddress && other.ReuseAddress && !other.IsListening);
            if (!shared && other.Overlaps(wanted))
            {
                return false;
            }
        }

        return true;
    }
}
