using System.Buffers;
using System.Globalization;
using Lorch.Core.Agents.Processes;
using Lorch.Core.Protocol;
using Lorch.Core.Storage;
using Lorch.Core.Tools;

namespace Lorch.Core.Agents;

/// <summary>
/// Finds out whether a coding tool can be used, without asking it for anything that costs: it is run with what makes it tell its version.
/// </summary>
/// <param name="layout">Where the workspace is.</param>
/// <param name="build">The environment of the build.</param>
/// <param name="clock">The clock.</param>
internal sealed class ToolProbe(WorkspaceLayout layout, IReadOnlyDictionary<string, string> build, TimeProvider clock)
{
    private static readonly SearchValues<char> VersionCharacters = SearchValues.Create("0123456789.");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Looks at the tool of an agent.</summary>
    /// <returns>What was found; <see langword="null"/> if the agent uses none.</returns>
    public async Task<ToolFound?> LookAsync(AgentSettings settings, CancellationToken cancellationToken)
    {
        if (settings.Tool is not { Use: { } text } tool || ToolUse.TryParse(text) is not { } use)
        {
            return null;
        }

        var preset = ToolPresets.Get(use, tool.Preset);
        var found = new ToolFound
        {
            AgentType = settings.Type,
            Name = settings.Name,
            Use = text,
            Title = preset.Title,
            SignIn = preset.SignIn
        };
        var environment = AgentEnvironment.Create(build, settings);
        if (AgentCommandLine.FindToolProblem(
            settings,
            new ProgramSearch(layout.WorkspaceRoot, environment),
            out var program) is { } missing)
        {
            return found with { Problem = missing };
        }

        if (!preset.TellsVersion)
        {
            // Nobody knows what it takes to make it tell its version.
            return found;
        }

        var words = await VersionQuestion.AskAsync(
            VersionQuestion.Of(preset, settings.Type, program!, layout.WorkspaceRoot, environment),
            AgentEnvironment.SessionVariable,
            Patience,
            clock,
            cancellationToken);
        return found with
        {
            Version = words,
            Problem = preset.LeastVersion is { } least && ReadVersion(words) is { } version && version < ReadVersion(least) ? new Diagnostic
            {
                Code = DiagnosticCode.ToolTooOld,
                Message =
                    $"The {settings.Type.WireName} uses {preset.Title} {version}, expected is {least} or later. To install "
                        + $"it: {preset.Install}",
            } : null,
        };
    }

    /// <summary>Finds the first number with dots in a text.</summary>
    internal static Version? ReadVersion(string text)
    {
        var start = text.AsSpan().IndexOfAnyInRange('0', '9');
        if (start < 0)
        {
            return null;
        }

        var rest = text.AsSpan(start);
        var end = rest.IndexOfAnyExcept(VersionCharacters);
        var parts = (end < 0 ? rest : rest[..end]).ToString().Split('.', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length > 1 && Version.TryParse(string.Join('.', parts.Take(4)), out var version) ? version
            : int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major) ? new Version(major, 0)
            : null;
    }
}

/// <summary>What was found out about the coding tool of an agent.</summary>
internal sealed record ToolFound
{
    /// <summary>Gets the agent.</summary>
    public required AgentType AgentType { get; init; }

    /// <summary>Gets the agent's name; <see langword="null"/> for the one that tasks have which name none.</summary>
    public string? Name { get; init; }

    /// <summary>Gets what lorch.json says.</summary>
    public required string Use { get; init; }

    /// <summary>Gets the tool's own name.</summary>
    public required string Title { get; init; }

    /// <summary>Gets how one signs in; <see langword="null"/> if nobody knows.</summary>
    public string? SignIn { get; init; }

    /// <summary>
    /// Gets what the tool says is its version; empty if it says nothing in time, <see langword="null"/> if it wasn't asked.
    /// </summary>
    public string? Version { get; init; }

    /// <summary>Gets what stands in the way; <see langword="null"/> if nothing does.</summary>
    public Diagnostic? Problem { get; init; }
}
