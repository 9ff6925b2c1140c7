using System.Collections.Generic;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>
/// The listeners by address and port. Those that share both, each for an interface of its own or all by SO_REUSEPORT, are a chain; a connection's addresses and ports
/// choose among equals, so that all segments of a handshake come to the same one.
/// </summary>
internal sealed class ListenerTable(SipHash hash)
{
    private readonly Dictionary<TransportEndpoint, TcpListenPoint> _first = [];

    public void Add(TcpListenPoint listener)
    {
        var key = Key(listener);
        listener.NextAtPort = _first.GetValueOrDefault(key);
        _first[key] = listener;
    }

    public void Remove(TcpListenPoint listener)
    {
        var key = Key(listener);
        if (_first[key] == listener)
        {
            if (listener.NextAtPort is { } next)
            {
                _first[key] = next;
            }
            else
            {
                _first.Remove(key);
            }

            return;
        }

        var before = _first[key];
        while (before.NextAtPort != listener)
        {
            before = before.NextAtPort!;
        }

        before.NextAtPort = listener.NextAtPort;
    }

    /// <summary>Who listens for a connection that comes in on an interface: on its very address, on any of its family, or, for IPv4, on any of both.</summary>
    public TcpListenPoint? Find(in FourTuple tuple, int interfaceIndex)
    {
        if (_first.Count == 0)
        {
            return null;
        }

        var local = tuple.Local;
        return Choose(local, tuple, interfaceIndex, needsDualStack: false)
            ?? Choose(local with { Address = local.Address.IsIPv4 ? IPv4Address.Unspecified : IPv6Address.Unspecified }, tuple, interfaceIndex, needsDualStack: false)
            ?? (local.Address.IsIPv4 ? Choose(local with { Address = IPv6Address.Unspecified }, tuple, interfaceIndex, needsDualStack: true) : null);
    }

    private static TransportEndpoint Key(TcpListenPoint listener) => listener.Local with { Scope = 0 };

    private static bool Takes(TcpListenPoint listener, int interfaceIndex, bool needsDualStack) =>
        (!needsDualStack || listener.IsDualStack) && (listener.InterfaceIndex == 0 || listener.InterfaceIndex == interfaceIndex);

    private TcpListenPoint? Choose(TransportEndpoint key, in FourTuple tuple, int interfaceIndex, bool needsDualStack)
    {
        if (!_first.TryGetValue(key, out var first))
        {
            return null;
        }

        if (first.NextAtPort is null)
        {
            return Takes(first, interfaceIndex, needsDualStack) ? first : null;
        }

        // One for this interface goes before one for all.
        var count = 0;
        var isBound = false;
        for (var listener = first; listener is not null; listener = listener.NextAtPort)
        {
            if (!Takes(listener, interfaceIndex, needsDualStack) || (isBound && listener.InterfaceIndex == 0))
            {
                continue;
            }

            count = isBound == (listener.InterfaceIndex != 0) ? count + 1 : 1;
            isBound = listener.InterfaceIndex != 0;
        }

        var left = count == 0 ? -1 : (int)(tuple.Hash(hash) % (uint)count);
        for (var listener = first; listener is not null; listener = listener.NextAtPort)
        {
            if (Takes(listener, interfaceIndex, needsDualStack) && isBound == (listener.InterfaceIndex != 0) && left-- == 0)
            {
                return listener;
            }
        }

        return null;
    }
}
