using System.Globalization;
using System.Text.RegularExpressions;
using Lorch.Agent.Working;
using Lorch.Core.Protocol;
using Lorch.Core.Tools;

namespace Lorch.Agent.Exec;

/// <summary>Understands what a tool complains of.</summary>
internal static partial class ComplaintReader
{
    private const int MaxQuoted = 500;
    private const int MaxLines = 10;

    /// <summary>Makes the problem that a complaint tells of.</summary>
    /// <param name="preset">The tool.</param>
    /// <param name="complaint">All that it said.</param>
    /// <param name="isSure">Whether the tool itself says that this is what is wrong; else it is what it happened to print, of which the end counts.</param>
    /// <param name="how">How it ended.</param>
    /// <param name="now">The time.</param>
    public static ToolProblem Read(ToolPreset preset, string complaint, bool isSure, string how, DateTimeOffset now)
    {
        complaint = ToolText.Plain(complaint);
        var told = isSure ? complaint : End(complaint);
        var code = (preset.Failures ?? []).FirstOrDefault(known => known.Match.Any(part => told.Contains(part, StringComparison.OrdinalIgnoreCase)))?.Code
            ?? CommonComplaints.Find(told)
            ?? ToolFailure.Crashed;
        return Problem(preset, code, complaint, how) with
        {
            RetryAfter = code is ToolFailure.RateLimited or ToolFailure.UsageLimit ? ReadWait(told, now) : null,
        };
    }

    /// <summary>Makes the problem of a tool that crashed, whatever it said before.</summary>
    public static ToolProblem Crash(ToolPreset preset, string complaint, string how) => Problem(preset, ToolFailure.Crashed, ToolText.Plain(complaint), how);

    /// <summary>Finds the time after which a tool says that it may be asked again: a duration, or the seconds since 1970.</summary>
    internal static TimeSpan? ReadWait(string complaint, DateTimeOffset now)
    {
        if (Duration().Match(complaint) is { Success: true } duration
            && double.TryParse(duration.Groups["number"].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number < 1_000_000)
        {
            return duration.Groups["unit"].Value.ToLowerInvariant() switch
            {
                "ms" or "milliseconds" => TimeSpan.FromMilliseconds(number),
                "h" or "hour" or "hours" => TimeSpan.FromHours(number),
                "m" or "min" or "minute" or "minutes" => TimeSpan.FromMinutes(number),
                _ => TimeSpan.FromSeconds(number),
            };
        }

        return Instant().Match(complaint) is { Success: true } instant
            && DateTimeOffset.FromUnixTimeSeconds(long.Parse(instant.Groups[1].Value, CultureInfo.InvariantCulture)) is var at
            && at > now
                ? at - now
                : null;
    }

    private static ToolProblem Problem(ToolPreset preset, string code, string complaint, string how)
    {
        var said = string.IsNullOrWhiteSpace(complaint) ? "it said nothing" : $"it said: {Quote(complaint)}";
        return new ToolProblem(code, $"{preset.Title} {how}; {said}{Remedy(code, preset)}");
    }

    private static string Remedy(string code, ToolPreset preset) => code switch
    {
        ToolFailure.NotSignedIn when preset.SignIn is { } how => $". To sign in: {how}",
        ToolFailure.NotFound or ToolFailure.TooOld when preset.Install is { } how => $". To install it: {how}",
        ToolFailure.ContextTooLong => ". Give the task fewer 'inputs', or cut it into several",
        _ => "",
    };

    private static string End(string complaint) =>
        string.Join('\n', complaint.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).TakeLast(MaxLines));

    private static string Quote(string complaint)
    {
        var line = string.Join(' ', complaint.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return ShortText.EndOf(line, MaxQuoted);
    }

    [GeneratedRegex(
        @"(?:retry|try again|wait|resets?)[^0-9\n]{0,30}?(?<number>\d+(?:\.\d+)?)\s*(?<unit>ms|milliseconds|s|secs?|seconds?|m|mins?|minutes?|h|hours?)?\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Duration();

    [GeneratedRegex(@"\b(1[6-9]\d{8}|2\d{9})\b", RegexOptions.CultureInvariant)]
    private static partial Regex Instant();
}
