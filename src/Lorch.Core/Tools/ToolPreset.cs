using System.Text.Json.Serialization;
using Lorch.Core.Json;
using Lorch.Core.Protocol;

namespace Lorch.Core.Tools;

/// <summary>
/// How a coding tool is run once without anybody watching, and how its answer is read. Its JSON form is <c>preset.v1.json</c>.
/// </summary>
internal sealed record ToolPreset
{
    /// <summary>Gets the version of the format.</summary>
    [JsonPropertyName("format")]
    [JsonConverter(typeof(PositiveInt32Converter))]
    public required int Format { get; init; }

    /// <summary>Gets the name by which lorch.json calls it.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>Gets the tool's own name.</summary>
    [JsonPropertyName("title")]
    public required string Title { get; init; }

    /// <summary>
    /// Gets the program and the arguments that it always gets. <c>{prompt}</c> and <c>{prompt_file}</c> stand for the prompt.
    /// </summary>
    [JsonPropertyName("command")]
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Gets what an agent of each type gets besides: what it may do unasked.</summary>
    [JsonPropertyName("args")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<AgentType, IReadOnlyList<string>>? Arguments { get; init; }

    /// <summary>Gets a value indicating whether it is known what makes the tool tell its version.</summary>
    [JsonIgnore]
    public bool TellsVersion => VersionArguments is not null || ToolUse.Presets.Contains(Name);

    /// <summary>Gets how a model is named; <c>{model}</c> stands for it.</summary>
    [JsonPropertyName("model_args")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? ModelArguments { get; init; }

    /// <summary>Gets how the prompt travels.</summary>
    [JsonPropertyName("prompt")]
    public PromptWay Prompt { get; init; }

    /// <summary>Gets what the tool writes to its standard output.</summary>
    [JsonPropertyName("output")]
    public ToolOutputForm Output { get; init; }

    /// <summary>Gets how JSON output is read.</summary>
    [JsonPropertyName("rules")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ToolRule>? Rules { get; init; }

    /// <summary>Gets how the tool's complaints are known again, before those that all tools have in common.</summary>
    [JsonPropertyName("failures")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ToolComplaint>? Failures { get; init; }

    /// <summary>Gets the globs of what the tool drops.</summary>
    [JsonPropertyName("ignore")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Ignore { get; init; }

    /// <summary>Gets what is added to the tool's environment unless it is there.</summary>
    [JsonPropertyName("env")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Environment { get; init; }

    /// <summary>Gets the arguments that make it tell its version; <c>--version</c> by default.</summary>
    [JsonPropertyName("version_args")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? VersionArguments { get; init; }

    /// <summary>Gets the least version that has all this; <see langword="null"/> if any has.</summary>
    [JsonPropertyName("least_version")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? LeastVersion { get; init; }

    /// <summary>Gets how it is installed.</summary>
    [JsonPropertyName("install")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Install { get; init; }

    /// <summary>Gets how one signs in.</summary>
    [JsonPropertyName("sign_in")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? SignIn { get; init; }
}

/// <summary>How a prompt travels to a tool.</summary>
[JsonConverter(typeof(PromptWayConverter))]
internal enum PromptWay
{
    Stdin,
    Argument,
    File,
}

/// <summary>What a tool writes to its standard output.</summary>
[JsonConverter(typeof(ToolOutputFormConverter))]
internal enum ToolOutputForm
{
    /// <summary>The answer.</summary>
    Text,

    /// <summary>One JSON value.</summary>
    Json,

    /// <summary>One JSON value a line.</summary>
    StreamJson,
}

/// <summary>How a tool says its work ended.</summary>
[JsonConverter(typeof(ToolEndConverter))]
internal enum ToolEnd
{
    /// <summary>It did what it was asked for.</summary>
    Done,

    /// <summary>It didn't, or not all of it. This wins if it says both.</summary>
    Failed,
}

internal sealed class PromptWayConverter() : WireNameConverter<PromptWay>(PromptWayNames.All);

internal sealed class ToolOutputFormConverter() : WireNameConverter<ToolOutputForm>(ToolOutputFormNames.All);

internal sealed class ToolEndConverter() : WireNameConverter<ToolEnd>(ToolEndNames.All);

internal static class ToolEndNames
{
    public static readonly WireNames<ToolEnd> All = new((ToolEnd.Done, "done"), (ToolEnd.Failed, "failed"));
}

internal static class PromptWayNames
{
    public static readonly WireNames<PromptWay> All =
        new((PromptWay.Stdin, "stdin"), (PromptWay.Argument, "argument"), (PromptWay.File, "file"));
}

internal static class ToolOutputFormNames
{
    public static readonly WireNames<ToolOutputForm> All =
        new((ToolOutputForm.Text, "text"), (ToolOutputForm.Json, "json"), (ToolOutputForm.StreamJson, "stream-json"));
}

/// <summary>
/// What is taken out of a JSON value, if it is the kind that is meant. Places are members joined by dots; <c>[]</c> behind one stands for
/// every item, <c>*</c> for every member.
/// </summary>
internal sealed record ToolRule
{
    /// <summary>Gets places and the text or truth that must stand there.</summary>
    [JsonPropertyName("when")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? When { get; init; }

    /// <summary>Gets places where something must stand, and the text or truth that it must not be.</summary>
    [JsonPropertyName("when_not")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? WhenNot { get; init; }

    /// <summary>
    /// Gets what the value says of the work's end: nothing more is to come, and a tool that doesn't end then is ended.
    /// <see langword="null"/>: nothing.
    /// </summary>
    [JsonPropertyName("end")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ToolEnd? End { get; init; }

    /// <summary>Gets where the answer stands. The last one counts.</summary>
    [JsonPropertyName("answer")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Answer { get; init; }

    /// <summary>Gets where a piece of the answer stands, to be put behind those before.</summary>
    [JsonPropertyName("answer_piece")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? AnswerPiece { get; init; }

    /// <summary>Gets where something stands that shows what goes on.</summary>
    [JsonPropertyName("progress")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Progress { get; init; }

    /// <summary>Gets where a complaint stands: the tool failed.</summary>
    [JsonPropertyName("error")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Error { get; init; }

    /// <summary>Gets where a complaint stands after which it is of no use to wait on: the tool is ended.</summary>
    [JsonPropertyName("fatal")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Fatal { get; init; }

    /// <summary>Gets where the tokens read stand; several places are added.</summary>
    [JsonPropertyName("input_tokens")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? InputTokens { get; init; }

    /// <summary>Gets where the tokens written stand.</summary>
    [JsonPropertyName("output_tokens")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? OutputTokens { get; init; }

    /// <summary>Gets where the price in US dollars stands.</summary>
    [JsonPropertyName("cost_usd")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CostUsd { get; init; }
}

/// <summary>Texts in which a complaint is known again.</summary>
internal sealed record ToolComplaint
{
    /// <summary>Gets what it means: one of <see cref="ToolFailure"/>.</summary>
    [JsonPropertyName("code")]
    public required string Code { get; init; }

    /// <summary>Gets parts of the complaint, any of which tells; upper and lower case are the same.</summary>
    [JsonPropertyName("match")]
    public required IReadOnlyList<string> Match { get; init; }
}
