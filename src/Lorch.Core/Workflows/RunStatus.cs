using System.Text.Json.Serialization;
using Lorch.Core.Json;

namespace Lorch.Core.Workflows;

/// <summary>A run's status, by its ledger. An interrupted run is one that is running while nobody holds the lock.</summary>
[JsonConverter(typeof(RunStatusConverter))]
internal enum RunStatus
{
    Running,
    Completed,
    Failed,
    Aborted,
}

internal static class RunStatusNames
{
    public static readonly WireNames<RunStatus> All = new(
        (RunStatus.Running, "running"),
        (RunStatus.Completed, "completed"),
        (RunStatus.Failed, "failed"),
        (RunStatus.Aborted, "aborted"));
}

internal sealed class RunStatusConverter() : WireNameConverter<RunStatus>(RunStatusNames.All);
