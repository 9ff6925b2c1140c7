using System.Collections.Generic;
using SharpTcp.Posix;

namespace SharpTcp.Packetdrill;

/// <summary>Real descriptors of the kernel as placeholders: at the end packetdrill closes all it knows through libc.</summary>
internal sealed class EventDescriptors : IDescriptorNumbers
{
    private readonly HashSet<int> _ours = [];

    /// <inheritdoc/>
    public int Allocate()
    {
        var descriptor = Native.EventDescriptor(0, 0);
        if (descriptor >= 0)
        {
            lock (_ours)
            {
                _ours.Add(descriptor);
            }
        }

        return descriptor;
    }

    /// <inheritdoc/>
    public void Free(int number)
    {
        lock (_ours)
        {
            _ours.Remove(number);
        }

        // The number stays in use: packetdrill looks at descriptors that its script has closed.
    }

    public bool Owns(int number)
    {
        lock (_ours)
        {
            return _ours.Contains(number);
        }
    }
}
