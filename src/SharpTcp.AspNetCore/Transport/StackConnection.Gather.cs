using System;
using System.Buffers;
using System.Threading.Tasks;

namespace SharpTcp.AspNetCore;

/// <summary>Sending what lies in several blocks.</summary>
internal sealed partial class StackConnection
{
    /// <summary>The longest piece that is sent at once: a super-segment.</summary>
    private const int LargestPiece = 64 * 1024;

    // Without Nagle's rule each call of SendAsync leaves as segments of its own: blocks of 4 KiB would be as many small packets. One copy more makes one super-segment of them.
    private async ValueTask SendGatheredAsync(ReadOnlySequence<byte> buffer)
    {
        var piece = ArrayPool<byte>.Shared.Rent((int)Math.Min(buffer.Length, LargestPiece));
        try
        {
            while (!buffer.IsEmpty)
            {
                var part = buffer.Slice(0, Math.Min(buffer.Length, Math.Min(piece.Length, LargestPiece)));
                part.CopyTo(piece);
                await _socket.SendAsync(piece.AsMemory(0, (int)part.Length)).ConfigureAwait(false);
                buffer = buffer.Slice(part.End);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }
}
