using System.Globalization;
using Lorch.Core;
using Lorch.Core.Runs.Contract;
using Microsoft.Build.Framework;

namespace Lorch.Build;

/// <summary>Removes snapshots, transcripts, logs and finished runs that are old and needed by nothing.</summary>
[MSBuildMultiThreadableTask]
public sealed class LorchPrune : WorkspaceTask
{
    /// <summary>Gets or sets after how many days something is old; never by default.</summary>
    public string? Days { get; set; }

    /// <summary>Gets or sets how many of each are kept, the newest; all by default.</summary>
    public string? Keep { get; set; }

    /// <summary>Gets or sets whether nothing is removed, only shown: <c>true</c> or <c>false</c>, the default.</summary>
    public string? DryRun { get; set; }

    private protected override async Task WorkAsync(BuildLog log, CancellationToken cancellationToken)
    {
        var request = new PruneRequest
        {
            Days = Read(Days, "LorchPruneDays"),
            Keep = Read(Keep, "LorchPruneKeep"),
            IsDryRun = ReadDryRun()
        };
        if (request is { Days: null, Keep: null })
        {
            throw Refused(
                "LorchPrune doesn't know what is old. Give it -p:LorchPruneDays=30, -p:LorchPruneKeep=20, or both; with -p:DryRun=true it "
                    + "only shows what would go.");
        }

        var result = await Open().PruneAsync(request, log, cancellationToken);
        foreach (var kind in result.Kinds)
        {
            foreach (var file in kind.Files)
            {
                log.Say(MessageImportance.Low, $"{(request.IsDryRun ? "would remove" : "removed")} {file}");
            }

            if (kind.Files.Count > 0 || kind.Needed > 0)
            {
                log.Answer(Line(kind, request.IsDryRun));
            }
        }

        if (result.Kinds.All(kind => kind is { Files.Count: 0, Needed: 0 }))
        {
            log.Answer("Nothing is old enough to be removed.");
        }
    }

    private static string Line(PrunedKind kind, bool isDryRun) => string.Create(
        CultureInfo.InvariantCulture,
        $"{kind.Name}: {(isDryRun ? "would remove" : "removed")} {kind.Files.Count}, {kind.Bytes:N0} bytes"
            + $"{(kind.Needed > 0 ? $"; {kind.Needed} more are old but needed" : "")}");

    private static LorchException Refused(string message) =>
        new(new Diagnostic { Code = DiagnosticCode.InvalidProperty, Message = message });

    private static int? Read(string? text, string property)
    {
        const int most = 100_000;
        return string.IsNullOrWhiteSpace(text) ? null
            : int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most ? number
            : throw Refused(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{property} is '{text}'; expected is a whole number from 0 to {most}, for example 30."));
    }

    private bool ReadDryRun() => string.IsNullOrWhiteSpace(DryRun) ? false
        : bool.TryParse(DryRun, out var isDryRun) ? isDryRun
        : throw Refused($"LorchPruneDryRun is '{DryRun}'; expected is 'true', 'yes', 'on' or '1', or 'false', 'no', 'off' or '0'.");
}
