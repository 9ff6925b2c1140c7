using System;
using System.Runtime.Versioning;
using SharpTcp.Protocols;
using SharpTcp.Wire;

namespace SharpTcp.Links;

/// <summary>
/// A TUN device of Linux: a point-to-point link that carries bare IP packets to and from the kernel of this machine. Where the kernel has them,
/// super-frames of up to 64 KiB cross it both ways.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class TunLink : ILink
{
    private readonly LinuxTunDevice _device;

    private TunLink(LinuxTunDevice device) => _device = device;

    /// <inheritdoc/>
    public string Name => _device.Name;

    /// <inheritdoc/>
    /// <remarks>The MTU is the device's, as it was when it was opened.</remarks>
    public LinkCapabilities Capabilities => _device.Capabilities;

    /// <inheritdoc/>
    public MacAddress HardwareAddress => MacAddress.Unspecified;

    /// <inheritdoc/>
    public int ReceiveBufferSize => LinuxTunDevice.ReceiveBufferSize;

    /// <inheritdoc/>
    public int? PollDescriptor => _device.Descriptor;

    /// <summary>Received packets that were dropped because the kernel's header before them made no sense.</summary>
    public long ReceiveDropped => _device.ReceiveDropped;

    /// <summary>Packets that the kernel did not take: the device is down, or the packet asks for an offload that the link does not have.</summary>
    public long SendDropped => _device.SendDropped;

    /// <summary>Opens a TUN device in the current network namespace, or makes it.</summary>
    /// <param name="name">Its name, 1 to 15 characters.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <exception cref="LinkException">It cannot be opened; <see cref="LinkException.Error"/> and the message say why and what to do.</exception>
    /// <exception cref="ArgumentException">The name or the MTU cannot be one.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux.</exception>
    public static TunLink Open(string name, TunOptions? options = null) => new(TunDeviceOpener.Open(name, false, options ?? new TunOptions()));

    /// <inheritdoc/>
    public bool TrySend(in OutboundFrame frame) => _device.TrySend(frame);

    /// <inheritdoc/>
    public bool TryReceive(Span<byte> buffer, out int length, out FrameMeta meta) => _device.TryReceive(buffer, out length, out meta);

    /// <inheritdoc/>
    /// <remarks>Nobody is called: everything comes by <see cref="PollDescriptor"/>.</remarks>
    public void SetReadyCallback(Action? onReady)
    {
    }

    /// <inheritdoc/>
    public void Dispose() => _device.Dispose();
}
