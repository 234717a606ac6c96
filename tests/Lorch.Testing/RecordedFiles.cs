using System.Text.Json;
using System.Text.RegularExpressions;

namespace Lorch.Testing;

/// <summary>
/// All JSON that lies in a workspace after runs: each file, and each line of those that hold one value per line, with the schema that it
/// has to fit.
/// </summary>
public sealed partial class RecordedFiles
{
    private const string ByKind = "by its kind";

    // The first that fits counts. No schema: text, binary, free for agents, or not Lorch's.
    private static readonly (Regex Path, string? Schema)[] Formats =
    [
        (new(@"^lorch\.json$"), "lorch"),
        (new(@"^scripts/[^/]+\.json$"), "mock-script"),
        (new(@"^snapshots/snap-[0-9a-f]{12}\.manifest\.json$"), "snapshot-manifest"),
        (new(@"^snapshots/(work-[0-9a-f]{12}\.json|goal-[0-9a-f]{12}\.md|summary-[0-9a-f]{12}\.txt)$"), null),
        (new(@"^events/run-[^/]+\.ndjson$"), ByKind),
        (new(@"^events/run-[^/]+\.torn$"), null),
        (new(@"^receipts/[^/]+/step-[0-9]+\.json$"), "receipt"),
        (new(@"^receipts/[^/]+/land-run-[^/]+\.json$"), null),
        (new(@"^contents/(\.gitignore|[0-9a-f]{2}/[0-9a-f]{62})$"), null),
        (new(@"^logs/run-[^/]+\.patch$"), null),
        (new(@"^receipts/[^/]+/completion\.json$"), "completion"),
        (new(@"^receipts/[^/]+/completions/[0-9a-f]{12}\.json$"), "completion"),
        (new(@"^state/run\.json$"), "run-state"),
        (new(@"^state/index\.json$"), "run-index"),
        (new(@"^state/(keys/[^/]+\.(key|verdicts)|configuration/[0-9a-f]{64}\.json|run\.lock|snapshot\.index)$"), null),
        (new(@"^state/(locks/[^/]+|permits/(index|work-[0-9]+))$"), null),
        (new(@"^state/binlog/"), null),
        (new(@"^reports/run-[^/]+\.json$"), "report-data"),
        (new(@"^reports/((run-[^/]+|index)\.html|summary\.md|lorch\.sarif|junit\.xml)$"), null),
        (new(@"^logs/(builder|reviewer|spec_maintainer)/run-[^/]+\.ndjson$"), ByKind),
        (new(@"^transcripts/run-[^/]+\.txt$"), null),
    ];

    private readonly List<RecordedValue> _values = [];
    private readonly List<string> _unknown = [];

    /// <summary>Initializes a new instance of the <see cref="RecordedFiles"/> class: everything below a folder.</summary>
    /// <param name="root">The workspace's root, which is its state root too.</param>
    public RecordedFiles(string root)
    {
        foreach (var file in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            Add(Path.GetRelativePath(root, file).Replace('\\', '/'), file);
        }
    }

    /// <summary>Gets the values, in the order of their files.</summary>
    public IReadOnlyList<RecordedValue> Values => _values;

    /// <summary>Gets the files in Lorch's folders that no format describes.</summary>
    public IReadOnlyList<string> Unknown => _unknown;

    /// <summary>Gets the names of the schemas that some value has to fit.</summary>
    public IReadOnlyList<string> Schemas => [.. _values.Select(value => value.Schema).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Says what the project's own validator finds wrong.</summary>
    /// <returns>Each problem with the place of its value.</returns>
    public IReadOnlyList<string> Validate() =>
        [.. _values.SelectMany(value => SchemaCheck.Validate(value.Schema, value.Json).Select(problem => $"{value.Place}: {problem}"))];

    /// <summary>Says what a validator finds wrong that isn't the project's.</summary>
    /// <returns>Each problem with the place of its value.</returns>
    public async Task<IReadOnlyList<string>> ValidateForeignAsync()
    {
        List<string> problems = [];
        foreach (var format in _values.GroupBy(value => value.Schema))
        {
            var schema = await ForeignSchema.ReadAsync(format.Key);
            problems.AddRange(format.SelectMany(value => schema.Validate(value.Json).Select(problem => $"{value.Place}: {problem}")));
        }

        // Which payload an event has is a condition, which that validator passes over.
        foreach (var payloads in _values.Where(value => value.OwnEvent is not null).GroupBy(value => value.OwnEvent!))
        {
            var schema = await ForeignSchema.ReadAsync("event", payloads.Key);
            problems.AddRange(
                payloads.SelectMany(value => schema.Validate(value.Payload).Select(problem => $"{value.Place}, payload: {problem}")));
        }

        return problems;
    }

    private void Add(string path, string file)
    {
        if (Array.Find(Formats, format => format.Path.IsMatch(path)) is not { Path: not null } format)
        {
            if (OfLorch().IsMatch(path))
            {
                _unknown.Add(path);
            }

            return;
        }

        if (format.Schema == ByKind)
        {
            _values.AddRange(File.ReadLines(file).Select((line, index) =>
                new RecordedValue($"{path}({index + 1})", JsonElement.Parse(line).GetProperty("kind").GetString()!, line)));
        }
        else if (format.Schema is not null)
        {
            _values.Add(new RecordedValue(path, format.Schema, File.ReadAllText(file)));
        }
    }

    [GeneratedRegex("^(snapshots|events|receipts|state|logs|transcripts|reports)/")]
    private static partial Regex OfLorch();
}
