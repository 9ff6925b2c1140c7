namespace SharpTcp.Wire;

/// <summary>What an ARP packet asks or says (IANA "ARP Parameters").</summary>
public enum ArpOperation : ushort
{
    /// <summary>No operation.</summary>
    None = 0,

    /// <summary>Who has the target address?</summary>
    Request = 1,

    /// <summary>The sender has the sender address.</summary>
    Reply = 2,
}
