using System;
using System.Collections.Generic;
using Xunit;

namespace SharpTcp.Exec.Tests;

/// <summary>What the filter says of each call, by an interpreter of the few instructions that it has.</summary>
public sealed class SeccompFilterTests
{
    private const uint Allow = 0x7FFF0000;
    private const uint Notify = 0x7FC00000;
    private const uint NoSuchCall = 0x00050026;
    private const uint X64 = 0xC000003E;

    private static readonly FilterInstruction[] Filter = SystemCalls.OfThisMachine is { } calls ? SeccompFilter.Build(calls) : [];

    public static IEnumerable<TheoryDataRow<int>> SocketCalls => [42, 43, 288, 49, 50, 51, 52, 54, 55, 48, 46, 47, 307, 299];

    [Theory]
    [MemberData(nameof(SocketCalls))]
    public void CallsOfSocketsAreToldToTheSupervisor(int number) => Assert.Equal(Notify, Decide(number, 3, 0, 0, 0, 0));

    [Theory]
    [InlineData(2, Notify)] // AF_INET
    [InlineData(10, Notify)] // AF_INET6
    [InlineData(1, Allow)] // AF_UNIX
    [InlineData(16, Allow)] // AF_NETLINK
    [InlineData(17, Allow)] // AF_PACKET
    public void OnlyInternetSocketsAreOurs(int family, uint decision) => Assert.Equal(decision, Decide(41, (ulong)family));

    [Theory]
    [InlineData(44)]
    [InlineData(45)]
    public void WithoutAnAddressTheKernelDoesIt(int number)
    {
        Assert.Equal(Allow, Decide(number, 3, 0x1000, 10, 0, 0));
        Assert.Equal(Notify, Decide(number, 3, 0x1000, 10, 0, 0x7FFF_1234_5678));
        Assert.Equal(Notify, Decide(number, 3, 0x1000, 10, 0, 0x7FFF_0000_0000));
    }

    [Theory]
    [InlineData(0)] // read
    [InlineData(1)] // write
    [InlineData(3)] // close
    [InlineData(53)] // socketpair
    [InlineData(232)] // epoll_wait
    public void EverythingElseIsTheKernels(int number) => Assert.Equal(Allow, Decide(number));

    [Fact]
    public void WhatWouldGoAroundItFails()
    {
        Assert.Equal(NoSuchCall, Decide(425));
        Assert.Equal(NoSuchCall, Decide(0x40000000 + 41, 2));
        Assert.Equal(NoSuchCall, Run(102, 0x40000003, [1, 0, 0, 0, 0, 0]));
    }

    private static uint Decide(int number, params ulong[] arguments)
    {
        var six = new ulong[6];
        arguments.CopyTo(six, 0);
        return Run(number, X64, six);
    }

    private static uint Run(int number, uint architecture, ulong[] arguments)
    {
        Assert.SkipWhen(Filter.Length == 0, "There is no filter for this processor.");
        uint accumulator = 0;
        for (var at = 0; ; at++)
        {
            var instruction = Filter[at];
            switch (instruction.Code)
            {
                case 0x20:
                    accumulator = instruction.Operand switch
                    {
                        0 => (uint)number,
                        4 => architecture,
                        var offset => (uint)(arguments[(offset - 16) / 8] >> (offset % 8 == 4 ? 32 : 0)),
                    };
                    break;
                case 0x15:
                    at += accumulator == instruction.Operand ? instruction.IfTrue : instruction.IfFalse;
                    break;
                case 0x35:
                    at += accumulator >= instruction.Operand ? instruction.IfTrue : instruction.IfFalse;
                    break;
                case 0x06:
                    return instruction.Operand;
                default:
                    throw new InvalidOperationException($"The filter has an instruction {instruction.Code:X} that is not known here.");
            }
        }
    }
}
