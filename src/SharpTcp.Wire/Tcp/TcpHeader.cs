namespace SharpTcp.Wire;

/// <summary>The fields of a TCP header to be sent (RFC 9293 §3.1). Length, reserved bits and checksum are the writer's.</summary>
public struct TcpHeader
{
    /// <summary>The sender's port.</summary>
    public ushort SourcePort { get; set; }

    /// <summary>The receiver's port.</summary>
    public ushort DestinationPort { get; set; }

    /// <summary>SEG.SEQ.</summary>
    public SequenceNumber Sequence { get; set; }

    /// <summary>SEG.ACK.</summary>
    public SequenceNumber Acknowledgment { get; set; }

    /// <summary>The control bits.</summary>
    public TcpFlags Flags { get; set; }

    /// <summary>SEG.WND as it goes into the header, scaled already.</summary>
    public ushort Window { get; set; }

    /// <summary>SEG.UP.</summary>
    public ushort UrgentPointer { get; set; }
}
