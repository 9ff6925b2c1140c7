using System.Runtime.InteropServices;

namespace SharpTcp.Packetdrill;

/// <summary>What packetdrill wants to be filled in: a context and 32 functions, in this order.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct PacketdrillInterface
{
    public void* UserData;
    public delegate* unmanaged<void*, void> Free;
    public delegate* unmanaged<void*, int, int, int, int> Socket;
    public delegate* unmanaged<void*, int, byte*, uint, int> Bind;
    public delegate* unmanaged<void*, int, int, int> Listen;
    public delegate* unmanaged<void*, int, byte*, uint*, int> Accept;
    public delegate* unmanaged<void*, int, byte*, uint, int> Connect;
    public delegate* unmanaged<void*, int, void*, nuint, nint> Read;
    public delegate* unmanaged<void*, int, Posix.IoVector*, int, nint> ReadVector;
    public delegate* unmanaged<void*, int, void*, nuint, int, nint> Receive;
    public delegate* unmanaged<void*, int, void*, nuint, int, byte*, uint*, nint> ReceiveFrom;
    public delegate* unmanaged<void*, int, Posix.MessageHeader*, int, nint> ReceiveMessage;
    public delegate* unmanaged<void*, int, void*, nuint, nint> Write;
    public delegate* unmanaged<void*, int, Posix.IoVector*, int, nint> WriteVector;
    public delegate* unmanaged<void*, int, void*, nuint, int, nint> Send;
    public delegate* unmanaged<void*, int, void*, nuint, int, byte*, uint, nint> SendTo;
    public delegate* unmanaged<void*, int, Posix.MessageHeader*, int, nint> SendMessage;
    public delegate* unmanaged<void*, int, int, nint, int> FileControl;
    public delegate* unmanaged<void*, int, nuint, int*, int> Control;
    public delegate* unmanaged<void*, int, int> Close;
    public delegate* unmanaged<void*, int, int, int> Shutdown;
    public delegate* unmanaged<void*, int, int, int, byte*, uint*, int> GetOption;
    public delegate* unmanaged<void*, int, int, int, byte*, uint, int> SetOption;
    public delegate* unmanaged<void*, Posix.PollEntry*, nuint, int, int> Poll;
    public delegate* unmanaged<void*, byte*, nuint, int> DeviceSend;
    public delegate* unmanaged<void*, byte*, nuint*, long*, int> DeviceReceive;
    public delegate* unmanaged<void*, uint, int> Sleep;
    public delegate* unmanaged<void*, long*, void*, int> GetTimeOfDay;
    public delegate* unmanaged<void*, int, int> EpollCreate;
    public delegate* unmanaged<void*, int, int, int, Posix.EpollEvent*, int> EpollControl;
    public delegate* unmanaged<void*, int, Posix.EpollEvent*, int, int, int> EpollWait;
    public delegate* unmanaged<void*, int*, int> Pipe;
    public delegate* unmanaged<void*, int, long*, int, long*, nuint, uint, nint> Splice;
}
