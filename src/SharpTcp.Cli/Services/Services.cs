using System;

namespace SharpTcp.Cli;

/// <summary>The small services of a host, for those who test against it.</summary>
[Flags]
internal enum Services
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>RFC 862, port 7: returns what it gets.</summary>
    Echo = 1,

    /// <summary>RFC 863, port 9: throws away what it gets.</summary>
    Discard = 2,

    /// <summary>RFC 867, port 13: tells date and time.</summary>
    Daytime = 4,

    /// <summary>RFC 864, port 19: sends characters without end.</summary>
    Chargen = 8,
}
