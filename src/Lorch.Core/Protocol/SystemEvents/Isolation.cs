using System.Text.Json.Serialization;
using Lorch.Core.Json;

namespace Lorch.Core.Protocol.SystemEvents;

/// <summary>Where the agents of a run work.</summary>
[JsonConverter(typeof(IsolationConverter))]
internal enum Isolation
{
    /// <summary>In the workspace itself.</summary>
    Workspace,

    /// <summary>In a copy of their own; what they made lands in the workspace when the run is complete.</summary>
    View,
}

/// <summary>The wire names of <see cref="Isolation"/>.</summary>
internal static class Isolations
{
    public static readonly WireNames<Isolation> All = new((Isolation.Workspace, "workspace"), (Isolation.View, "view"));
}

internal sealed class IsolationConverter() : WireNameConverter<Isolation>(Isolations.All);
