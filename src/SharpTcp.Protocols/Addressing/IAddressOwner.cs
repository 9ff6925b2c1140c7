namespace SharpTcp.Protocols;

/// <summary>Who put an address on an interface and acts on what becomes of it.</summary>
internal interface IAddressOwner
{
    /// <summary>Nobody else has the address: it is in use now.</summary>
    void OnUsable(InterfaceAddress address, Instant now);

    /// <summary>Another station has it, from the start or since now: it is withdrawn already.</summary>
    void OnDuplicate(InterfaceAddress address, Instant now);
}
