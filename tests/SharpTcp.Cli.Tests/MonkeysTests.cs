using System;
using System.Text;
using Xunit;

namespace SharpTcp.Cli.Tests;

public sealed class MonkeysTests
{
    [Theory]
    [InlineData("malpka")]
    [InlineData("MALPKA")]
    [InlineData("a MaLpKa, please\r\n")]
    public void ASmallMonkey(string question) => Assert.Equal(Monkeys.Small, Answer(question));

    [Theory]
    [InlineData("malpa")]
    [InlineData("Malpa\n")]
    [InlineData("xxmALPAxx")]
    public void ABigMonkey(string question) => Assert.Equal(Monkeys.Big, Answer(question));

    [Theory]
    [InlineData("malpi")]
    [InlineData("MALPI!")]
    [InlineData("malpka malpa")]
    public void BothMonkeys(string question) => Assert.Equal(Monkeys.Both, Answer(question));

    [Theory]
    [InlineData("")]
    [InlineData("malp")]
    [InlineData("malpk")]
    [InlineData("m a l p a")]
    [InlineData("hello")]
    // The bit that tells the cases apart, on what is no letter.
    [InlineData("malp\u0001")]
    [InlineData("\u000dalpa")]
    public void NoMonkey(string question) => Assert.True(Answer(question).IsEmpty);

    [Fact]
    public void OnlyAShortChunkIsAQuestion()
    {
        Assert.Equal(Monkeys.Big, Answer(new string('x', 122) + "malpa"));
        Assert.True(Answer(new string('x', 123) + "malpa").IsEmpty);
    }

    [Fact]
    public void BytesAreNoText()
    {
        Assert.Equal(Monkeys.Small, Monkeys.Answer([0xFF, 0x00, .. "malpka"u8, 0x80]));
    }

    [Fact]
    public void TheDrawingsAreDrawings()
    {
        foreach (var drawing in new[] { Monkeys.Small, Monkeys.Big })
        {
            var text = Encoding.ASCII.GetString(drawing.Span);
            Assert.True(drawing.Length > 200, $"{drawing.Length} bytes are not over 200.");
            Assert.All(text, character => Assert.True(character is '\n' or (>= ' ' and <= '~')));
            Assert.All(text.Split('\n'), line => Assert.True(line.Length < 80));
            Assert.EndsWith("\n", text, StringComparison.Ordinal);
        }
        Assert.Equal(Monkeys.Small.Length + Monkeys.Big.Length, Monkeys.Both.Length);
        Assert.True(Monkeys.Big.Length > Monkeys.Small.Length);
        Assert.False(Monkeys.Both.Span.SequenceEqual(Monkeys.Big.Span));
    }

    private static ReadOnlyMemory<byte> Answer(string question) => Monkeys.Answer(Encoding.Latin1.GetBytes(question));
}
