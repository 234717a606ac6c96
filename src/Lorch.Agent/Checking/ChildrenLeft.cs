using System.Globalization;
using Lorch.Core.Agents;

namespace Lorch.Agent.Checking;

/// <summary>Finds what an agent started and left running when it ended.</summary>
internal static class ChildrenLeft
{
    // What is ending itself when the agent ends isn't left behind yet.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Names what still runs.</summary>
    /// <param name="process">The agent, which has ended.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellationToken">Stops waiting for what is ending.</param>
    /// <returns>The processes; <see langword="null"/> if there are none.</returns>
    public static async Task<string?> DescribeAsync(AgentProcess process, TimeProvider clock, CancellationToken cancellationToken)
    {
        var begun = clock.GetTimestamp();
        var left = process.FindLeftBehind();
        while (left.Count > 0 && clock.GetElapsedTime(begun) < Patience && !cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), clock, CancellationToken.None);
            left = process.FindLeftBehind();
        }

        var names = left.Order().Select(pid => string.Create(CultureInfo.InvariantCulture, $"{NameOf(pid)} ({pid})"));
        return left.Count == 0 ? null : $"still running: {string.Join(", ", names)}";
    }

    private static string NameOf(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/comm").TrimEnd('\n');
        }
        catch (IOException)
        {
            return "a process that has ended meanwhile";
        }
    }
}
