using System.Text.Json.Serialization;
using Lorch.Core.Json;

namespace Lorch.Core.Protocol.SystemEvents;

/// <summary>What a run is for, where that isn't to have its task worked.</summary>
[JsonConverter(typeof(RunPurposeConverter))]
internal enum RunPurpose
{
    /// <summary>To record a person's word that the task is done.</summary>
    Accept,

    /// <summary>To take back what an earlier run landed.</summary>
    Undo,
}

internal sealed class RunPurposeConverter() : WireNameConverter<RunPurpose>(
    new WireNames<RunPurpose>((RunPurpose.Accept, "accept"), (RunPurpose.Undo, "undo")));
