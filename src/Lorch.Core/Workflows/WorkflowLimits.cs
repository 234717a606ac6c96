using Lorch.Core.Protocol;

namespace Lorch.Core.Workflows;

/// <summary>How often a run may try and turn.</summary>
internal sealed record WorkflowLimits
{
    /// <summary>Gets how many attempts at one command there may be, 1 or more; 3 by default.</summary>
    public int MaxAttempts { get; init; } = 3;

    /// <summary>Gets how many times changes may be asked for, 0 or more; 10 by default.</summary>
    public int MaxIterations { get; init; } = 10;

    /// <summary>Gets what happens when the builder says that its tests fail.</summary>
    public FailingTestsRule OnFailingTests { get; init; }
}
