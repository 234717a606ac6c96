using System.Globalization;
using Lorch.Core.Protocol;

namespace Lorch.Core.Workflows;

/// <summary>What a run may cost; a limit that is <see langword="null"/> isn't one.</summary>
internal sealed record Budget
{
    /// <summary>Gets the most tokens, read and written.</summary>
    public long? Tokens { get; init; }

    /// <summary>Gets the most US dollars.</summary>
    public decimal? Usd { get; init; }

    /// <summary>Gets the longest time that may be worked.</summary>
    public TimeSpan? Time { get; init; }

    /// <summary>Says which limit is reached.</summary>
    /// <param name="usage">What was used.</param>
    /// <param name="worked">How long the run is worked on before its next command.</param>
    /// <returns>Why the run can't go on; <see langword="null"/> if it can.</returns>
    internal FailureReason? FindExcess(Usage usage, TimeSpan worked)
    {
        var excess = usage.Tokens >= Tokens ? $"used {Text(usage.Tokens)} tokens; the limit is {Text(Tokens.Value)} (policy.budget.tokens)"
            : usage.CostUsd >= Usd ? $"cost {Text(usage.CostUsd.Value)} US dollars; the limit is {Text(Usd.Value)} (policy.budget.usd)"
            : worked
                >= Time ? $"took {Text(worked.TotalMinutes)} minutes; the limit is {Text(Time.Value.TotalMinutes)} (policy.budget.minutes)"
            : null;
        return excess is null ? null : new FailureReason(FailureReason.BudgetUsedUp, $"the run {excess}");
    }

    private static string Text(IFormattable number) => number.ToString("#,0.####", CultureInfo.InvariantCulture);
}
