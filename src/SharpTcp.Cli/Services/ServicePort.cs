using System.Buffers.Binary;
using System.Net;

namespace SharpTcp.Cli;

/// <summary>The well-known ports of the services.</summary>
internal static class ServicePort
{
    public const int Echo = 7;
    public const int Discard = 9;
    public const int Daytime = 13;
    public const int Chargen = 19;

    private const int PortOffset = 2;

    /// <summary>
    /// Whether a datagram comes from a service of this kind. Two that answer each other never end (CA-1996-01), so none answers another.
    /// </summary>
    public static bool IsAnsweringService(int port) => port is Echo or Discard or Daytime or Chargen;

    /// <summary>The port in a socket address, without allocation.</summary>
    public static int Of(SocketAddress address) => BinaryPrimitives.ReadUInt16BigEndian(address.Buffer.Span[PortOffset..]);
}
