namespace SharpTcp.Wire;

/// <summary>How far an IPv6 group reaches (RFC 7346 §2). Values between have no name but order the same way.</summary>
public enum IPv6MulticastScope
{
    /// <summary>Reserved; also what an address that is no group has.</summary>
    None = 0,

    /// <summary>One interface of one node.</summary>
    InterfaceLocal = 1,

    /// <summary>One link.</summary>
    LinkLocal = 2,

    /// <summary>The realm of the link's technology.</summary>
    RealmLocal = 3,

    /// <summary>The smallest scope that an administrator configures.</summary>
    AdminLocal = 4,

    /// <summary>One site.</summary>
    SiteLocal = 5,

    /// <summary>Several sites of one organization.</summary>
    OrganizationLocal = 8,

    /// <summary>The Internet.</summary>
    Global = 14,
}
