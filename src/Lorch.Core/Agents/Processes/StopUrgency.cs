namespace Lorch.Core.Agents.Processes;

/// <summary>How patiently an agent is ended.</summary>
internal enum StopUrgency
{
    /// <summary>Its work is done: 5 s to end by itself, 2 s more after SIGTERM.</summary>
    Normal,

    /// <summary>Somebody waits for the build to end: 2 s to end by itself, 1 s more after SIGTERM.</summary>
    Cancelled,
}
