using System;

namespace SharpTcp.Exec;

/// <content>Where name look-ups go: a program asks the name servers of the machine's /etc/resolv.conf, which the stack's network may not have.</content>
internal sealed partial class Supervisor
{
    /// <summary>Changes a destination before the stack sees it; null changes none.</summary>
    public Func<ReadOnlyMemory<byte>, byte[]>? DestinationTranslation { get; init; }

    private byte[] Translate(ReadOnlySpan<byte> address)
    {
        var bytes = address.ToArray();
        return DestinationTranslation?.Invoke(bytes) ?? bytes;
    }
}
