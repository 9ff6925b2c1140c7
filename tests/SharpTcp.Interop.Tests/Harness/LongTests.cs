using System;
using Xunit;

namespace SharpTcp.Interop.Tests;

/// <summary>Tests that take a minute or more, and what they need besides.</summary>
internal static class LongTests
{
    /// <summary>Skips unless <c>eng/long-tests</c> runs this.</summary>
    public static void SkipUnlessAskedFor() =>
        Assert.SkipUnless(Environment.GetEnvironmentVariable("SHARPTCP_LONG_TESTS") == "1", "It takes long: eng/long-tests runs it.");
}
