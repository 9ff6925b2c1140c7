using System.IO;

namespace SharpTcp.Links;

/// <summary>Why a link could not be opened.</summary>
public enum LinkError
{
    /// <summary>Something that is named in the message.</summary>
    Other,

    /// <summary>There is no such device, or the system has no TAP and TUN devices.</summary>
    NotFound,

    /// <summary>The process may not do this.</summary>
    AccessDenied,

    /// <summary>The device is not of the kind that was asked for.</summary>
    WrongKind,

    /// <summary>Another program has the device open.</summary>
    Busy,

    /// <summary>The device refused a setting.</summary>
    Refused,
}

/// <summary>A link could not be opened, or is lost. The message says what to do, in one sentence.</summary>
/// <param name="error">Why.</param>
/// <param name="message">What was wrong and what to do.</param>
public sealed class LinkException(LinkError error, string message) : IOException(message)
{
    /// <summary>Why.</summary>
    public LinkError Error { get; } = error;
}
