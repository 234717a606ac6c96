namespace Lorch.Core.Agents.Verifying;

/// <summary>What is done with what a program says. Its members are called by one at a time.</summary>
internal sealed record ProcessListener
{
    /// <summary>Gets what takes each line, and whether it is one of standard error.</summary>
    public required Func<string, bool, Task> HearAsync { get; init; }

    /// <summary>
    /// Gets what tells of the beginning of a line of standard output, after which the program is quiet, whether it is all of the line. It
    /// is then heard as one.
    /// </summary>
    public Func<string, bool> IsWhole { get; init; } = _ => false;

    /// <summary>Gets what takes that the program runs and can say nothing more: both its streams have ended.</summary>
    public Action FallSilent { get; init; } = () => { };
}
