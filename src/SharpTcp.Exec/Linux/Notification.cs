using System.Runtime.InteropServices;

namespace SharpTcp.Exec;

/// <summary>A system call that a thread of a program waits in (struct seccomp_notif).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Notification
{
    /// <summary>Names it in the answer.</summary>
    public ulong Id;

    /// <summary>The thread, by its number in our namespace.</summary>
    public int Thread;
    public uint Flags;
    public int Number;
    public uint Architecture;
    public ulong InstructionPointer;
    public fixed ulong Arguments[6];

    /// <summary>An argument that is an int.</summary>
    public readonly int Int(int index) => (int)Arguments[index];

    /// <summary>An argument that is an address in the program's memory.</summary>
    public readonly nuint Pointer(int index) => (nuint)Arguments[index];
}

/// <summary>The descriptor at which the kernel tells of a program's system calls and takes the answers (seccomp_unotify(2)).</summary>
internal sealed unsafe class NotificationDescriptor(int descriptor) : System.IDisposable
{
    private const nuint ReceiveRequest = 0xC0502100; // SECCOMP_IOCTL_NOTIF_RECV
    private const nuint SendRequest = 0xC0182101; // SECCOMP_IOCTL_NOTIF_SEND
    private const nuint ValidRequest = 0x40082102; // SECCOMP_IOCTL_NOTIF_ID_VALID
    private const nuint AddRequest = 0x40182103; // SECCOMP_IOCTL_NOTIF_ADDFD
    private const nuint SetFlagsRequest = 0x40082104; // SECCOMP_IOCTL_NOTIF_SET_FLAGS
    private const uint ContinueFlag = 1; // SECCOMP_USER_NOTIF_FLAG_CONTINUE
    private const uint AddAndSend = 2; // SECCOMP_ADDFD_FLAG_SEND
    private const uint CloseOnExec = 0x80000; // O_CLOEXEC

    public int Number => descriptor;

    /// <summary>Lets the kernel hand over the processor with each call, where it can: half of the time of a call.</summary>
    public void PreferSynchronousWakeups() => Kernel.Control(descriptor, SetFlagsRequest, (void*)1);

    /// <summary>Takes the next call; false if it is gone again.</summary>
    public bool TryReceive(out Notification call)
    {
        call = default;
        fixed (Notification* to = &call)
        {
            return Control(ReceiveRequest, to) == 0;
        }
    }

    /// <summary>Whether the thread still waits: what was read from its memory before this is true was its own.</summary>
    public bool IsAlive(ulong id) => Control(ValidRequest, &id) == 0;

    /// <summary>Ends a call with a result, or with an error if it is negative; false if nobody waits for it any more.</summary>
    public bool Answer(ulong id, long result)
    {
        var response = new Response { Id = id, Value = result < 0 ? 0 : result, Error = result < 0 ? (int)result : 0 };
        return Control(SendRequest, &response) == 0;
    }

    /// <summary>Lets the kernel do the call as if nobody had asked.</summary>
    public void Continue(ulong id)
    {
        var response = new Response { Id = id, Flags = ContinueFlag };
        Control(SendRequest, &response);
    }

    /// <summary>Ends a call with a new descriptor of the program, a copy of <paramref name="ours"/>; 0, or a negated error number.</summary>
    public int AnswerWithDescriptor(ulong id, int ours, bool closeOnExec)
    {
        var addition = new Addition { Id = id, Flags = AddAndSend, Source = (uint)ours, NewFlags = closeOnExec ? CloseOnExec : 0 };
        return Control(AddRequest, &addition) >= 0 ? 0 : -Kernel.LastError;
    }

    public void Dispose() => Kernel.Close(descriptor);

    /// <summary>Each request waits for a lock, and a signal of the runtime ends that wait.</summary>
    private int Control(nuint request, void* argument)
    {
        int result;
        do
        {
            result = Kernel.Control(descriptor, request, argument);
        }
        while (result < 0 && Kernel.LastError == Kernel.Interrupted);
        return result;
    }

    /// <summary>struct seccomp_notif_resp.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Response
    {
        public ulong Id;
        public long Value;
        public int Error;
        public uint Flags;
    }

    /// <summary>struct seccomp_notif_addfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Addition
    {
        public ulong Id;
        public uint Flags;
        public uint Source;
        public uint New;
        public uint NewFlags;
    }
}
