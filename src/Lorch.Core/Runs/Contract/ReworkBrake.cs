using System.Globalization;

namespace Lorch.Core.Runs.Contract;

/// <summary>Keeps a build from working many finished tasks again because of one edit: that is seldom meant, and each is paid for.</summary>
internal static class ReworkBrake
{
    private const int Shown = 10;

    /// <summary>Says which tasks are held.</summary>
    /// <param name="verdicts">The verdicts on tasks that nobody asked for by name.</param>
    /// <param name="max">How many may be worked again.</param>
    /// <returns>The error; <see langword="null"/> if there are few enough.</returns>
    public static Diagnostic? FindExcess(IEnumerable<TaskVerdict> verdicts, int max)
    {
        ArgumentNullException.ThrowIfNull(verdicts);
        var held = verdicts.Where(verdict => verdict.IsStaleByInputsAlone).ToList();
        if (held.Count <= max)
        {
            return null;
        }

        var tasks = held.Take(Shown).Select(verdict => $"{verdict.TaskId} ({verdict.Reasons[0]})");
        var more = held.Count > Shown ? string.Create(CultureInfo.InvariantCulture, $" and {held.Count - Shown} more") : "";
        return new Diagnostic
        {
            Code = DiagnosticCode.TooMuchRework,
            Message = string.Create(
                CultureInfo.InvariantCulture,
                $"No task was run: {held.Count} finished tasks would run again only because their declared inputs changed, and "
                    + $"policy.max_rework allows {max}: ")
                + $"{string.Join(", ", tasks)}{more}. Run some of them with -p:Task={held[0].TaskId}, run all of them with "
                + $"-p:LorchRework=all, or undo the edit.",
        };
    }
}
