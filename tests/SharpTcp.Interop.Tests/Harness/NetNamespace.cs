using System;
using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Xunit;
using Xunit.Sdk;

namespace SharpTcp.Interop.Tests;

/// <summary>
/// A network namespace without a name, held by a thread of this process: what is done on that thread is done there, and programs that it starts live there.
/// The namespace and all devices in it are gone with the thread, its sockets and its programs, so nothing is left over even if this process is killed.
/// </summary>
internal sealed partial class NetNamespace : IDisposable
{
    private const int NewNetwork = 0x4000_0000; // CLONE_NEWNET

    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread _thread;

    private NetNamespace(string name, TaskCompletionSource<int> started)
    {
        Name = name;
        _thread = new Thread(() => Loop(started)) { IsBackground = true, Name = $"netns {name}" };
    }

    /// <summary>For people: it has no name in the system.</summary>
    public string Name { get; }

    /// <summary>The id of its thread, by which <c>ip link … netns</c> knows it.</summary>
    public int ThreadId { get; private set; }

    /// <summary>Makes a namespace whose only device is the loopback, up. Skips the test, with the reason, where that cannot be.</summary>
    public static async Task<NetNamespace> CreateAsync(string name)
    {
        Requirements.SkipUnlessNamespacesCanBe();
        var started = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var made = new NetNamespace(name, started);
        made._thread.Start();
        var error = await started.Task;
        if (error != 0)
        {
            made.Dispose();
            Assert.Skip($"No permission to make a network namespace: {Marshal.GetPInvokeErrorMessage(error)}.");
        }
        made.ThreadId = await made.InvokeAsync(GetThreadId);
        await made.IpAsync("link set lo up");
        return made;
    }

    /// <summary>Runs something short on the thread of the namespace.</summary>
    public Task<T> InvokeAsync<T>(Func<T> function)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() =>
        {
            try
            {
                done.SetResult(function());
            }
            catch (Exception exception)
            {
                done.SetException(exception);
            }
        });
        return done.Task;
    }

    /// <summary>A socket of the kernel in this namespace; it may be used on any thread.</summary>
    public Task<Socket> SocketAsync(AddressFamily family, SocketType type, ProtocolType protocol) =>
        InvokeAsync(() => new Socket(family, type, protocol));

    /// <summary>Runs a program in the namespace.</summary>
    public Task<CommandResult> RunAsync(Command command) => command.RunAsync(this);

    /// <summary>Runs some commands of <c>ip</c>; they must succeed.</summary>
    public async Task IpAsync(params string[] commands)
    {
        var result = await RunAsync(new Command("ip", "-batch", "-") { Input = Encoding.ASCII.GetBytes(string.Join('\n', commands) + "\n") });
        if (result.ExitCode != 0)
            throw new XunitException($"In namespace {Name}, {string.Join("; ", commands)}: {result}");
    }

    /// <summary>Sets a sysctl of the namespace, for example <c>net.ipv4.ip_forward</c>.</summary>
    public Task SysctlAsync(string name, int value) => InvokeAsync(() =>
    {
        var path = $"/proc/sys/{name.Replace('.', '/')}";
        try
        {
            System.IO.File.WriteAllText(path, $"{value}\n");
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or System.IO.IOException)
        {
            Assert.Skip($"{path} cannot be written here: {exception.Message}");
        }
        return value;
    });

    /// <summary>Lets the thread go; the namespace goes with the last that is in it.</summary>
    public void Dispose() => _work.CompleteAdding();

    private void Loop(TaskCompletionSource<int> started)
    {
        var error = Unshare(NewNetwork) < 0 ? Marshal.GetLastPInvokeError() : 0;
        started.SetResult(error);
        if (error != 0)
            return;
        foreach (var work in _work.GetConsumingEnumerable())
            work();
    }

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    private static partial int Unshare(int flags);

    [LibraryImport("libc", EntryPoint = "gettid")]
    private static partial int GetThreadId();
}
