using System.Net.Sockets;
using Xunit;

namespace SharpTcp.Interop.Tests;

/// <summary>What is shown, is shown in both families.</summary>
internal static class Families
{
    public static TheoryData<AddressFamily> Both => [AddressFamily.InterNetwork, AddressFamily.InterNetworkV6];
}
