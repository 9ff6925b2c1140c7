using System;
using SharpTcp.Cli;
using SharpTcp.Links;
using SharpTcp.Names;
using SharpTcp.Protocols;

namespace SharpTcp.Interop.Tests;

/// <summary>What a <see cref="NetLab"/> looks like.</summary>
internal sealed record LabOptions
{
    /// <summary>All services.</summary>
    public const Services AllServices = Services.Echo | Services.Discard | Services.Daytime | Services.Chargen;

    /// <summary>Whether super-frames cross the TAP; what leaves is dissected only if not, since only then each frame is one final packet.</summary>
    public bool Offloads { get; init; }

    /// <summary>Whether the peer lives behind a Linux router instead of at the other end of the TAP.</summary>
    public bool Router { get; init; }

    /// <summary>The MTU of the link between router and peer.</summary>
    public int FarMtu { get; init; } = 1500;

    /// <summary>What befalls packets, each way, on a cable between the peer and the stack; null for a peer at the other end of the TAP. Not together with <see cref="Router"/>.</summary>
    public FaultOptions? Cable { get; init; }

    /// <summary>Whether the stack asks for its addresses before it uses them.</summary>
    public bool DuplicateAddressDetection { get; init; }

    /// <summary>Whether the stack's addresses are the kernel's too.</summary>
    public bool AddressesTaken { get; init; }

    /// <summary>The program's services that the stack serves.</summary>
    public Services Services { get; init; } = AllServices;

    /// <summary>A link around the captured TAP, if the test wants to see or lose frames.</summary>
    public Func<ILink, ILink>? Around { get; init; }

    /// <summary>The settings of the stack's protocols.</summary>
    public HostOptions Host { get; init; } = new();

    /// <summary>How the stack resolves names.</summary>
    public DnsSettings Dns { get; init; } = new();

    /// <summary>How long the test may take, without the dissection.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(30);
}
