using Lorch.Agent.Working;
using Lorch.Core.Tools;

namespace Lorch.Agent.Complaints;

/// <summary>Understands what a tool complains of.</summary>
internal static class ComplaintReader
{
    /// <summary>Makes the problem of a tool that failed.</summary>
    /// <param name="preset">The tool.</param>
    /// <param name="words">What it said.</param>
    /// <param name="how">How it ended.</param>
    /// <param name="clock">The clock.</param>
    public static ToolProblem Read(ToolPreset preset, ToolWords words, string how, TimeProvider clock)
    {
        var code = (preset.Failures ?? []).FirstOrDefault(known => known.Match.Any(words.Hold))?.Code
            ?? CommonComplaints.Find(words.Told)
            ?? ToolFailure.Crashed;
        return Problem(
            preset,
            code,
            words,
            how) with
        { NotBefore = ToolFailure.IsLimit(code) ? new LimitEnd(clock).Find(words.Told) : null };
    }

    /// <summary>Makes the problem of a tool that crashed, whatever it said before.</summary>
    public static ToolProblem Crash(ToolPreset preset, ToolWords words, string how) => Problem(preset, ToolFailure.Crashed, words, how);

    private static ToolProblem Problem(ToolPreset preset, string code, ToolWords words, string how) =>
        new(code, $"{preset.Title} {how}{words.AsEndOfSentence}{Remedy(code, preset)}");

    private static string Remedy(string code, ToolPreset preset) => code switch
    {
        ToolFailure.NotSignedIn when preset.SignIn is { } how => $". To sign in: {how}",
        ToolFailure.NotFound or ToolFailure.TooOld when preset.Install is { } how => $". To install it: {how}",
        ToolFailure.ContextTooLong => ". Give the task fewer 'inputs', or cut it into several",
        _ => "",
    };
}
