using SharpTcp.Wire;

namespace SharpTcp.Links;

/// <summary>How a pair of memory links is made.</summary>
public sealed class MemoryLinkOptions
{
    /// <summary>The most frames that wait in one direction. Default 1,000.</summary>
    public int QueueFrames { get; init; } = 1000;

    /// <summary>The most memory, in bytes, that the frames of one direction take while they wait; at least what one 64 KiB frame needs. Default 4 MiB.</summary>
    public int QueueBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>The MAC address of the first end, on Ethernet. Default 02:00:00:00:00:01.</summary>
    public MacAddress FirstAddress { get; init; } = new(0x0200_0000_0001);

    /// <summary>The MAC address of the second end, on Ethernet. Default 02:00:00:00:00:02.</summary>
    public MacAddress SecondAddress { get; init; } = new(0x0200_0000_0002);

    /// <summary>The name of the first end. Default <c>mem0</c>.</summary>
    public string FirstName { get; init; } = "mem0";

    /// <summary>The name of the second end. Default <c>mem1</c>.</summary>
    public string SecondName { get; init; } = "mem1";
}
