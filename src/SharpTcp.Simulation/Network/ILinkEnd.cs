using System;
using SharpTcp.Protocols;

namespace SharpTcp.Simulation;

/// <summary>One end of a link: a host's, a station's or a switch's port.</summary>
internal interface ILinkEnd
{
    /// <summary>Says which path leads away from here. Called once, before anything else.</summary>
    void Attach(LinkPath outgoing);

    /// <summary>A frame arrived.</summary>
    void Deliver(ReadOnlySpan<byte> frame, in FrameMeta meta);

    /// <summary>The path that leads away from here has room again.</summary>
    void OnRoom();
}
