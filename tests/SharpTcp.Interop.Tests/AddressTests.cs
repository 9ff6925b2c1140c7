using System.Linq;
using System.Net.Sockets;
using System.Threading.Tasks;
using SharpTcp.Cli;
using SharpTcp.Protocols;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Interop.Tests;

/// <summary>Addresses that are asked for on the link before they are used.</summary>
public sealed class AddressTests
{
    [Fact]
    [Rfc("4862", "5.4")]
    public Task Free_addresses_become_usable() => NetLab.RunAsync(new LabOptions { DuplicateAddressDetection = true }, async lab =>
    {
        Assert.All(lab.Stack.GetAddresses(), address => Assert.True(address.IsUsable, $"{address}"));
        foreach (var family in (AddressFamily[])[AddressFamily.InterNetwork, AddressFamily.InterNetworkV6])
        {
            using var client = await lab.ConnectFromPeerAsync(family, ServicePort.Echo);
        }
    });

    [Fact]
    [Rfc("defect", "12")]
    public Task An_IPv6_address_that_the_kernel_has_is_never_used() => NetLab.RunAsync(
        new LabOptions { DuplicateAddressDetection = true, AddressesTaken = true, Services = Services.None }, lab =>
        {
            var taken = IpAddress.Parse($"{NetLab.StackAddress(AddressFamily.InterNetworkV6)}");
            var address = lab.Stack.GetAddresses().Single(address => address.Prefix.Address == taken);
            Assert.Equal(AddressState.Duplicate, address.State);
            Assert.Contains(lab.Stack.GetAddresses(), address => address.IsUsable && address.Origin == AddressOrigin.LinkLocal);
            return Task.CompletedTask;
        });
}
