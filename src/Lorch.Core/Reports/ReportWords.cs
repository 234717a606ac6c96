using System.Globalization;
using Lorch.Core.Protocol;

namespace Lorch.Core.Reports;

/// <summary>How reports say figures and deeds.</summary>
internal static class ReportWords
{
    public static string Agent(AgentType type) => type switch
    {
        AgentType.SpecMaintainer => "spec maintainer",
        _ => type.WireName,
    };

    /// <summary>A sentence without its full stop: who did what.</summary>
    public static string Deed(StoryAttempt attempt)
    {
        var agent = $"The {Agent(attempt.Action.Agent)}";
        var deed = attempt switch
        {
            { Result: StoryResult.Failed } => $"{agent} failed",
            { Result: StoryResult.Cut } => $"{agent} was interrupted",
            { Result: StoryResult.Open } => $"{agent} is at work",
            { Result: StoryResult.ChangesRequested } => $"{agent} asked for changes",
            { HasFailingTests: true } => $"{agent} is done, with failing tests",
            { Action: AgentAction.Implement } => $"{agent} built it",
            { Action: AgentAction.ImplementChanges } => $"{agent} made the changes",
            { Action: AgentAction.Review } => $"{agent} approved",
            { Answer: EventName.SpecUpdated } => $"{agent} updated the specifications",
            { Answer: EventName.SpecNoChangesNeeded } => $"{agent} found the specifications right",
            _ => $"{agent} answered",
        };
        return attempt.ReusedFrom is null ? deed : $"{deed}, in an earlier run";
    }

    public static string Action(AgentAction action) => action switch
    {
        AgentAction.Implement => "implement",
        AgentAction.ImplementChanges => "change",
        AgentAction.Review => "review",
        AgentAction.UpdateSpec => "specify",
        _ => action.WireName,
    };

    public static string Ending(StoryEnding ending) => ending switch
    {
        StoryEnding.Completed => "Completed",
        StoryEnding.Failed => "Failed",
        StoryEnding.Interrupted => "Interrupted",
        StoryEnding.Aborted => "Given up",
        _ => "Not ended",
    };

    public static string Duration(TimeSpan time) => time switch
    {
        { TotalSeconds: < 10 } => Invariant($"{time.TotalSeconds:0.0} s"),
        { TotalSeconds: < 60 } => Invariant($"{time.TotalSeconds:0} s"),
        { TotalMinutes: < 60, Seconds: 0 } => Invariant($"{(int)time.TotalMinutes} min"),
        { TotalMinutes: < 60 } => Invariant($"{(int)time.TotalMinutes} min {time.Seconds} s"),
        { TotalHours: < 48, Minutes: 0 } => Invariant($"{(int)time.TotalHours} h"),
        { TotalHours: < 48 } => Invariant($"{(int)time.TotalHours} h {time.Minutes} min"),
        _ => Invariant($"{(int)time.TotalDays} days {time.Hours} h"),
    };

    public static string Count(long count, string what) => Invariant($"{count:#,0} {what}{(count == 1 ? "" : "s")}");

    public static string Tokens(long tokens) => tokens switch
    {
        < 10_000 => Invariant($"{tokens:#,0}"),
        < 1_000_000 => Invariant($"{tokens / 1000.0:0.#}k"),
        _ => Invariant($"{tokens / 1_000_000.0:0.##}M"),
    };

    public static string Money(decimal dollars) => dollars >= 1 ? Invariant($"${dollars:#,0.00}") : Invariant($"${dollars:0.00##}");

    public static string Size(long bytes) => bytes switch
    {
        < 1000 => Count(bytes, "byte"),
        < 1_000_000 => Invariant($"{bytes / 1000.0:0.#} kB"),
        _ => Invariant($"{bytes / 1_000_000.0:0.#} MB"),
    };

    /// <summary>A moment in UTC, to the second.</summary>
    public static string Moment(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    public static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
