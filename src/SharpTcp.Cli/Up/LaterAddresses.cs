using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Threading;
using SharpTcp.Protocols;
using SharpTcp.Wire;

namespace SharpTcp.Cli;

/// <summary>Tells of each address that becomes usable after the program said that it is ready.</summary>
internal sealed class LaterAddresses : IDisposable
{
    private readonly Lock _lock = new();
    private readonly NetworkStack _stack;
    private readonly NetworkInterface _attached;
    private readonly Action<StackAddress> _tell;
    private readonly HashSet<IpAddress> _known;
    private bool _isDisposed;

    /// <summary>Begins to tell, at once of those that are usable and not among <paramref name="known"/>.</summary>
    public LaterAddresses(NetworkStack stack, NetworkInterface attached, IEnumerable<IPAddress> known, Action<StackAddress> tell)
    {
        _stack = stack;
        _attached = attached;
        _tell = tell;
        _known = [.. known.Select(IpAddress.From)];
        _stack.AddressChanged += OnChanged;
        foreach (var address in stack.GetAddresses())
            OnChanged(address);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stack.AddressChanged -= OnChanged;
        lock (_lock)
            _isDisposed = true;
    }

    private void OnChanged(StackAddress address)
    {
        lock (_lock)
        {
            if (_isDisposed || address.Interface != _attached)
                return;
            if (!address.IsUsable)
                _known.Remove(address.Prefix.Address);
            else if (_known.Add(address.Prefix.Address))
                _tell(address);
        }
    }
}
