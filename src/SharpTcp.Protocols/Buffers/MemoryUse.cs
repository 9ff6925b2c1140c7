namespace SharpTcp.Protocols;

/// <summary>What memory is wanted for, in the order in which it is refused when a host runs short: the first of them first.</summary>
public enum MemoryUse : byte
{
    /// <summary>Fragments that wait for their datagrams, and packets that wait for a neighbour: from three quarters of the limit on.</summary>
    Waiting,

    /// <summary>Datagrams that wait to be read: from 13/16 on.</summary>
    Datagram,

    /// <summary>Half-open connections (a listener answers by cookies then), and all chunks of a stream but its first: from 7/8 on.</summary>
    Growth,

    /// <summary>New connections, and those in TIME-WAIT: from 15/16 on.</summary>
    Connection,

    /// <summary>The first small chunk of a stream, by which a connection that holds nothing goes on: never before the limit.</summary>
    Progress,
}
