using Lorch.Core.Storage;

namespace Lorch.Core.Agents;

/// <summary>Where the agents of a run work.</summary>
/// <param name="Layout">The folder that they work in, and where Lorch's own files lie.</param>
/// <param name="Workspace">The workspace, which is another folder if they work in a copy of it.</param>
/// <param name="Show">Takes out of a text what nobody is to read: secrets, and where the copy lies.</param>
internal sealed record AgentPlace(WorkspaceLayout Layout, WorkspaceLayout Workspace, Func<string, string> Show)
{
    /// <summary>
    /// Gets below which span agents work, as a W3C header; <see langword="null"/> if no traces are sent, and the build's own stays.
    /// </summary>
    public string? TraceParent { get; init; }

    /// <summary>Gets whether they work in a copy.</summary>
    public bool IsApart => Layout.WorkspaceRoot != Workspace.WorkspaceRoot;
}
