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
        (false, _) => new($"without a {agent.WireName}", $"there was no {agent.WireName} when it ran"),
        (_, false) => new($"{agent.WireName} gone", $"the {agent.WireName} that it ran with is gone"),
        _ => new($"by an earlier {agent.WireName}", $"the {agent.WireName} has changed since"),
    };

    public static DoneAlthough MemberChanged(string name) =>
        new($"{name} changed since", $"its {name} changed since; the change counts from the next run on");
}
