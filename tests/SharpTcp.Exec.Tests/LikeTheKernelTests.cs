using System.Threading.Tasks;
using Xunit;

namespace SharpTcp.Exec.Tests;

/// <summary>The same program on the kernel's stack and on ours says the same.</summary>
public sealed class LikeTheKernelTests
{
    [Fact]
    public Task StreamSocketsBehaveAsTheKernels() => ExecLab.ExpectLikeTheKernelAsync("streams.py");

    [Fact]
    public Task DatagramSocketsBehaveAsTheKernels() => ExecLab.ExpectLikeTheKernelAsync("datagrams.py");
}
