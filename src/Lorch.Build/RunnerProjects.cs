using Lorch.Core;
using Lorch.Core.Storage;

namespace Lorch.Build;

/// <summary>The projects in which tasks are worked, one each: <c>&lt;task&gt;.proj</c>.</summary>
/// <remarks>
/// A logger that shows what is being built shows the names of projects and targets, and nothing else: so each task has a project that is
/// called like it. The engine makes the folder of a project its current one and can't go on without that: so it is none that an agent may
/// clean away, and with it none in the workspace. The text is the same for all workspaces and versions; what is worked is said by the
/// properties that the project is called with.
/// </remarks>
internal static class RunnerProjects
{
    private static ReadOnlySpan<byte> Content => """
        <Project>

          <!-- Written by Lorch.Build. A build that works this task shows it by the name of this file. -->
          <Import Project="$(LorchRunner)" />

        </Project>

        """u8;

    /// <summary>The path of a task's project in a folder.</summary>
    public static string In(string folder, string taskId) => Path.Join(folder, $"{taskId}.proj");

    /// <summary>Writes the projects of tasks into the user's own folder, where they aren't there as they should be.</summary>
    /// <param name="taskIds">The tasks.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    /// <returns>
    /// The folder that holds them; empty if the user has none, or one that can't be written: then tasks are worked without a name to show.
    /// </returns>
    public static async Task<string> TryWriteAsync(IEnumerable<string> taskIds, CancellationToken cancellationToken)
    {
        var own = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        if (!Path.IsPathFullyQualified(own))
        {
            return "";
        }

        var folder = Path.Join(own, "Lorch.Build", "runner");
        var files = new DurableFiles();
        try
        {
            foreach (var path in taskIds.Select(id => In(folder, id)))
            {
                // It is code that the engine runs: what somebody else made of it doesn't stay.
                await Projection.UpdateAsync(files, path, Content.ToArray(), cancellationToken);
            }

            return folder;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or LorchException)
        {
            return "";
        }
    }
}
