using System.Text.Json;
using Lorch.Core.Json;
using Lorch.Core.Protocol;

namespace Lorch.Core.Tools;

/// <summary>The prompts in the identities of agents.</summary>
internal static class PromptIdentities
{
    private const string Member = "prompts";

    /// <summary>Reads which prompts agents work with; those that use no tool have none.</summary>
    public static IReadOnlyDictionary<AgentAction, string> Of(IEnumerable<JsonElement> identities) => identities
        .SelectMany(identity => identity.TryGetProperty(Member, out var prompts) ? prompts.EnumerateObject() : [])
        .ToDictionary(
            prompt => AgentActionNames.All.TryParse(prompt.Name, out var action)
                ? action
                : throw new InvalidOperationException($"'{prompt.Name}' is no action."),
            prompt => prompt.Value.GetString()!);

    /// <summary>Adds its prompts to an agent's identity.</summary>
    public static JsonElement Add(JsonElement identity, IReadOnlyDictionary<AgentAction, string> prompts) => JsonText.Write(json =>
    {
        json.WriteStartObject();
        foreach (var member in identity.EnumerateObject())
        {
            member.WriteTo(json);
        }

        json.WriteStartObject(Member);
        foreach (var (action, prompt) in prompts)
        {
            json.WriteString(action.WireName, prompt);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    });

    /// <summary>Says which prompts are other ones, in the names that people know them by.</summary>
    public static IReadOnlyList<string> Differences(
        IReadOnlyDictionary<AgentAction, string> before,
        IReadOnlyDictionary<AgentAction, string> after) =>
    [
        .. after.Keys.Order().Where(action => before.TryGetValue(action, out var earlier) && earlier != after[action])
            .Select(action => ShippedPrompts.IsShipped(before[action]) && ShippedPrompts.IsShipped(after[action])
                ? $"the package's prompt for {action.WireName}"
                : $"{ShippedPrompts.Folder}/{action.WireName}.md"),
    ];
}
