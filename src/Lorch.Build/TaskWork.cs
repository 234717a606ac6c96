using System.Text;

namespace Lorch.Build;

/// <summary>
/// What names the runner's instance that works one task, as <c>LorchWork</c>: whoever asks for the same work comes to the same name, and
/// shares what comes of it.
/// </summary>
/// <param name="TaskId">The task's id.</param>
/// <param name="Added">
/// What the task is, if a project defines it, as <see cref="AddedTasks"/> writes it; empty for one of lorch.json.
/// </param>
/// <param name="IsForced">Whether it is worked although it may be up to date.</param>
internal sealed record TaskWork(string TaskId, string Added, bool IsForced)
{
    // None of an id's characters, nor of Base64url's.
    private const char Separator = '+';
    private const string AddedPrefix = "added.";
    private const string Forced = "force";

    public static TaskWork Parse(string name)
    {
        var parts = name.Split(Separator);
        var more = parts[1..];
        return new TaskWork(
            parts[0],
            Array.Find(more, part => part.StartsWith(AddedPrefix, StringComparison.Ordinal))?[AddedPrefix.Length..] ?? "",
            more.Contains(Forced));
    }

    public override string ToString()
    {
        var name = new StringBuilder(TaskId);
        if (Added.Length > 0)
        {
            name.Append(Separator).Append(AddedPrefix).Append(Added);
        }

        return (IsForced ? name.Append(Separator).Append(Forced) : name).ToString();
    }
}
