using Lorch.Core.Json;

namespace Lorch.Agent.Complaints;

/// <summary>What a tool said, by the place where it said it: only there, words about a limit are about its own.</summary>
internal sealed record ToolWords
{
    private const int MaxQuoted = 500;
    private const int MaxLines = 10;

    /// <summary>Gets what the tool itself says is wrong, at the place for it.</summary>
    public string Complaint { get; init; } = "";

    /// <summary>Gets what it happened to print where programs complain; the end counts.</summary>
    public string Errors { get; init; } = "";

    /// <summary>Gets what it printed as its answer, which speaks of its work.</summary>
    public string Answer { get; init; } = "";

    /// <summary>Gets what it printed last, if nothing else is known.</summary>
    public string Last { get; init; } = "";

    /// <summary>Gets what may tell why it failed.</summary>
    public string Told => Complaint.Length > 0 ? Complaint : End(Errors);

    /// <summary>Gets the end of a sentence that says how the tool ended.</summary>
    public string AsEndOfSentence => Shown.Length == 0 ? "; it said nothing" : $"; it said: {Quote(Shown)}";

    /// <summary>Gets what of it is worth showing; empty if it said nothing.</summary>
    public string Shown => Complaint.Length > 0 ? Complaint
        : string.Join('\n', [Errors, Answer]).Trim() is { Length: > 0 } printed ? printed
        : Last;

    /// <summary>
    /// Whether one of the texts in which the preset knows a failure again stands where the tool may have said it: some say all on standard
    /// output.
    /// </summary>
    public bool Hold(string text) =>
        Told.Contains(text, StringComparison.OrdinalIgnoreCase)
            || (Complaint.Length == 0 && End(Answer).Contains(text, StringComparison.OrdinalIgnoreCase));

    private static string End(string text) =>
        string.Join('\n', text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).TakeLast(MaxLines));

    private static string Quote(string text) =>
        ShortText.EndOf(string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), MaxQuoted);
}
