using Lorch.Core.Protocol;

namespace Lorch.Core.UpToDate;

/// <summary>What differs from a task's completion and yet makes nothing stale.</summary>
/// <param name="Word">It in a word or two, for the line that says that the task is up to date: <c>edited since</c>.</param>
/// <param name="Text">It as a sentence, without a full stop.</param>
internal sealed record DoneAlthough(string Word, string Text)
{
    public static DoneAlthough Edited(RelativePath path) => new("edited since", $"{path}, which it made, was edited since");

    public static DoneAlthough Gone(RelativePath path) => new("edited since", $"{path}, which it made, is gone");

    public static DoneAlthough Back(RelativePath path) => new("edited since", $"{path}, which it removed, is there again");

    public static DoneAlthough OtherAgent(AgentType agent, bool wasThere, bool isThere) => (wasThere, isThere) switch
    {
        (false, _) => new($"without a {agent.WireName}", $"there was no {agent.WireName} when it was worked"),
        (_, false) => new($"{agent.WireName} gone", $"there is no {agent.WireName} any more, and there was one when it was worked"),
        _ => new($"by an earlier {agent.WireName}", $"the {agent.WireName} is another one than the one that worked it"),
    };

    public static DoneAlthough MemberChanged(string name) => new($"{name} changed since", $"its {name} changed since, which counts from its next run on");
}
