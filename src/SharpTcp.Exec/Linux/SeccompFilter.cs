using System.Collections.Generic;
using System.Runtime.InteropServices;

namespace SharpTcp.Exec;

/// <summary>One instruction of classic BPF (struct sock_filter).</summary>
[StructLayout(LayoutKind.Sequential)]
internal record struct FilterInstruction(ushort Code, byte IfTrue, byte IfFalse, uint Operand);

/// <summary>
/// The seccomp filter of a supervised program: socket calls are told to the supervisor, calls that would go around it fail, everything else is none of its business.
/// </summary>
internal static class SeccompFilter
{
    private const ushort LoadWord = 0x20; // BPF_LD | BPF_W | BPF_ABS
    private const ushort JumpIfEqual = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
    private const ushort JumpIfAtLeast = 0x35; // BPF_JMP | BPF_JGE | BPF_K
    private const ushort ReturnConstant = 0x06; // BPF_RET | BPF_K

    private const uint Allow = 0x7FFF0000; // SECCOMP_RET_ALLOW
    private const uint Notify = 0x7FC00000; // SECCOMP_RET_USER_NOTIF
    private const uint NoSuchCall = 0x00050000 | 38; // SECCOMP_RET_ERRNO | ENOSYS

    // Offsets in struct seccomp_data.
    private const uint Number = 0;
    private const uint Architecture = 4;

    private const uint FirstOfX32 = 0x40000000; // __X32_SYSCALL_BIT
    private const uint AfInet = 2;
    private const uint AfInet6 = 10;

    /// <summary>Makes the filter.</summary>
    public static FilterInstruction[] Build(SystemCalls calls)
    {
        var filter = new List<FilterInstruction>
        {
            // Calls by another architecture's numbers (32-bit programs) would be misread: they fail.
            new(LoadWord, 0, 0, Architecture),
            new(JumpIfEqual, 1, 0, calls.Architecture),
            new(ReturnConstant, 0, 0, NoSuchCall),
            new(LoadWord, 0, 0, Number),
            new(JumpIfAtLeast, 0, 1, FirstOfX32),
            new(ReturnConstant, 0, 0, NoSuchCall),
        };
        int[] always =
        [
            calls.Connect, calls.Accept, calls.Accept4, calls.Bind, calls.Listen, calls.GetLocalName, calls.GetPeerName, calls.SetOption, calls.GetOption, calls.Shutdown,
            calls.SendMessage, calls.ReceiveMessage, calls.SendMessages, calls.ReceiveMessages,
        ];
        foreach (var call in always)
        {
            When(filter, call, new FilterInstruction(ReturnConstant, 0, 0, Notify));
        }

        // Only IPv4 and IPv6 sockets are ours.
        When(
            filter,
            calls.Socket,
            new(LoadWord, 0, 0, Argument(0)),
            new(JumpIfEqual, 1, 0, AfInet),
            new(JumpIfEqual, 0, 1, AfInet6),
            new(ReturnConstant, 0, 0, Notify),
            new(ReturnConstant, 0, 0, Allow));

        // Without an address they are send and recv, which the kernel's end of the pair does by itself.
        foreach (var call in (int[])[calls.SendTo, calls.ReceiveFrom])
        {
            When(
                filter,
                call,
                new(LoadWord, 0, 0, Argument(4)),
                new(JumpIfEqual, 0, 2, 0),
                new(LoadWord, 0, 0, Argument(4) + 4),
                new(JumpIfEqual, 1, 0, 0),
                new(ReturnConstant, 0, 0, Notify),
                new(ReturnConstant, 0, 0, Allow));
        }

        // A ring of calls passes no filter: programs fall back to ordinary ones.
        When(filter, SystemCalls.IoUringSetup, new FilterInstruction(ReturnConstant, 0, 0, NoSuchCall));
        filter.Add(new(ReturnConstant, 0, 0, Allow));
        return [.. filter];
    }

    /// <summary>The low half of an argument, on a little-endian machine.</summary>
    private static uint Argument(int index) => 16 + 8 * (uint)index;

    /// <summary>The accumulator holds the number of the call; <paramref name="body"/> ends with a return.</summary>
    private static void When(List<FilterInstruction> filter, int call, params FilterInstruction[] body)
    {
        filter.Add(new(JumpIfEqual, 0, (byte)body.Length, (uint)call));
        filter.AddRange(body);
    }
}
