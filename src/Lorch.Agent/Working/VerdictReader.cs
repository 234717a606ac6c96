using System.Text;
using Lorch.Core.Protocol;

namespace Lorch.Agent.Working;

/// <summary>Finds the verdict in a tool's answer: the last fenced block of JSON in it, or the whole answer if that is JSON. Nothing is guessed from words.</summary>
internal static class VerdictReader
{
    private const string Fence = "```";

    /// <summary>Reads the verdict.</summary>
    /// <param name="answer">The tool's last words.</param>
    /// <param name="action">What was asked for.</param>
    /// <param name="verdict">The verdict, or null.</param>
    /// <returns>What is wrong, a part of a sentence; null if nothing is.</returns>
    public static string? Read(string answer, AgentAction action, out Verdict? verdict)
    {
        verdict = null;
        if (FindJson(answer) is not { } json)
        {
            return "there is no fenced block of JSON in it";
        }

        if (!StrictJson.TryRead(new UTF8Encoding(false).GetBytes(json), VerdictJson.VerdictType, out var read, out var fault))
        {
            return fault.Path is { } path ? $"{fault.Reason} ({path})" : fault.Reason;
        }

        var words = VerdictWordNames.For(action);
        if (!words.Contains(read.Word))
        {
            return $"the verdict is '{VerdictWordNames.All[read.Word]}', expected is one of {string.Join(", ", words.Select(word => VerdictWordNames.All[word]))}";
        }

        verdict = read;
        return null;
    }

    private static string? FindJson(string answer)
    {
        var trimmed = answer.Trim();
        if (trimmed.StartsWith('{') && trimmed.EndsWith('}'))
        {
            return trimmed;
        }

        string? found = null;
        StringBuilder? block = null;
        foreach (var line in answer.ReplaceLineEndings("\n").Split('\n'))
        {
            if (!line.TrimStart().StartsWith(Fence, StringComparison.Ordinal))
            {
                block?.Append(line).Append('\n');
            }
            else if (block is null)
            {
                block = new StringBuilder();
            }
            else
            {
                var text = block.ToString().Trim();
                found = text.StartsWith('{') ? text : found;
                block = null;
            }
        }

        return found;
    }
}
