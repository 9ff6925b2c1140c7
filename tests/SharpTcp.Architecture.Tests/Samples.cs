using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;

namespace SharpTcp.Architecture.Tests;

/// <summary>One offence each, to show that the checker of banned names sees it. Never run.</summary>
internal static class Samples
{
    internal static class ReadsTheClock { internal static long Do() => DateTime.UtcNow.Ticks; }

    internal static class ReadsTheClockWithOffset { internal static long Do() => DateTimeOffset.UtcNow.Ticks; }

    internal static class Measures { internal static long Do() => Stopwatch.GetTimestamp(); }

    internal static class AsksTheEnvironment { internal static int Do() => Environment.ProcessId; }

    internal static class Starts { internal static void Do() => new Thread(Do).Start(); }

    internal static class Awaits { internal static async Task Do() => await Task.Yield(); }

    internal static class Locks
    {
        internal static void Do(object gate)
        {
            lock (gate)
                GC.KeepAlive(gate);
        }
    }

    internal static class LocksALock
    {
        internal static void Do(Lock gate, ref int value)
        {
            lock (gate)
                value++;
        }
    }

    internal static class Interlocks { internal static int Do(ref int value) => Interlocked.Increment(ref value); }

    internal static class ReadsVolatile { internal static int Do(ref int value) => Volatile.Read(ref value); }

    internal static class Prints { internal static void Do() => Console.WriteLine(); }

    internal static class Guesses { internal static int Do() => Random.Shared.Next(); }

    internal static class GuessesWell { internal static void Do(Span<byte> bytes) => RandomNumberGenerator.Fill(bytes); }

    internal static class Hashes { internal static int Do(int a, int b) => HashCode.Combine(a, b); }

    internal static class MakesGuid { internal static Guid Do() => Guid.NewGuid(); }

    internal sealed class HoldsDates { internal List<DateTime[]>? Dates { get; set; } }

    internal static class HoldsPerThread
    {
        [ThreadStatic]
        private static int _value;

        internal static int Do() => _value++;
    }

    internal static class HidesInALambda { internal static Func<int> Do() => () => Environment.ProcessId; }

    internal static class WalksADictionary
    {
        internal static int Do(Dictionary<int, int> table)
        {
            var sum = 0;
            foreach (var (key, _) in table)
                sum += key;
            return sum;
        }
    }

    internal static class WalksKeys { internal static object Do(Dictionary<int, int> table) => table.Keys; }

    internal static class WalksValues { internal static object Do(Dictionary<int, int> table) => table.Values; }

    internal static class WalksASet { internal static bool Do(HashSet<int> set) => set.GetEnumerator().MoveNext(); }

    internal static class Queries { internal static int Do(int[] numbers) => numbers.Count(number => number > 0); }

    internal static class LooksUp
    {
        internal static bool Do(Dictionary<int, int> table, Guid id)
        {
            table[1] = id.Version;
            return table.TryGetValue(2, out _) && table.Remove(3) && table.ContainsKey(4);
        }
    }
}
