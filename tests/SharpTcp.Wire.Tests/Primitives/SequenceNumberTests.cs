using CsCheck;
using Xunit;

namespace SharpTcp.Wire.Tests;

public sealed class SequenceNumberTests
{
    [Theory]
    [InlineData(0u, 1u)]
    [InlineData(0xFFFF_FFFFu, 0u)]
    [InlineData(0xFFFF_FF00u, 0x100u)]
    [InlineData(0u, 0x7FFF_FFFFu)]
    [InlineData(0x8000_0001u, 0u)]
    // RFC 9293 §3.4.
    public void Comparison_is_circular(uint earlier, uint later)
    {
        var (a, b) = ((SequenceNumber)earlier, (SequenceNumber)later);
        Assert.True(a < b && a <= b && b > a && b >= a && a != b);
        Assert.False(b < a || b <= a || a > b || a >= b || a == b);
        Assert.Equal(b, SequenceNumber.Max(a, b));
        Assert.Equal(a, SequenceNumber.Min(b, a));
    }

    [Fact]
    public void Distance_undoes_addition() =>
        Gen.Select(Gen.UInt, Gen.Int).Sample((start, distance) =>
        {
            var number = new SequenceNumber(start);
            return number + distance - number == distance && number + distance - distance == number
                && number + unchecked((uint)distance) == number + distance && number - unchecked((uint)distance) == number - distance;
        });

    [Fact]
    public void Window_holds_its_numbers_and_no_others() =>
        Gen.Select(Gen.UInt, Gen.UInt, Gen.UInt).Sample((start, length, offset) =>
            (new SequenceNumber(start) + offset).IsInWindow(new SequenceNumber(start), length) == (offset < length));

    [Fact]
    public void Steps_wrap()
    {
        var number = new SequenceNumber(uint.MaxValue);
        number++;
        Assert.Equal(0u, number.Value);
        number--;
        Assert.Equal("4294967295", number.ToString());
    }
}
