using Lorch.Core.Storage;

namespace Lorch.Core.Views;

/// <summary>What a view is made for.</summary>
internal sealed record ViewRequest
{
    /// <summary>Gets the workspace.</summary>
    public required WorkspaceLayout Workspace { get; init; }

    /// <summary>Gets the folder of all workspaces' slots; <see langword="null"/> for the one in the user's cache.</summary>
    public string? ViewRoot { get; init; }

    /// <summary>Gets the environment of the build.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Gets the run that works in it.</summary>
    public RunId? Run { get; init; }

    /// <summary>Gets the paths that it holds whatever git says of them.</summary>
    public IReadOnlyCollection<RelativePath> Besides { get; init; } = [];

    /// <summary>Gets the paths that the run has made or removed by now; none for a new run.</summary>
    public IReadOnlyCollection<RelativePath> Made { get; init; } = [];
}
