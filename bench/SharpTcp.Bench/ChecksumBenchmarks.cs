using System;
using BenchmarkDotNet.Attributes;
using SharpTcp.Wire;

namespace SharpTcp.Bench;

/// <summary>The Internet checksum, alone and together with a copy.</summary>
public class ChecksumBenchmarks
{
    private byte[] _source = [];
    private byte[] _destination = [];

    /// <summary>Bytes: a small packet, a full one, a super-segment.</summary>
    [Params(64, 1460, 65_536)]
    public int Length { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _source = new byte[Length];
        _destination = new byte[Length];
        new Random(1).NextBytes(_source);
    }

    [Benchmark]
    public uint Add() => InternetChecksum.Add(_source);

    [Benchmark]
    public uint CopyAndAdd() => InternetChecksum.CopyAndAdd(_source, _destination);
}
