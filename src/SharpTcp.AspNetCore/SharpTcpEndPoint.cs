using System.Net;

namespace SharpTcp.AspNetCore;

/// <summary>
/// An address and port of the stack, for <c>KestrelServerOptions.Listen</c>. Where <see cref="SharpTcpTransportOptions.KernelEndPoints"/> leaves ordinary endpoints to the kernel, this
/// one is the stack's all the same.
/// </summary>
public sealed class SharpTcpEndPoint : IPEndPoint
{
    /// <summary>Makes an endpoint.</summary>
    /// <param name="address">An address of the stack; <see cref="IPAddress.IPv6Any"/> takes all of both families, <see cref="IPAddress.Any"/> all of IPv4.</param>
    /// <param name="port">The port, 0 to 65,535; 0 takes a free one.</param>
    /// <exception cref="System.ArgumentOutOfRangeException">The port is not in its range.</exception>
    public SharpTcpEndPoint(IPAddress address, int port)
        : base(address, port)
    {
    }
}
