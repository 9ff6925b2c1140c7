using SharpTcp.Wire;

namespace SharpTcp.Links;

/// <summary>How a TAP or TUN device of Linux is opened.</summary>
public abstract class TunDeviceOptions
{
    private protected TunDeviceOptions()
    {
    }

    /// <summary>Whether the device is made if there is none of that name; it goes away when the link is disposed. Default true.</summary>
    public bool CreateIfMissing { get; init; } = true;

    /// <summary>
    /// Whether a device that is made takes several queues. A device that is there is attached to as it was made, whatever this says. Default false.
    /// </summary>
    public bool MultiQueue { get; init; }

    /// <summary>Whether super-frames and partial checksums cross the device, as far as the kernel has them. Default true.</summary>
    public bool Offloads { get; init; } = true;

    /// <summary>Whether frames carry the header that offloads need (IFF_VNET_HDR). Default true; without it there are no offloads.</summary>
    public bool OffloadHeader { get; init; } = true;

    /// <summary>The MTU to set on the device, 68 to 65,521; null keeps what it has. Default null.</summary>
    public int? Mtu { get; init; }

    /// <summary>Whether the kernel's side is brought up, if the process may. Default true.</summary>
    public bool BringUp { get; init; } = true;

    /// <summary>
    /// To how many frames the queue towards the stack is raised, if the process may; 0 leaves it. The kernel's own 1,000 are fewer than a large
    /// window of single packets, and what overfills the queue is lost. Default 10,000.
    /// </summary>
    public int TransmitQueueLength { get; init; } = 10_000;
}

/// <summary>How a TAP device is opened.</summary>
public sealed class TapOptions : TunDeviceOptions
{
    /// <summary>
    /// The MAC address of the stack's side; null for a random locally administered one. It must differ from the kernel's own address of the device. Default null.
    /// </summary>
    public MacAddress? HardwareAddress { get; init; }
}

/// <summary>How a TUN device is opened.</summary>
public sealed class TunOptions : TunDeviceOptions;
