using Lorch.Core;
using Microsoft.Build.Framework;

namespace Lorch.Build;

/// <summary>Says which run the build asks for. Its short name <c>Run</c> counts only as a global property, as with tasks.</summary>
[MSBuildMultiThreadableTask]
public sealed class LorchSelectRun : LorchTask
{
    private const string Alias = "Run";

    /// <summary>Gets or sets the value of the property <c>LorchRunId</c>, which goes before its alias.</summary>
    public string? LorchRunId { get; set; }

    /// <summary>Gets the run's id; empty for the latest.</summary>
    [Output]
    public string Selection { get; private set; } = "";

    private protected override Task WorkAsync(BuildLog log, CancellationToken cancellationToken)
    {
        var text = (string.IsNullOrWhiteSpace(LorchRunId) ? GlobalProperty(Alias) : LorchRunId)?.Trim() ?? "";
        Selection = text.Length == 0 || RunId.TryParse(text, out _)
            ? text
            : throw new LorchException(new Diagnostic
            {
                Code = DiagnosticCode.InvalidProperty,
                Message = $"The run '{text}' is not {RunId.Expected}. dotnet build -t:LorchStatus names the runs that there are.",
            });
        return Task.CompletedTask;
    }
}
