namespace SharpTcp.Protocols.Tcp;

/// <summary>How a host uses explicit congestion notification (RFC 3168).</summary>
public enum EcnMode : byte
{
    /// <summary>Not at all.</summary>
    Off,

    /// <summary>Where the peer asks for it.</summary>
    Accept,

    /// <summary>It asks for it too; a SYN that is not answered is sent again without (RFC 3168 §6.1.1.1).</summary>
    On,
}
