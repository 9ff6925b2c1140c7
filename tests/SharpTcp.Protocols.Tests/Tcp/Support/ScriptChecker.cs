using System.Globalization;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>Compares what was sent with what a script expects.</summary>
internal static class ScriptChecker
{
    public static void Check(TcpFixture fixture, Segment expected, SentSegment sent)
    {
        var actual = Describe(fixture, sent);
        var options = sent.Options;
        void Same(bool same, string what) => Assert.True(same, $"{what}: expected {expected}, sent was {actual}");

        Same((sent.Flags & ~TcpFlags.Psh) == (expected.Flags & ~TcpFlags.Psh), "flags");
        Same(sent.Sequence == fixture.Iss + (uint)expected.Seq || (expected.Flags & TcpFlags.Rst) != 0 && fixture.Iss == 0 && sent.Sequence == (uint)expected.Seq, "sequence number");
        Same(expected.AckNumber is not { } ack || sent.Acknowledgment == fixture.PeerIss + (uint)ack, "acknowledgment");
        Same(sent.PayloadLength == expected.Length, "payload length");
        Pattern.Check(sent.View.Payload, expected.Seq - 1 + (sent.Has(TcpFlags.Syn) ? 1 : 0));
        Same(expected.WindowField is not { } window || sent.Window == window, "window");
        Same(sent.View.UrgentPointer == expected.UrgentPointer, "urgent pointer");
        Same(expected.Pushes is not { } push || sent.Has(TcpFlags.Psh) == push, "PSH");
        Same(expected.MssValue is not { } mss || (options.HasMaximumSegmentSize && options.MaximumSegmentSize == mss), "MSS");
        Same(expected.WindowScaleValue is not { } shift || (options.HasWindowScale && options.WindowScale == shift), "window scale");
        Same(!expected.SackPermitted || options.SackPermitted, "SACK permitted");
        Same(expected.Times is not { } times || (options.HasTimestamps && options.TimestampEcho == times.Echo && (times.Value == 0 || options.TimestampValue == times.Value)), "timestamps");
        Same(!expected.WithoutTimes || !options.HasTimestamps, "no timestamps");
        if (expected.ChecksBlocks)
        {
            Same(options.SackBlockCount == expected.Blocks.Count, "number of SACK blocks");
            for (var i = 0; i < expected.Blocks.Count; i++)
            {
                var block = options.GetSackBlock(i);
                Same(block.Left.Value == fixture.PeerIss + (uint)expected.Blocks[i].Left && block.Right.Value == fixture.PeerIss + (uint)expected.Blocks[i].Right, $"SACK block {i}");
            }
        }
    }

    public static string Describe(TcpFixture fixture, SentSegment sent)
    {
        var start = (int)(sent.Sequence - fixture.Iss);
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"[{sent.At}] {sent.Flags} {start}:{start + sent.PayloadLength}({sent.PayloadLength}) ack {(int)(sent.Acknowledgment - fixture.PeerIss)} win {sent.Window}");
        foreach (var block in sent.Options.SackBlocks)
        {
            text += string.Create(CultureInfo.InvariantCulture, $" sack {(int)(block.Left.Value - fixture.PeerIss)}-{(int)(block.Right.Value - fixture.PeerIss)}");
        }

        return text;
    }
}
