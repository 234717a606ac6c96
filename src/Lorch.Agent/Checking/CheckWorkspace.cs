using System.Text.Json;
using Lorch.Core;
using Lorch.Core.Agents;
using Lorch.Core.Hashing;
using Lorch.Core.Protocol;
using Lorch.Core.Receipts;
using Lorch.Core.Runs;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Storage;
using Lorch.Core.Workflows;

namespace Lorch.Agent.Checking;

/// <summary>A temporary workspace for one check: real files, a real lorch.json, a real snapshot.</summary>
internal sealed class CheckWorkspace
{
    private readonly DurableFiles _files = new();

    /// <summary>Gets where everything lies.</summary>
    public WorkspaceLayout Layout { get; } = new(Directory.CreateTempSubdirectory("lorch-check-").FullName, null);

    /// <summary>Gets the snapshot that the commands are about.</summary>
    public SnapshotId SnapshotId { get; private set; }

    /// <summary>Gets what compares claims with the disk.</summary>
    public ArtifactVerifier Verifier => new(new OwnPlaces(Layout, Path.Join(Layout.WorkspaceRoot, "lorch.json")), 1024 * 1024 * 1024);

    /// <summary>Writes the files, and captures the snapshot.</summary>
    /// <param name="options">What is checked.</param>
    /// <param name="settings">The agent.</param>
    /// <param name="host">Where the package's agent lies.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellationToken">Stops the making.</param>
    public async Task PrepareAsync(
        CheckOptions options,
        AgentSettings settings,
        AgentHost host,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        await WriteAsync("specs/lorch-check.md", $"# A check\n\n{options.Goal}\n", cancellationToken);
        await WriteAsync("lorch.json", CheckDefinition.Configuration(options, settings), cancellationToken);
        if (options.Type is not AgentType.Builder || options.Actions is [AgentAction.ImplementChanges])
        {
            await WriteAsync(options.Output.ToString(), "checked\n", cancellationToken);
        }

        var opened = LorchWorkspace.Open(
            new WorkspaceSettings
            {
                WorkspaceRoot = Layout.WorkspaceRoot,
                AgentHost = host,
                Environment = new Dictionary<string, string>()
            },
            clock);
        SnapshotId = (await opened.Snapshots.WithNowAsync(null, cancellationToken)).Id;
    }

    /// <summary>Describes a file as an artifact; one that isn't there as if it were empty.</summary>
    public async Task<Artifact> DescribeAsync(RelativePath path, CancellationToken cancellationToken) =>
        await Verifier.MeasureAsync(path, cancellationToken) is Measurement.Measured(var artifact)
            ? artifact
            : new Artifact { Path = path, Sha256 = Sha256Digest.Of([]), Size = 0 };

    /// <summary>Writes what a command names because it is too long for it.</summary>
    public Task WriteAsync(CommandFile file, CancellationToken cancellationToken) =>
        _files.CreateAsync(Layout.CommandFile(file.Name), file.Content, cancellationToken);

    /// <summary>Deletes a file that was found to be a regular one of the workspace.</summary>
    public void Delete(RelativePath path)
    {
#pragma warning disable RS0030 // The workspace is the check's own, and gone with it
        File.Delete(Path.Join(Layout.WorkspaceRoot, path.ToString()));
#pragma warning restore RS0030
    }

    /// <summary>Removes the workspace.</summary>
    public void Remove() => Directory.Delete(Layout.WorkspaceRoot, recursive: true);

    private async Task WriteAsync(string path, string text, CancellationToken cancellationToken)
    {
        var file = Path.Join(Layout.WorkspaceRoot, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await _files.CreateAsync(file, new System.Text.UTF8Encoding(false).GetBytes(text), cancellationToken);
    }

    private Task WriteAsync(string path, JsonElement json, CancellationToken cancellationToken) =>
        WriteAsync(path, json.GetRawText(), cancellationToken);
}
