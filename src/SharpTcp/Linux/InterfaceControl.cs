using System;
using System.IO;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using SharpTcp.Wire;

namespace SharpTcp.Linux;

/// <summary>struct ifreq: the name of an interface and one value.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct InterfaceRequest
{
    /// <summary>IFNAMSIZ: with the zero at its end.</summary>
    public const int NameSize = 16;

    private InterfaceName _name;
    private InterfaceValue _value;

    public InterfaceRequest(string name)
    {
        if (Encoding.UTF8.GetByteCount(name) >= NameSize)
            throw new ArgumentException($"The name '{name}' is longer than the {NameSize - 1} bytes that an interface may have.", nameof(name));
        Encoding.UTF8.GetBytes(name, _name);
    }

    /// <summary>The name, which the kernel may have filled in.</summary>
    public readonly string Name
    {
        get
        {
            ReadOnlySpan<byte> name = _name;
            return Encoding.UTF8.GetString(name[..name.IndexOf((byte)0)]);
        }
    }

    /// <summary>The value as the interface's flags (ifr_flags).</summary>
    public short Flags
    {
        readonly get => MemoryMarshal.Read<short>(_value);
        set => MemoryMarshal.Write(_value, in value);
    }

    /// <summary>The value as a number (ifr_mtu, ifr_ifindex, ifr_qlen).</summary>
    public int Number
    {
        readonly get => MemoryMarshal.Read<int>(_value);
        set => MemoryMarshal.Write(_value, in value);
    }

    /// <summary>The value as a pointer (ifr_data).</summary>
    public unsafe void* Data
    {
        set
        {
            var number = (nint)value;
            MemoryMarshal.Write(_value, in number);
        }
    }

    /// <summary>The value as an Ethernet address (ifr_hwaddr): behind two bytes of address family.</summary>
    public readonly MacAddress Address
    {
        get
        {
            ReadOnlySpan<byte> value = _value;
            return new MacAddress(value[2..]);
        }
    }

    [InlineArray(NameSize)]
    private struct InterfaceName
    {
        private byte _first;
    }

    [InlineArray(24)]
    private struct InterfaceValue
    {
        private byte _first;
    }
}

/// <summary>Reads and changes the settings of a network interface of the current network namespace.</summary>
internal sealed unsafe class InterfaceControl : IDisposable
{
    private const nuint GetFlags = 0x8913;
    private const nuint SetFlags = 0x8914;
    private const nuint GetMtu = 0x8921;
    private const nuint SetMtu = 0x8922;
    private const nuint GetAddress = 0x8927;
    private const nuint GetIndex = 0x8933;
    private const nuint GetQueueLength = 0x8942;
    private const nuint SetQueueLength = 0x8943;
    private const nuint EthernetTool = 0x8946;
    private const uint GetDriver = 3;
    private const short Up = 1;
    private const int InternetFamily = 2;
    private const int DatagramCloseOnExec = 2 | 0x80000;

    private readonly DescriptorHandle _socket = DescriptorHandle.Own(LibC.Socket(InternetFamily, DatagramCloseOnExec, 0), "socket");
    private readonly string _name;

    public InterfaceControl(string name) => _name = name;

    public bool Exists => TryGet(GetIndex, out _);

    public MacAddress HardwareAddress => Get(GetAddress, "its address").Address;

    public int Mtu => Get(GetMtu, "its MTU").Number;

    /// <summary>"tap" or "tun"; null for an interface that is neither.</summary>
    public string? TunKind
    {
        get
        {
            var driver = default(DriverInfo);
            driver.Command = GetDriver;
            var request = new InterfaceRequest(_name) { Data = &driver };
            if (LibC.Control(_socket, EthernetTool, &request) < 0 || !TextOf(driver.Driver).SequenceEqual("tun"u8))
                return null;
            return Encoding.ASCII.GetString(TextOf(driver.BusInfo));
        }
    }

    /// <returns>0, or the error number.</returns>
    public int TrySetMtu(int mtu) => TrySet(SetMtu, new InterfaceRequest(_name) { Number = mtu });

    /// <summary>Brings the interface up if it is not.</summary>
    /// <returns>0, or the error number.</returns>
    public int TryBringUp()
    {
        if (!TryGet(GetFlags, out var request))
            return Errno.Last;
        if ((request.Flags & Up) != 0)
            return 0;
        request.Flags |= Up;
        return TrySet(SetFlags, request);
    }

    /// <summary>Makes the queue towards the interface at least so long, if the process may.</summary>
    public void TryRaiseQueueLength(int frames)
    {
        if (TryGet(GetQueueLength, out var request) && request.Number < frames)
            TrySet(SetQueueLength, new InterfaceRequest(_name) { Number = frames });
    }

    public void Dispose() => _socket.Dispose();

    private static ReadOnlySpan<byte> TextOf(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return end < 0 ? field : field[..end];
    }

    private InterfaceRequest Get(nuint command, string what) =>
        TryGet(command, out var request) ? request : throw new IOException($"Interface {_name} does not tell {what}: {Errno.Message(Errno.Last)}.");

    private bool TryGet(nuint command, out InterfaceRequest request)
    {
        request = new InterfaceRequest(_name);
        fixed (InterfaceRequest* pointer = &request)
            return LibC.Control(_socket, command, pointer) >= 0;
    }

    private int TrySet(nuint command, InterfaceRequest request) => LibC.Control(_socket, command, &request) < 0 ? Errno.Last : 0;

    /// <summary>struct ethtool_drvinfo.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct DriverInfo
    {
        public uint Command;
        public DriverText Driver;
        public DriverText Version;
        public DriverText FirmwareVersion;
        public DriverText BusInfo;
        private DriverRest _rest;
    }

    [InlineArray(32)]
    private struct DriverText
    {
        private byte _first;
    }

    [InlineArray(64)]
    private struct DriverRest
    {
        private byte _first;
    }
}
