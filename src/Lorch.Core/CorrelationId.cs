using System.Globalization;
using System.Text.Json.Serialization;

namespace Lorch.Core;

/// <summary>Ties events to the command they answer: <c>corr-&lt;task&gt;-&lt;action&gt;-&lt;iteration&gt;</c>, kept over retries.</summary>
[JsonConverter(typeof(TextValueConverter<CorrelationId>))]
public readonly record struct CorrelationId : ITextValue<CorrelationId>
{
    private const string Prefix = "corr-";
    private const int MaxLength = 128;

    private readonly string? _text;

    private CorrelationId(string text) => _text = text;

    /// <inheritdoc/>
    public static string Expected => "a correlation id like corr-T-0042-implement-0";

    /// <summary>Makes the id of a command.</summary>
    /// <param name="task">The task.</param>
    /// <param name="action">The action's wire name.</param>
    /// <param name="iteration">How many different commands of the action the run sent before.</param>
    /// <returns>The id.</returns>
    public static CorrelationId Create(TaskId task, string action, int iteration) =>
        Parse(string.Create(CultureInfo.InvariantCulture, $"{Prefix}{task}-{action}-{iteration}"));

    /// <summary>Makes the id that run-level events carry.</summary>
    /// <param name="task">The task.</param>
    /// <returns>The id.</returns>
    public static CorrelationId ForRun(TaskId task) => Create(task, "run", 0);

    /// <summary>Parses a correlation id.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The id.</returns>
    /// <exception cref="FormatException">The text is no correlation id.</exception>
    public static CorrelationId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not {Expected}.");

    /// <inheritdoc/>
    public static bool TryParse(string? text, out CorrelationId value)
    {
        var valid = text is { Length: > 5 and <= MaxLength }
            && text.StartsWith(Prefix, StringComparison.Ordinal)
            && text.AsSpan().IndexOfAnyExcept(AllowedCharacters.InIds) < 0;
        value = valid ? new CorrelationId(text!) : default;
        return valid;
    }

    /// <inheritdoc/>
    public override string ToString() => _text ?? throw new InvalidOperationException("A correlation id was used before it was set.");
}
