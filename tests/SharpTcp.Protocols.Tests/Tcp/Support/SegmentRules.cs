using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>What holds for every segment that leaves, whatever the test is about.</summary>
internal sealed class SegmentRules
{
    private uint? _edge;
    private int _shift;

    /// <summary>Forgets the window promised to an earlier connection of the same ports.</summary>
    public void Forget() => _edge = null;

    public void Check(SentSegment segment, TcpFixture fixture)
    {
        var options = segment.Options;
        Assert.True(segment.View.VerifyChecksum(segment.Source, segment.Destination), "checksum");

        // MUST-68: every option is well formed. MUST-69: padding is zero.
        Assert.False(options.IsMalformed, "options");

        // MUST-65
        Assert.True(segment.Has(TcpFlags.Syn) || !options.HasMaximumSegmentSize, "MSS outside of a SYN");
        Assert.True(segment.Has(TcpFlags.Syn) || (!options.HasWindowScale && !options.SackPermitted), "SYN options outside of a SYN");
        Assert.True(!segment.Has(TcpFlags.Syn) || options.HasMaximumSegmentSize, "MUST-14: MSS in every SYN");
        Assert.True(segment.DontFragment, "DF");
        Assert.False(segment.Has(TcpFlags.Rst) && segment.PayloadLength > 0, "data in a reset");
        Assert.True((segment.TrafficClass & 3) == 0 || ((segment.TrafficClass & 3) == 2 && segment.PayloadLength > 0), "RFC 3168: only data may be marked");
        if (segment.Has(TcpFlags.Rst) || !segment.Has(TcpFlags.Ack))
        {
            return;
        }

        if (segment.Has(TcpFlags.Syn))
        {
            _shift = options.HasWindowScale ? options.WindowScale : 0;
            _edge = segment.Acknowledgment + segment.Window;
            return;
        }

        if (_edge is null)
        {
            _shift = fixture.Connection?.RcvWindShift ?? 0;
        }

        // SHLD-14: the right edge of the window never moves left.
        var edge = segment.Acknowledgment + ((uint)segment.Window << _shift);
        if (_edge is { } before)
        {
            Assert.True((int)(edge - before) >= 0, $"the window shrank by {(int)(before - edge)}: {ScriptChecker.Describe(fixture, segment)}");
        }

        _edge = edge;
    }
}
