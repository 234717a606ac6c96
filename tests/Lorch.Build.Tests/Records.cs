using System.Text.Json;

namespace Lorch.Build.Tests;

/// <summary>What runs left behind in a workspace, read with nothing of Lorch.</summary>
internal sealed class Records(string root)
{
    public IReadOnlyList<string> Ledgers => Files("events", "*.ndjson");

    public IReadOnlyList<string> Transcripts => Files("transcripts", "*.txt");

    public IReadOnlyList<string> Manifests => Files("snapshots", "*.manifest.json");

    /// <summary>Every ledger's every byte: equal before and after means that nothing ran.</summary>
    public string History => string.Concat(Ledgers.Select(File.ReadAllText));

    /// <summary>The whole lines of all ledgers; a ledger that has just been made holds none.</summary>
    public IReadOnlyList<string> Lines => [.. Ledgers.SelectMany(ledger => File.ReadAllText(ledger).Split('\n')[..^1])];

    public IReadOnlyList<int> Steps(string task) =>
        [.. Files(
            $"receipts/{task}",
            "step-*.json").Select(file => int.Parse(Path.GetFileNameWithoutExtension(file)["step-".Length..], null))
            .Order()];

    public IReadOnlyList<string> Actions(string task) =>
        [.. Steps(task).Select(step => Json($"receipts/{task}/step-{step}.json").GetProperty("action").GetString()!)];

    public IEnumerable<JsonElement> Events(string name) => Ledgers
        .SelectMany(File.ReadLines)
        .Select(line => JsonElement.Parse(line))
        .Where(line => line.TryGetProperty("event", out var it) && it.GetString() == name);

    public JsonElement Json(string path) => JsonElement.Parse(File.ReadAllText(Path.Combine(root, path)));

    public bool Has(string path) => File.Exists(Path.Combine(root, path));

    private List<string> Files(string folder, string pattern)
    {
        var path = Path.Combine(root, folder);
        return Directory.Exists(path) ? [.. Directory.GetFiles(path, pattern).Order(StringComparer.Ordinal)] : [];
    }
}
