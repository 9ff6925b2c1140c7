using System;
using System.Diagnostics;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using SharpTcp.Protocols;
using SharpTcp.Wire;

namespace SharpTcp.Links;

/// <summary>
/// A TAP device of Linux: an Ethernet cable to the kernel of this machine. Where the kernel has them, super-frames of up to 64 KiB cross it both
/// ways and nobody cuts or sums them.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class TapLink : ILink
{
    private readonly LinuxTunDevice _device;

    private TapLink(LinuxTunDevice device, MacAddress address)
    {
        _device = device;
        HardwareAddress = address;
    }

    /// <inheritdoc/>
    public string Name => _device.Name;

    /// <inheritdoc/>
    /// <remarks>The MTU is the device's, as it was when it was opened.</remarks>
    public LinkCapabilities Capabilities => _device.Capabilities;

    /// <inheritdoc/>
    public MacAddress HardwareAddress { get; }

    /// <summary>The MAC address of the kernel's side.</summary>
    public MacAddress KernelAddress => _device.KernelAddress;

    /// <inheritdoc/>
    public int ReceiveBufferSize => LinuxTunDevice.ReceiveBufferSize;

    /// <inheritdoc/>
    public int? PollDescriptor => _device.Descriptor;

    /// <summary>Received frames that were dropped because the kernel's header before them made no sense.</summary>
    public long ReceiveDropped => _device.ReceiveDropped;

    /// <summary>Frames that the kernel did not take: the device is down, or the frame asks for an offload that the link does not have.</summary>
    public long SendDropped => _device.SendDropped;

    /// <summary>Opens a TAP device in the current network namespace, or makes it.</summary>
    /// <param name="name">Its name, 1 to 15 characters.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <exception cref="LinkException">It cannot be opened; <see cref="LinkException.Error"/> and the message say why and what to do.</exception>
    /// <exception cref="ArgumentException">The name, the address or the MTU cannot be one.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux.</exception>
    public static TapLink Open(string name, TapOptions? options = null)
    {
        options ??= new TapOptions();
        if (options.HardwareAddress is { } wanted)
            LinkArguments.CheckAddress(wanted, nameof(options));
        var device = TunDeviceOpener.Open(name, true, options);
        var address = options.HardwareAddress ?? RandomAddress(device.KernelAddress);
        if (address != device.KernelAddress)
            return new TapLink(device, address);
        device.Dispose();
        throw new ArgumentException(
            $"The kernel's side of {name} has the address {address} itself: the stack's side needs another one, as two stations on a cable do.", nameof(options));
    }

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

    // IEEE 802c: locally administered and no group.
    private static MacAddress RandomAddress(MacAddress taken)
    {
        Span<byte> octets = stackalloc byte[MacAddress.Length];
        while (true)
        {
            RandomNumberGenerator.Fill(octets);
            octets[0] = (byte)((octets[0] & 0xFC) | 2);
            var address = new MacAddress(octets);
            Debug.Assert(address.IsLocal && address.IsUnicast, "A locally administered address of one station.");
            if (address != taken)
                return address;
        }
    }
}
