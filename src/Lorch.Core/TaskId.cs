using System.Text.Json.Serialization;

namespace Lorch.Core;

/// <summary>Names a task: 1 to 64 of letters, digits, <c>.</c>, <c>_</c>, <c>-</c>, starting with a letter or digit.</summary>
/// <remarks>A task id names a folder below <c>receipts/</c>, so it can hold neither a separator nor a leading dot, nor be what Windows
/// takes for a device or, without its last dot, for another name.</remarks>
[JsonConverter(typeof(TextValueConverter<TaskId>))]
public readonly record struct TaskId : ITextValue<TaskId>, IComparable<TaskId>
{
    private const int MaxLength = 64;

    private readonly string? _text;

    private TaskId(string text) => _text = text;

    /// <inheritdoc/>
    public static string Expected =>
        "a task id (1 to 64 letters, digits, '.', '_' or '-', starting with a letter or digit, not ending with '.', and not the name of a "
            + "device like CON or NUL.1)";

    /// <summary>Parses a task id.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The id.</returns>
    /// <exception cref="FormatException">The text is no task id.</exception>
    public static TaskId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not {Expected}.");

    /// <inheritdoc/>
    public static bool TryParse(string? text, out TaskId value)
    {
        var valid = text is { Length: > 0 and <= MaxLength }
            && char.IsAsciiLetterOrDigit(text[0])
            && text[^1] != '.'
            && text.AsSpan().IndexOfAnyExcept(AllowedCharacters.InIds) < 0
            && !DeviceNames.Contain(text);
        value = valid ? new TaskId(text!) : default;
        return valid;
    }

    /// <inheritdoc/>
    public int CompareTo(TaskId other) => string.CompareOrdinal(ToString(), other.ToString());

    /// <inheritdoc/>
    public override string ToString() => _text ?? throw new InvalidOperationException("A task id was used before it was set.");
}
