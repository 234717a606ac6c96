using Lorch.Core.Tools;

namespace Lorch.Agent.Working;

/// <summary>Keeps in the agent's log where what a tool said had to be changed to be read, and why.</summary>
internal static class OddTexts
{
    /// <summary>What was done to a text that wasn't plain.</summary>
    public const string NotPlain =
        "sequences for a terminal, control characters and byte order marks were left out, halves of characters were read as U+FFFD";

    /// <summary>Keeps it.</summary>
    /// <param name="progress">Where it is kept.</param>
    /// <param name="what">What was changed.</param>
    /// <param name="oddity">How and why, a part of a sentence; null: nothing was.</param>
    public static void LogOddity(this IToolProgress progress, string what, string? oddity)
    {
        if (oddity is not null)
        {
            progress.Log($"lorch-agent: {what} of the tool isn't read as it is: {oddity}");
        }
    }

    /// <summary>Makes plain text of what the tool said.</summary>
    /// <param name="progress">Where it is kept that this changed it.</param>
    /// <param name="what">What it is.</param>
    /// <param name="text">What the tool said.</param>
    /// <returns>The plain text.</returns>
    public static string Plain(this IToolProgress progress, string what, string text)
    {
        var plain = ToolText.Plain(text);
        progress.LogOddity(what, ReferenceEquals(plain, text) ? null : NotPlain);
        return plain;
    }
}
