using System;
using System.Security.Cryptography;
using SharpTcp.Protocols;

namespace SharpTcp;

/// <summary>The operating system's random generator, a block at a time.</summary>
internal sealed class SystemEntropy : IEntropy
{
    private const int BlockSize = 512;

    private readonly byte[] _block = new byte[BlockSize];
    private int _used = BlockSize;

    /// <inheritdoc/>
    public void Fill(Span<byte> destination)
    {
        if (destination.Length > BlockSize)
        {
            RandomNumberGenerator.Fill(destination);
            return;
        }

        if (_used + destination.Length > BlockSize)
        {
            RandomNumberGenerator.Fill(_block);
            _used = 0;
        }

        // What was given out is forgotten: nothing in memory says which secrets were drawn.
        var given = _block.AsSpan(_used, destination.Length);
        given.CopyTo(destination);
        given.Clear();
        _used += destination.Length;
    }
}
