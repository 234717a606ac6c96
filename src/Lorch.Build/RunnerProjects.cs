using Lorch.Core.Storage;

namespace Lorch.Build;

/// <summary>The projects in which tasks are worked, one each: <c>state/runner/&lt;task&gt;.proj</c>.</summary>
/// <remarks>A logger that shows what is being built shows the names of projects and targets, and nothing else: so each task has a project that is called like it.</remarks>
internal static class RunnerProjects
{
    private static ReadOnlySpan<byte> Content => """
        <Project>

          <!-- Written by Lorch.Build. A build that works this task shows it by the name of this file. -->
          <Import Project="$(LorchRunner)" />

        </Project>

        """u8;

    public static async Task WriteAsync(IEnumerable<string> paths, CancellationToken cancellationToken)
    {
        var files = new DurableFiles();
        foreach (var path in paths)
        {
            // It is code that the engine runs: what somebody else made of it doesn't stay.
            await Projection.UpdateAsync(files, path, Content.ToArray(), cancellationToken);
        }
    }
}
