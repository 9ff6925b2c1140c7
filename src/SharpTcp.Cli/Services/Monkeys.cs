using System;

namespace SharpTcp.Cli;

/// <summary>The echo service's one joke: who asks for a monkey ("malpka", "malpa", "malpi") gets one drawn.</summary>
internal static class Monkeys
{
    /// <summary>Longer chunks and datagrams are never looked at: bulk data is echoed, whatever words are in it.</summary>
    public const int LongestQuestion = 127;

    private static readonly byte[] SmallDrawing =
        """
              .--.
             /    \          __
          .-| o  o |-.      /  )
         (  |  ..  |  )    (  /
          '-|  \/  |-'      \ \
             \____/          ) )
             /    \         / /
            / |  | \_______/ /
            \_|  |_/________/
              /  \
           __/ /\ \__
          (___/  \___)

           malpka - a small monkey

        """u8.ToArray();

    private static readonly byte[] BigDrawing =
        """
                    .-=========-.
                  .'   _     _   '.
               __/    (_)   (_)    \__
              /  |   .-'''''''-.   |  \
             |   |  /   _   _   \  |   |
              \__|  |  (.) (.)  |  |__/
                 |  |    ___    |  |
                  \  \  (___)  /  /
               .-'`'. '-.___.-' .'`'-.
              /      '-._____.-'      \
             /   .-.             .-.   \          _
            /   /   \           /   \   \        ( \
           |   |    |           |    |   |        ) )
            \   \   |  ~ . . ~  |   /   /        / /
             '._/   |           |   \_.'        / /
                    |     _     |    __________/ /
                    |    / \    |___/___________/
                   _|   |   |   |_
                  (_____|   |_____)

               malpa - a big monkey

        """u8.ToArray();

    private static readonly byte[] BothDrawings = [.. SmallDrawing, .. BigDrawing];

    /// <summary>The small monkey, for "malpka".</summary>
    public static ReadOnlyMemory<byte> Small => SmallDrawing;

    /// <summary>The big monkey, for "malpa".</summary>
    public static ReadOnlyMemory<byte> Big => BigDrawing;

    /// <summary>Both, for "malpi".</summary>
    public static ReadOnlyMemory<byte> Both => BothDrawings;

    /// <summary>What to answer instead of an echo; empty if the chunk or datagram asks for no monkey.</summary>
    public static ReadOnlyMemory<byte> Answer(ReadOnlySpan<byte> question)
    {
        if (question.Length > LongestQuestion)
            return default;
        var small = ContainsWord(question, "malpka"u8);
        var big = ContainsWord(question, "malpa"u8);
        if (ContainsWord(question, "malpi"u8) || (small && big))
            return Both;
        return small ? Small : big ? Big : default;
    }

    // Letters of ASCII differ between the cases in one bit only; the words hold nothing but small letters.
    private static bool ContainsWord(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word)
    {
        const byte LowerCase = 0x20;
        for (var start = 0; start <= text.Length - word.Length; start++)
        {
            var matched = 0;
            while (matched < word.Length && (text[start + matched] | LowerCase) == word[matched])
                matched++;
            if (matched == word.Length)
                return true;
        }
        return false;
    }
}
