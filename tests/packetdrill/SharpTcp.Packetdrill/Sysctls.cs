using System;
using System.Buffers.Binary;
using System.Globalization;
using System.IO;
using SharpTcp.Protocols.Tcp;

namespace SharpTcp.Packetdrill;

/// <summary>
/// The sysctls that scripts set, as settings of the stack. The run has a network namespace of its own, so the kernel keeps their values for us and for nobody else. What the kernel
/// keeps no trace of, that its destinations were flushed, the run's <c>ip</c> notes in a file.
/// </summary>
internal static class Sysctls
{
    private const string Folder = "/proc/sys/net/ipv4/";

    public static TcpSettings Apply(TcpSettings settings) => settings with
    {
        Timestamps = Number("tcp_timestamps", 1) != 0,
        SelectiveAcks = Number("tcp_sack", 1) != 0,
        WindowScaling = Number("tcp_window_scaling", 1) != 0,
        R2Syn = TcpSettings.RetryTime(Number("tcp_syn_retries", 6), TimeSpan.FromSeconds(1)),
        SynAckRetries = Number("tcp_synack_retries", 5),
        ReuseTimeWait = Number("tcp_tw_reuse", 2) == 1,
        MaximumOrphans = Number("tcp_max_orphans", settings.MaximumOrphans),
        SynCookies = Number("tcp_syncookies", 1) switch { 0 => SynCookieMode.Off, 2 => SynCookieMode.Always, _ => SynCookieMode.UnderPressure },
        FastOpen = FastOpenFlags(Number("tcp_fastopen", 1)),
        FastOpenKey = Key(Text("tcp_fastopen_key")),
        FinWait2Timeout = TimeSpan.FromSeconds(Number("tcp_fin_timeout", 60)),
        Ecn = Number("tcp_ecn", 2) switch { 0 => EcnMode.Off, 1 => EcnMode.On, _ => EcnMode.Accept },
        CongestionControl = Text("tcp_congestion_control") is var name && TcpSocketOptions.IsCongestionControl(name) ? name : settings.CongestionControl,
        SlowStartAfterIdle = Number("tcp_slow_start_after_idle", 1) != 0,
        TailLossProbes = Number("tcp_early_retrans", 3) != 0,
        PathMtuProbing = (PathMtuProbing)Math.Clamp(Number("tcp_mtu_probing", 0), 0, 2),
        MinimumSendMss = Number("tcp_min_snd_mss", 48),
        GatheredPart = Number("tcp_tso_win_divisor", 3),
        SmallestSuperSegment = Number("tcp_min_tso_segs", 2),
        NotSentLowWater = NotSentLowWater(Text("tcp_notsent_lowat")),
        SendBuffer = Buffers("tcp_wmem", settings.SendBuffer),
        ReceiveBuffer = Halved(Buffers("tcp_rmem", (2 * settings.ReceiveBuffer.Initial, settings.ReceiveBuffer.Maximum))),
    };

    /// <summary>Half of what Linux gives a receive buffer is for its bookkeeping; the largest window counts whole when it chooses its window scale.</summary>
    private static (int Initial, int Maximum) Halved((int Initial, int Maximum) buffer) => (buffer.Initial / 2, buffer.Maximum);

    /// <summary>All ones is Linux's word for no limit.</summary>
    private static uint NotSentLowWater(string text) =>
        uint.TryParse(text, CultureInfo.InvariantCulture, out var bytes) && bytes != uint.MaxValue ? bytes : 0;

    /// <summary>How often the script has flushed what is remembered of destinations.</summary>
    public static long CountFlushes() => Environment.GetEnvironmentVariable("SHARPTCP_FLUSHES") is { } path && File.Exists(path) ? new FileInfo(path).Length : 0;

    private static FastOpenUse FastOpenFlags(int flags)
    {
        (int Bit, FastOpenUse Use)[] known =
        [
            (1, FastOpenUse.Client), (2, FastOpenUse.Server), (4, FastOpenUse.ClientWithoutCookie), (0x200, FastOpenUse.ServerWithoutCookie), (0x400, FastOpenUse.EveryListener),
        ];
        var uses = FastOpenUse.None;
        foreach (var (bit, use) in known)
        {
            uses |= (flags & bit) != 0 ? use : 0;
        }

        return uses;
    }

    /// <summary>Four words in hexadecimal; the kernel shows only zeros as long as nobody has set one.</summary>
    private static FastOpenKey? Key(string text)
    {
        var words = text.Split(',')[0].Split('-');
        Span<byte> key = stackalloc byte[FastOpenKey.Length];
        for (var i = 0; i < 4; i++)
        {
            if (words.Length != 4 || !uint.TryParse(words[i], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var word))
            {
                return null;
            }

            BinaryPrimitives.WriteUInt32LittleEndian(key[(4 * i)..], word);
        }

        return new FastOpenKey(key);
    }

    private static (int Initial, int Maximum) Buffers(string name, (int Initial, int Maximum) fallback)
    {
        var parts = Text(name).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 3 && TryNumber(parts[1], out var initial) && TryNumber(parts[2], out var maximum) ? (initial, maximum) : fallback;
    }

    private static int Number(string name, int fallback) => TryNumber(Text(name), out var number) ? number : fallback;

    private static bool TryNumber(string text, out int number) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);

    private static string Text(string name)
    {
        try
        {
            return File.ReadAllText(Folder + name).Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
