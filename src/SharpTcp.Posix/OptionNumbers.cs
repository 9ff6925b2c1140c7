namespace SharpTcp.Posix;

/// <summary>Levels of socket options.</summary>
internal static class OptionLevel
{
    public const int Socket = 1; // SOL_SOCKET
    public const int IPv4 = 0; // IPPROTO_IP
    public const int Tcp = 6; // IPPROTO_TCP
    public const int IPv6 = 41; // IPPROTO_IPV6
}

/// <summary>Options of SOL_SOCKET.</summary>
internal static class SocketOption
{
    public const int ReuseAddress = 2;
    public const int Type = 3;
    public const int Error = 4;
    public const int Broadcast = 6;
    public const int SendBuffer = 7;
    public const int ReceiveBuffer = 8;
    public const int KeepAlive = 9;
    public const int OutOfBandInline = 10;
    public const int Linger = 13;
    public const int ReusePort = 15;
    public const int LowWater = 18;
    public const int ReceiveTimeout = 20;
    public const int SendTimeout = 21;
    public const int AcceptsConnections = 30;
    public const int SendBufferForce = 32;
    public const int ReceiveBufferForce = 33;
    public const int Protocol = 38;
    public const int Domain = 39;
    public const int MaximumPacingRate = 47;
    public const int MemoryInfo = 55;

    private const int Debug = 1;
    private const int DoNotRoute = 5;
    private const int Priority = 12;
    private const int Mark = 36;
    private const int BusyPoll = 46;
    private const int ZeroCopy = 60;

    /// <summary>Options that are taken and change nothing here.</summary>
    public static bool IsHarmless(int option) =>
        option is Debug or DoNotRoute or Priority or ReusePort or Mark or BusyPoll or ZeroCopy;
}

/// <summary>Options of IPPROTO_IP.</summary>
internal static class IPv4Option
{
    public const int TypeOfService = 1;
    public const int TimeToLive = 2;
    public const int PathMtuDiscovery = 10;
    public const int ReceiveErrors = 11;
    public const int MulticastInterface = 32;
    public const int MulticastTimeToLive = 33;
    public const int MulticastLoop = 34;
    public const int AddMembership = 35;
    public const int DropMembership = 36;
    public const int UnblockSource = 37;
    public const int BlockSource = 38;
    public const int AddSourceMembership = 39;
    public const int DropSourceMembership = 40;
}

/// <summary>Options of IPPROTO_IPV6.</summary>
internal static class IPv6Option
{
    public const int UnicastHops = 16;
    public const int MulticastInterface = 17;
    public const int MulticastHops = 18;
    public const int MulticastLoop = 19;
    public const int JoinGroup = 20;
    public const int LeaveGroup = 21;
    public const int ReceiveErrors = 25;
    public const int Only = 26;
    public const int TrafficClass = 67;
}

/// <summary>Options of IPPROTO_TCP.</summary>
internal static class TcpOption
{
    public const int NoDelay = 1;
    public const int MaximumSegment = 2;
    public const int Cork = 3;
    public const int KeepIdle = 4;
    public const int KeepInterval = 5;
    public const int KeepCount = 6;
    public const int SynCount = 7;
    public const int Linger2 = 8;
    public const int DeferAccept = 9;
    public const int WindowClamp = 10;
    public const int Info = 11;
    public const int QuickAck = 12;
    public const int Congestion = 13;
    public const int UserTimeout = 18;
    public const int FastOpen = 23;
    public const int NotSentLowWater = 25;
    public const int CongestionInfo = 26;
    public const int SaveSyn = 27;
    public const int FastOpenConnect = 30;
    public const int FastOpenKey = 33;
    public const int FastOpenNoCookie = 34;
    public const int Inq = 36;
}
