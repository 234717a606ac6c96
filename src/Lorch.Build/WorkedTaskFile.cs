using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lorch.Core.Storage;
using Microsoft.Build.Framework;

namespace Lorch.Build;

/// <summary>
/// Where what came of a task is left within one build: whoever asks for the same work takes it from there, in whichever process.
/// </summary>
/// <param name="layout">The workspace.</param>
/// <param name="build">What names the build and no other one; empty if only the engine shares what comes of tasks.</param>
/// <param name="work">What names the work.</param>
internal sealed class WorkedTaskFile(WorkspaceLayout layout, string build, TaskWork work)
{
    private static readonly TimeSpan LongestBuild = TimeSpan.FromDays(7);

    private readonly string _path = layout.WorkedTask(build, work.TaskId + (work.IsForced ? "+force" : ""));

    /// <summary>Removes what earlier builds left.</summary>
    public static void RemoveOld(WorkspaceLayout layout, DateTimeOffset now)
    {
        try
        {
            foreach (var folder in Directory.Exists(layout.WorkedTasksFolder) ? Directory.GetDirectories(layout.WorkedTasksFolder) : [])
            {
                if (Directory.GetLastWriteTimeUtc(folder) < now.UtcDateTime - LongestBuild)
                {
                    Directory.Delete(folder, recursive: true);
                }
            }
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            // It is in nobody's way; a later build tries again.
        }
    }

    /// <summary>Reads it.</summary>
    /// <returns>What came of the task; null if it wasn't worked, or nobody knows.</returns>
    public WorkedTask? Read()
    {
        try
        {
            if (build.Length == 0 || !File.Exists(_path))
            {
                return null;
            }

            using var document = JsonDocument.Parse(File.ReadAllBytes(_path));
            var root = document.RootElement;
            var said = root.GetProperty("said").GetString()!;
            return root.GetProperty("work").GetString() != work.ToString() ? null : new WorkedTask(
                said.Length == 0 ? [] : SaidText.Decode(said),
                [.. root.GetProperty("items").EnumerateArray().Select(ReadItem)]);
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception)
            || exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            // Then the task is asked for again, and what it has done by then answers.
            return null;
        }
    }

    /// <summary>Writes it.</summary>
    public void Write(WorkedTask worked)
    {
        if (build.Length == 0)
        {
            return;
        }

        var content = new JsonObject
        {
            ["work"] = work.ToString(),
            ["said"] = SaidText.Encode(worked.Said),
            ["items"] = new JsonArray([.. worked.Items.Select(WriteItem)]),
        };
        try
        {
            DurableFolders.Make(Path.GetDirectoryName(_path)!);
            using var file = TemporaryFile.WriteUnsynced(_path, new UTF8Encoding(false).GetBytes(content.ToJsonString()));
            file.ReplaceTarget(_path);
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            // As above.
        }
    }

    private static ITaskItem ReadItem(JsonElement item) => TaskItems.Item(
        item.GetProperty("item").GetString()!,
        [.. item.GetProperty("metadata").EnumerateObject().Select(member => (member.Name, member.Value.GetString()!))]);

    private static JsonObject WriteItem(ITaskItem item)
    {
        var metadata = new JsonObject();
        foreach (var name in item.CloneCustomMetadata().Keys.Cast<string>().Order(StringComparer.Ordinal))
        {
            metadata[name] = item.GetMetadata(name);
        }

        return new JsonObject { ["item"] = item.ItemSpec, ["metadata"] = metadata };
    }
}
