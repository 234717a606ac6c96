namespace Lorch.Testing.Shell;

/// <summary>A command of the shell's language: POSIX, "Shell Command Language", as far as the tests' stand-ins go.</summary>
internal abstract record Node
{
    /// <summary>A program, a function or a builtin; words are as they stand in the text.</summary>
    public sealed record Simple(IReadOnlyList<string> Words) : Node;

    /// <summary>Commands whose output is the next one's input.</summary>
    public sealed record Pipeline(IReadOnlyList<Node> Parts, bool IsNegated) : Node;

    /// <summary>The second one depends on how the first one ended.</summary>
    public sealed record Both(Node First, bool IsAnd, Node Second) : Node;

    /// <summary>One after the other; those with a text run in the background.</summary>
    public sealed record Sequence(IReadOnlyList<(Node Command, string? Background)> Items) : Node;

    /// <summary>In a copy of the shell.</summary>
    public sealed record Subshell(Node Body) : Node;

    /// <summary>The first branch whose condition holds; a condition that is null always does.</summary>
    public sealed record Choice(IReadOnlyList<(Node? Condition, Node Body)> Branches) : Node;

    /// <summary>While, or until.</summary>
    public sealed record Loop(Node Condition, bool IsUntil, Node Body) : Node;

    /// <summary>For each word.</summary>
    public sealed record Each(string Name, IReadOnlyList<string>? Words, Node Body) : Node;

    /// <summary>The first body one of whose patterns fits.</summary>
    public sealed record Case(string Word, IReadOnlyList<(IReadOnlyList<string> Patterns, Node Body)> Branches) : Node;

    /// <summary>Gives a body a name.</summary>
    public sealed record Function(string Name, Node Body) : Node;

    /// <summary>Gets where streams come from and go to: a number, a sign and a word.</summary>
    public IReadOnlyList<(int Stream, string Sign, string Word)> Redirections { get; init; } = [];
}
