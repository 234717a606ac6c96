namespace Lorch.Core;

/// <summary>How much a diagnostic matters.</summary>
internal enum DiagnosticSeverity
{
    /// <summary>Worth reading, changes nothing.</summary>
    Message,

    /// <summary>The work goes on, somebody should look.</summary>
    Warning,

    /// <summary>The work can't go on.</summary>
    Error,
}

/// <summary>What went wrong, where, what was expected and what to do: one line in a build's output.</summary>
internal sealed record Diagnostic
{
    /// <summary>Gets the code, one of <see cref="DiagnosticCode"/>.</summary>
    public required string Code { get; init; }

    /// <summary>Gets the text: what was found, what was expected, what to do.</summary>
    public required string Message { get; init; }

    /// <summary>Gets the severity; an error unless said otherwise.</summary>
    public DiagnosticSeverity Severity { get; init; } = DiagnosticSeverity.Error;

    /// <summary>Gets the file that it is about: absolute, or relative to the workspace root.</summary>
    public string? File { get; init; }

    /// <summary>Gets the line in the file, from 1; 0 if it isn't about a line.</summary>
    public int Line { get; init; }

    /// <summary>Gets the column in the line, from 1; 0 if it isn't about a column.</summary>
    public int Column { get; init; }

    /// <inheritdoc/>
    public override string ToString() => File is null
        ? $"{Code}: {Message}"
        : Line == 0 ? $"{File}: {Code}: {Message}" : $"{File}({Line},{Column}): {Code}: {Message}";
}
