namespace Lorch.Core.Workflows;

/// <summary>What a run does next.</summary>
internal abstract record Decision
{
    private Decision()
    {
    }

    /// <summary>Asks an agent.</summary>
    /// <param name="Request">What to ask.</param>
    public sealed record Send(CommandRequest Request) : Decision;

    /// <summary>The task is done.</summary>
    public sealed record Complete : Decision;

    /// <summary>The run can't go on by itself.</summary>
    /// <param name="Reason">Why.</param>
    public sealed record Fail(FailureReason Reason) : Decision;
}
