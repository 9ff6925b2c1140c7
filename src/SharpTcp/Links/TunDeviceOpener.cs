using System;
using System.Runtime.Versioning;
using SharpTcp.Linux;
using SharpTcp.Protocols;

namespace SharpTcp.Links;

/// <summary>Opens and sets up a TAP or TUN device, and says in one sentence why it cannot.</summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class TunDeviceOpener
{
    private const string Path = "/dev/net/tun";

    private const nuint SetInterface = 0x400454CA; // TUNSETIFF
    private const nuint SetOffload = 0x400454D0; // TUNSETOFFLOAD
    private const nuint SetHeaderSize = 0x400454D8; // TUNSETVNETHDRSZ
    private const nuint SetLittleEndian = 0x400454DC; // TUNSETVNETLE

    private const short FlagTun = 0x0001;
    private const short FlagTap = 0x0002;
    private const short FlagMultiQueue = 0x0100;
    private const short FlagNoPacketInfo = 0x1000;
    private const short FlagOffloadHeader = 0x4000;

    private const uint OffloadChecksum = 0x01;
    private const uint OffloadTcpIPv4 = 0x02;
    private const uint OffloadTcpIPv6 = 0x04;
    private const uint OffloadTcpEcn = 0x08;
    private const uint OffloadUdpIPv4 = 0x20;
    private const uint OffloadUdpIPv6 = 0x40;

    // Older kernels have fewer; they refuse a set with one that they do not know as a whole.
    private static readonly uint[] OffloadSets =
    [
        OffloadChecksum | OffloadTcpIPv4 | OffloadTcpIPv6 | OffloadTcpEcn | OffloadUdpIPv4 | OffloadUdpIPv6,
        OffloadChecksum | OffloadTcpIPv4 | OffloadTcpIPv6 | OffloadTcpEcn,
        OffloadChecksum | OffloadTcpIPv4 | OffloadTcpIPv6,
        OffloadChecksum,
    ];

    private readonly string _name;
    private readonly bool _isTap;
    private readonly TunDeviceOptions _options;

    private TunDeviceOpener(string name, bool isTap, TunDeviceOptions options)
    {
        _name = name;
        _isTap = isTap;
        _options = options;
    }

    private string Kind => _isTap ? "TAP" : "TUN";

    private string Mode => _isTap ? "tap" : "tun";

    /// <summary>Opens a device in the current network namespace.</summary>
    public static LinuxTunDevice Open(string name, bool isTap, TunDeviceOptions options)
    {
        if (!OperatingSystem.IsLinux())
            throw new PlatformNotSupportedException("TAP and TUN devices are there on Linux only: use MemoryLink or LoopbackLink elsewhere.");
        CheckName(name);
        if (options.Mtu is { } mtu)
            LinkArguments.CheckMtu(mtu, nameof(options));
        return new TunDeviceOpener(name, isTap, options).Open();
    }

    private static void CheckName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length == 0 || name is "." or ".." || name.AsSpan().IndexOfAny("/: \t\n\0%") >= 0)
            throw new ArgumentException($"'{name}' cannot be the name of an interface: 1 to 15 characters without blank, slash, colon and percent sign.", nameof(name));
        _ = new InterfaceRequest(name);
    }

    private LinuxTunDevice Open()
    {
        using var control = new InterfaceControl(_name);
        if (!_options.CreateIfMissing && !control.Exists)
            throw new LinkException(LinkError.NotFound, $"There is no device {_name}: make it with 'ip tuntap add dev {_name} mode {Mode}'.");
        var handle = OpenTun();
        try
        {
            Attach(handle, control);
            var headerLength = _options.OffloadHeader ? NegotiateHeader(handle) : 0;
            var offloads = NegotiateOffloads(handle);
            SetUp(control);
            var medium = _isTap ? LinkMedium.Ethernet : LinkMedium.Ip;
            var address = _isTap ? control.HardwareAddress : default;
            return new LinuxTunDevice(handle, _name, new LinkCapabilities(medium, control.Mtu, offloads), headerLength, address);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private static DescriptorHandle OpenTun()
    {
        var result = LibC.Open(Path, LibC.OpenReadWrite | LibC.OpenNonBlocking | LibC.OpenCloseOnExec);
        if (result >= 0)
            return new DescriptorHandle(result);
        var error = Errno.Last;
        throw error switch
        {
            Errno.NoEntry or Errno.NoDevice or Errno.NoAddress => new LinkException(
                LinkError.NotFound, $"The system has no {Path}: load the kernel module 'tun', or give the container the device."),
            Errno.Access or Errno.Permission => new LinkException(
                LinkError.AccessDenied, $"No permission to open {Path}: run as root, or let this user read and write it."),
            _ => new LinkException(LinkError.Other, $"{Path} cannot be opened: {Errno.Message(error)}."),
        };
    }

    // A device that is there is attached to with the number of queues that it was made for; the other way is refused with EINVAL.
    private void Attach(DescriptorHandle handle, InterfaceControl control)
    {
        var error = TryAttach(handle, _options.MultiQueue);
        if (error == Errno.Invalid && control.Exists)
            error = TryAttach(handle, !_options.MultiQueue);
        if (error != 0)
            throw Refusal(error, control);
    }

    private int TryAttach(DescriptorHandle handle, bool multiQueue)
    {
        var flags = (short)((_isTap ? FlagTap : FlagTun) | FlagNoPacketInfo);
        if (_options.OffloadHeader)
            flags |= FlagOffloadHeader;
        if (multiQueue)
            flags |= FlagMultiQueue;
        var request = new InterfaceRequest(_name) { Flags = flags };
        return LibC.Control(handle, SetInterface, &request) < 0 ? Errno.Last : 0;
    }

    private LinkException Refusal(int error, InterfaceControl control)
    {
        var exists = control.Exists;
        if (exists && error is Errno.Invalid or Errno.Permission && control.TunKind is var kind && kind != Mode)
        {
            return new LinkException(LinkError.WrongKind, kind is null
                ? $"{_name} is not a {Kind} device: choose another name."
                : $"{_name} is a {kind.ToUpperInvariant()} device, not a {Kind}: choose another name or mode.");
        }
        return error switch
        {
            Errno.Permission when exists => new LinkException(
                LinkError.AccessDenied,
                $"No permission to use {_name}: run as root, or make it for this user with 'ip tuntap add dev {_name} mode {Mode} user {Environment.UserName}'."),
            Errno.Permission => new LinkException(
                LinkError.AccessDenied,
                $"No permission to make {_name}: run as root, or let root run 'ip tuntap add dev {_name} mode {Mode} user {Environment.UserName}' first."),
            Errno.Busy => new LinkException(LinkError.Busy, $"{_name} is in use by another program: stop that, or choose another name."),
            _ => new LinkException(LinkError.Other, $"{_name} cannot be opened as a {Kind} device: {Errno.Message(error)}."),
        };
    }

    // The device keeps the header's length and byte order of whoever had it before, so both are always set.
    private int NegotiateHeader(DescriptorHandle handle)
    {
        var one = 1;
        LibC.Control(handle, SetLittleEndian, &one); // kernels without it have the machine's order, which is this one
        int[] lengths = [VirtioNetHeader.LongLength, VirtioNetHeader.ShortLength];
        foreach (var length in lengths)
        {
            var value = length;
            if (LibC.Control(handle, SetHeaderSize, &value) >= 0)
                return length;
        }
        throw new LinkException(LinkError.Refused, $"{_name} takes no offload header: {Errno.Message(Errno.Last)}; open it with OffloadHeader = false.");
    }

    private LinkOffloads NegotiateOffloads(DescriptorHandle handle)
    {
        if (_options.OffloadHeader && _options.Offloads)
        {
            foreach (var set in OffloadSets)
            {
                if (LibC.Control(handle, SetOffload, (void*)set) >= 0)
                    return Translate(set);
            }
        }
        LibC.Control(handle, SetOffload, null); // by value: none, whatever was set before
        return LinkOffloads.None;
    }

    private static LinkOffloads Translate(uint set)
    {
        var offloads = LinkOffloads.Checksum;
        if ((set & OffloadTcpIPv4) != 0)
            offloads |= LinkOffloads.TcpIPv4;
        if ((set & OffloadTcpIPv6) != 0)
            offloads |= LinkOffloads.TcpIPv6;
        if ((set & OffloadUdpIPv4) != 0)
            offloads |= LinkOffloads.Udp;
        return offloads;
    }

    private void SetUp(InterfaceControl control)
    {
        if (_options.Mtu is { } mtu && control.Mtu != mtu && control.TrySetMtu(mtu) is var error and not 0)
        {
            throw new LinkException(
                error == Errno.Permission ? LinkError.AccessDenied : LinkError.Refused,
                $"{_name} does not take an MTU of {mtu}: {Errno.Message(error)}; it has {control.Mtu}. As root: 'ip link set {_name} mtu {mtu}'.");
        }
        if (_options.TransmitQueueLength > 0)
            control.TryRaiseQueueLength(_options.TransmitQueueLength);
        if (_options.BringUp)
            control.TryBringUp();
    }
}
