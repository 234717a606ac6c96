using Lorch.Core.Protocol;

namespace Lorch.Core.UpToDate;

/// <summary>What differs from a task's completion and yet makes nothing stale.</summary>
/// <param name="Word">It in a word or two, for the line that says that the task is up to date: <c>edited since</c>.</param>
/// <param name="Text">It as a sentence, without a full stop.</param>
internal sealed record DoneAlthough(string Word, string Text)
{
    private const string Earlier = "by an earlier ";

    /// <summary>Gives the words of some differences, each once; several agents that changed are one word.</summary>
    public static IEnumerable<string> WordsOf(IReadOnlyList<DoneAlthough> differences)
    {
        var hasSeveral = differences.Count(difference => difference.Word.StartsWith(Earlier, StringComparison.Ordinal)) > 1;
        return differences
            .Select(
                difference => hasSeveral && difference.Word.StartsWith(Earlier, StringComparison.Ordinal)
                    ? "by earlier agents"
                    : difference.Word)
            .Distinct();
    }

    public static DoneAlthough Edited(RelativePath path) => new("edited since", $"{path}, which it made, was edited since");

    public static DoneAlthough Gone(RelativePath path) => new("edited since", $"{path}, which it made, is gone");

    public static DoneAlthough Back(RelativePath path) => new("edited since", $"{path}, which it removed, is there again");

    public static DoneAlthough OtherAgent(AgentType agent, bool wasThere, bool isThere) => (wasThere, isThere) switch
    {
        (false, _) => new($"without a {agent.WireName}", $"there was no {agent.WireName} when it ran"),
        (_, false) => new($"{agent.WireName} gone", $"the {agent.WireName} that it ran with is gone"),
        _ => new(Earlier + agent.WireName, $"the {agent.WireName} has changed since"),
    };

    public static DoneAlthough MemberChanged(string name) =>
        new($"{name} changed since", $"its {name} changed since; the change counts from the next run on");
}
