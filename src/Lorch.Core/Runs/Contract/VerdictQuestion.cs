using System.Text;
using Lorch.Core.Hashing;
using Lorch.Core.Storage;

namespace Lorch.Core.Runs.Contract;

/// <summary>What a build asks: whether these tasks of this workspace are up to date.</summary>
internal sealed record VerdictQuestion
{
    /// <summary>Gets the absolute path of the workspace root.</summary>
    public required string WorkspaceRoot { get; init; }

    /// <summary>
    /// Gets the absolute path below which ledgers, receipts, snapshots, state and logs lie; the workspace root by default.
    /// </summary>
    public string? StateRoot { get; init; }

    /// <summary>Gets the absolute path of lorch.json; the one at the workspace root by default.</summary>
    public string? ConfigurationFile { get; init; }

    /// <summary>Gets the tasks that lorch.json doesn't hold, in any form that is another one for other tasks.</summary>
    public string AddedTasks { get; init; } = "";

    /// <summary>Gets the names of the tasks, likewise.</summary>
    public string Selection { get; init; } = "";

    internal WorkspaceLayout Layout => new(WorkspaceRoot, StateRoot);

    internal string ConfigurationPath => ConfigurationFile ?? Path.Join(Layout.WorkspaceRoot, "lorch.json");

    /// <summary>Gets the whole question. The module's id stands for everything that this version makes of it.</summary>
    internal string Text => string.Join(
        '\0',
        typeof(VerdictQuestion).Module.ModuleVersionId.ToString(),
        Layout.WorkspaceRoot,
        ConfigurationPath,
        AddedTasks,
        Selection);

    internal string File => Layout.Verdicts(Sha256Digest.Of(new UTF8Encoding(false).GetBytes(Text)).Hex[..12]);
}
