using System.IO;
using System.Threading.Tasks;

namespace SharpTcp.Sockets.Parity.Tests;

/// <summary>
/// A thread of which it can be told from outside that it is blocked, in the kernel as well as in the stack: it sleeps, look after look, and meanwhile uses no processor and is not woken.
/// </summary>
internal sealed class BlockedThread
{
    private const int Looks = 6;

    private readonly TaskCompletionSource<string> _folder = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The calling thread is the one, and about to make its call.</summary>
    public void Begins() => _folder.SetResult($"/proc/{new FileInfo("/proc/thread-self").LinkTarget}");

    /// <summary>Ends when it is blocked, or gone.</summary>
    public async Task IsBlocked()
    {
        var folder = await _folder.Task;
        var before = "";
        for (var same = 0; same < Looks; await Task.Delay(5))
        {
            var now = Look(folder);
            same = now == before && now != "" ? same + 1 : now == "gone" ? Looks : 0;
            before = now;
        }
    }

    private static string Look(string folder)
    {
        try
        {
            var status = File.ReadAllText(Path.Combine(folder, "status"));
            var sleeps = status.Contains("State:\tS", System.StringComparison.Ordinal);
            return sleeps ? status[status.IndexOf("voluntary_ctxt_switches", System.StringComparison.Ordinal)..] : "";
        }
        catch (IOException)
        {
            return "gone";
        }
    }
}
