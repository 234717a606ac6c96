using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Lorch.Core.Json;

namespace Lorch.Core.Protocol;

/// <summary>What work cost, as far as somebody says: <c>payload.usage</c> of an agent's event, and sums of it.</summary>
internal sealed record Usage
{
    private const string Member = "usage";

    /// <summary>Nothing that is known of.</summary>
    internal static readonly Usage None = new() { InputTokens = 0, OutputTokens = 0 };

    /// <summary>Gets how many tokens were read.</summary>
    [JsonPropertyName("input_tokens")]
    [JsonConverter(typeof(NotNegativeInt64Converter))]
    public required long InputTokens { get; init; }

    /// <summary>Gets how many tokens were written.</summary>
    [JsonPropertyName("output_tokens")]
    [JsonConverter(typeof(NotNegativeInt64Converter))]
    public required long OutputTokens { get; init; }

    /// <summary>Gets the price in US dollars; <see langword="null"/> if nobody named one.</summary>
    [JsonPropertyName("cost_usd")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? CostUsd { get; init; }

    /// <summary>Gets the tokens read and written.</summary>
    [JsonIgnore]
    public long Tokens => InputTokens + OutputTokens;

    /// <summary>Gets a value indicating whether nothing is known of.</summary>
    [JsonIgnore]
    public bool IsEmpty => this is { InputTokens: 0, OutputTokens: 0, CostUsd: null };

    /// <summary>Reads what a payload says. It is an agent's word: what isn't a number from 0 up counts as nothing.</summary>
    internal static Usage Of(JsonElement? payload) =>
        payload is { ValueKind: JsonValueKind.Object } value
            && value.TryGetProperty(Member, out var usage)
            && usage.ValueKind is JsonValueKind.Object
            ? new Usage
            {
                InputTokens = Count(usage, "input_tokens"),
                OutputTokens = Count(usage, "output_tokens"),
                CostUsd = usage.TryGetProperty("cost_usd", out var cost) && cost.ValueKind is JsonValueKind.Number
                    && cost.TryGetDecimal(out var dollars) && dollars is >= 0 and < 1_000_000
                        ? dollars
                        : null,
            }
            : None;

    /// <summary>Gives a payload without what it says of costs.</summary>
    internal static JsonElement Without(JsonElement payload) =>
        payload.TryGetProperty(Member, out _) ? JsonText.Without(payload, Member) : payload;

    /// <summary>Gives it in words, such as <c>1,200 tokens, 0.05 USD</c>; empty if nothing is known of.</summary>
    public string ToText() => IsEmpty ? "" : string.Create(
        CultureInfo.InvariantCulture,
        $"{Tokens:#,0} tokens{(CostUsd is { } dollars ? FormattableString.Invariant($", {dollars:0.00##} USD") : "")}");

    /// <summary>Adds two.</summary>
    internal Usage Add(Usage other) => other.IsEmpty ? this : new Usage
    {
        InputTokens = InputTokens + other.InputTokens,
        OutputTokens = OutputTokens + other.OutputTokens,
        CostUsd = CostUsd is null && other.CostUsd is null ? null : (CostUsd ?? 0) + (other.CostUsd ?? 0),
    };

    private static long Count(JsonElement usage, string name) =>
        usage.TryGetProperty(name, out var count)
            && count.ValueKind is JsonValueKind.Number
            && count.TryGetInt64(out var number)
            && number is >= 0 and < 1_000_000_000_000
            ? number
            : 0;
}
