namespace Lorch.Core;

/// <summary>The work can't go on, for the reason that its diagnostic tells.</summary>
internal sealed class LorchException : Exception
{
    /// <summary>Initializes a new instance of the <see cref="LorchException"/> class.</summary>
    /// <param name="diagnostic">What went wrong.</param>
    /// <param name="innerException">What caused it, if anything did.</param>
    public LorchException(Diagnostic diagnostic, Exception? innerException = null)
        : base(diagnostic?.ToString(), innerException)
    {
        ArgumentNullException.ThrowIfNull(diagnostic);
        Diagnostic = diagnostic;
    }

    /// <summary>Gets what went wrong.</summary>
    public Diagnostic Diagnostic { get; }
}
