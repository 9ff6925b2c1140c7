using System.Collections.Generic;
using System.Net.Sockets;

namespace SharpTcp.Protocols.Tcp;

/// <summary>Which local ports are reserved, and which one an active opener gets (RFC 6056).</summary>
internal sealed class TcpPorts(TcpSettings settings, IEntropy entropy)
{
    private readonly Dictionary<ushort, List<TcpBinding>> _bindings = [];

    public SocketError Bind(TransportEndpoint local, bool dualStack, bool reuseAddress, out TcpBinding? binding)
    {
        binding = null;
        if (local.Port == 0)
        {
            if (PickEphemeral(port => IsFree(local with { Port = port }, dualStack, false)) is not { } port)
            {
                return SocketError.AddressAlreadyInUse;
            }

            local = local with { Port = port };
        }
        else if (!IsFree(local, dualStack, reuseAddress))
        {
            return SocketError.AddressAlreadyInUse;
        }

        binding = new TcpBinding(this, local, dualStack, reuseAddress);
        if (!_bindings.TryGetValue(local.Port, out var list))
        {
            _bindings[local.Port] = list = [];
        }

        list.Add(binding);
        return SocketError.Success;
    }

    /// <summary>Whether a listener may begin on this binding: another one may share the port by SO_REUSEADDR only as long as nobody listens.</summary>
    public bool MayListen(TcpBinding binding)
    {
        foreach (var other in _bindings[binding.Local.Port])
        {
            if (other != binding && other.IsListening && other.Overlaps(binding.Local, binding.DualStack))
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

    private bool IsFree(TransportEndpoint local, bool dualStack, bool reuseAddress)
    {
        if (!_bindings.TryGetValue(local.Port, out var list))
        {
            return true;
        }

        foreach (var other in list)
        {
            var shared = reuseAddress && other.ReuseAddress && !other.IsListening;
            if (!shared && other.Overlaps(local, dualStack))
            {
                return false;
            }
        }

        return true;
    }
}
