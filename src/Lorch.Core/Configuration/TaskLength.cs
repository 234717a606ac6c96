using System.Globalization;
using System.Runtime.InteropServices;
using Lorch.Core.Protocol;
using Lorch.Core.Workflows;

namespace Lorch.Core.Configuration;

/// <summary>
/// How long a task may be: what its commands repeat must fit into a message, and all of it into a line of the ledger. A goal may be longer
/// than a message.
/// </summary>
internal static class TaskLength
{
    /// <summary>How many bytes parameters and expected outputs may have together. The rest of a message is for what a run adds.</summary>
    public const int MaxInMessages = Message.MaxBytes - (48 * 1024);

    /// <summary>How many bytes all members may have together. The rest of a ledger's line is for the files that the task makes.</summary>
    public const int MaxInLedger = 4 * 1024 * 1024;

    private const int BytesOfADependency = 150;

    // No member has more than so many times the bytes that it is written with, once what JSON asks for is escaped and what was left out is
    // filled in.
    private const int MostGrowth = 8;

    /// <summary>Finds what is too long.</summary>
    /// <returns>The member, and what was found and expected and what to do; null if nothing is too long.</returns>
    public static (string Member, string Message)? FindExcess(TaskDefinition task)
    {
        var members = task.Members;
        if (JsonMarshal.GetRawUtf8Value(members).Length + (BytesOfADependency * task.DependsOn.Count) <= MaxInMessages / MostGrowth)
        {
            return null;
        }

        var parameters = task.Parameters is { } given ? WireSize.Of(given) : 0;
        var outputs = WireSize.Of(CommandFactory.ToElement(task.ExpectedOutputs));
        if (parameters + outputs > MaxInMessages)
        {
            return (
                parameters > outputs ? "parameters" : "expected_outputs",
                Text(parameters + outputs, "parameters and expected outputs", MaxInMessages, "each command holds them")
                    + " Put long texts into files that the goal names, or name fewer outputs: an agent may write others as well.");
        }

        var whole = WireSize.Of(members) + (BytesOfADependency * task.DependsOn.Count);
        return whole <= MaxInLedger ? null : (
            members.EnumerateObject().MaxBy(member => JsonMarshal.GetRawUtf8Value(member.Value).Length).Name,
            Text(whole, "goal and other members", MaxInLedger, "the ledger of each run holds them")
                + " Put long texts into files that the goal names.");
    }

    private static string Text(int found, string what, int allowed, string because) =>
        string.Create(CultureInfo.InvariantCulture, $"found {found} bytes of {what} together, expected at most {allowed}: {because}.");
}
