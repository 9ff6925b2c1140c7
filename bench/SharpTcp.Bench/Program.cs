using BenchmarkDotNet.Running;
using SharpTcp.Bench;

if (args is ["steps"])
{
    HoleSteps.Print();
    return;
}

BenchmarkSwitcher.FromAssembly(typeof(HoleSteps).Assembly).Run(args);
