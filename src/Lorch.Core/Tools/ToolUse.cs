using System.Text;

namespace Lorch.Core.Tools;

/// <summary>What <c>use</c> in lorch.json says: a preset by its name, or a command that is run or talked to.</summary>
internal sealed record ToolUse
{
    private const string ExecPrefix = "exec:";
    private const string AcpPrefix = "acp:";

    private ToolUse(string text, string? preset, bool speaksAcp, IReadOnlyList<string> command)
    {
        Text = text;
        Preset = preset;
        SpeaksAcp = speaksAcp;
        Command = command;
    }

    /// <summary>
    /// Gets the names of the presets. A test keeps the shipped files equal to it: to check a name, no file needs to be read.
    /// </summary>
    public static IReadOnlyList<string> Presets { get; } = ["aider", "claude-code", "codex", "copilot", "gemini", "opencode"];

    /// <summary>Gets what may be written, for messages.</summary>
    public static string Expected { get; } =
        $"one of {string.Join(", ", Presets)}, or '{AcpPrefix}<command>' or '{ExecPrefix}<command>'";

    /// <summary>Gets the text as written.</summary>
    public string Text { get; }

    /// <summary>Gets the preset's name; <see langword="null"/> for a command.</summary>
    public string? Preset { get; }

    /// <summary>Gets a value indicating whether the tool speaks the Agent Client Protocol.</summary>
    public bool SpeaksAcp { get; }

    /// <summary>Gets the command's words; none for a preset, which brings its own.</summary>
    public IReadOnlyList<string> Command { get; }

    /// <summary>Reads the text.</summary>
    /// <param name="text">The value of <c>use</c>.</param>
    /// <returns>What it means; <see langword="null"/> if it means nothing.</returns>
    public static ToolUse? TryParse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Presets.Contains(text))
        {
            return new ToolUse(text, text, speaksAcp: false, []);
        }

        var speaksAcp = text.StartsWith(AcpPrefix, StringComparison.Ordinal);
        if (!speaksAcp && !text.StartsWith(ExecPrefix, StringComparison.Ordinal))
        {
            return null;
        }

        var words = Words(text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..]);
        return words.Count == 0 ? null : new ToolUse(text, null, speaksAcp, words);
    }

    /// <summary>Cuts a command at its blanks; what stands between double or single quotes is one word. No shell reads it.</summary>
    private static List<string> Words(string command)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        char? quote = null;
        var isOpen = false;
        foreach (var character in command)
        {
            if (character == quote)
            {
                quote = null;
            }
            else if (quote is null && character is '"' or '\'')
            {
                (quote, isOpen) = (character, true);
            }
            else if (quote is null && character is ' ' or '\t')
            {
                if (isOpen)
                {
                    words.Add(word.ToString());
                    word.Clear();
                    isOpen = false;
                }
            }
            else
            {
                word.Append(character);
                isOpen = true;
            }
        }

        return isOpen ? [.. words, word.ToString()] : words;
    }
}
