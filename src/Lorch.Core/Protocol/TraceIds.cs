using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Lorch.Core.Protocol;

/// <summary>
/// The ids of a run's trace and spans. Each follows from the run and a line of its ledger: a resumed run continues its trace, a span that
/// is sent twice is known by its id, and agents know the ids before anything was sent.
/// </summary>
internal static class TraceIds
{
    /// <summary>The variable that says below which span a process works (W3C Trace Context).</summary>
    public const string Variable = "TRACEPARENT";

    /// <summary>The variable that goes with it, which means something only to whoever set it.</summary>
    public const string StateVariable = "TRACESTATE";

    private const int TraceDigits = 32;
    private const int SpanDigits = 16;
    private const int HeaderLength = 55;

    /// <summary>Gives the id of a run's trace.</summary>
    public static string TraceOf(RunId run) => Digits($"trace {run}", TraceDigits);

    /// <summary>Gives the id of the span that a line of a run's ledger begins.</summary>
    public static string SpanOf(RunId run, MessageId line) => Digits($"span {run} {line}", SpanDigits);

    /// <summary>Gives what makes spans of others hang below one of a run's.</summary>
    public static string HeaderOf(RunId run, MessageId line) => $"00-{TraceOf(run)}-{SpanOf(run, line)}-01";

    /// <summary>Reads a header (W3C Trace Context, 3.2.2). One of a later version may say more behind what is known.</summary>
    public static bool TryParse(
        [NotNullWhen(true)] string? header,
        [NotNullWhen(true)] out string? trace,
        [NotNullWhen(true)] out string? span)
    {
        (trace, span) = (null, null);
        if (header is not { Length: >= HeaderLength } || header[2] != '-' || header[35] != '-' || header[52] != '-')
        {
            return false;
        }

        var (version, flags) = (header[..2], header[53..HeaderLength]);
        var isEndedRightly = header.Length == HeaderLength || (version != "00" && header[HeaderLength] == '-');
        if (!isEndedRightly || version == "ff" || !IsHex(version) || !IsHex(flags))
        {
            return false;
        }

        (trace, span) = (header[3..35], header[36..52]);
        return IsId(trace) && IsId(span);
    }

    private static bool IsId(string text) => IsHex(text) && text.AsSpan().ContainsAnyExcept('0');

    private static bool IsHex(string text) => AllowedCharacters.IsLowerHex(text, text.Length);

    private static string Digits(string text, int count) =>
        Convert.ToHexStringLower(SHA256.HashData(new UTF8Encoding(false).GetBytes(text)))[..count];
}
