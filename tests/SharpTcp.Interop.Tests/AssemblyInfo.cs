using System.Runtime.Versioning;
using Xunit.Sdk;

// The tests compete for two cores, and some count packets or wake-ups: one at a time.
[assembly: Xunit.v3.Parallelization(Mode = ParallelMode.None)]
[assembly: SupportedOSPlatform("linux")]
