using Lorch.Core.Contents;
using Lorch.Core.Receipts;
using Lorch.Core.Snapshots.Manifests;
using Lorch.Core.Storage;

namespace Lorch.Core.Runs.Records;

/// <summary>Where the records of a workspace are, with the clock by which they are written.</summary>
/// <param name="layout">The workspace.</param>
/// <param name="files">Writes them.</param>
/// <param name="clock">The clock.</param>
internal sealed class RunStores(WorkspaceLayout layout, IDurableFiles files, TimeProvider clock)
{
    public WorkspaceLayout Layout => layout;

    public IDurableFiles Files => files;

    public TimeProvider Clock => clock;

    public ReceiptStore Receipts { get; } = new(layout, files);

    public CompletionStore Completions { get; } = new(layout, files);

    public ContentStore Contents { get; } = new(layout, files);

    public ManifestStore Manifests { get; } = new(layout, files);
}
