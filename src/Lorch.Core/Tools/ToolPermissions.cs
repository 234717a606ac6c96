using System.Text.Json;

namespace Lorch.Core.Tools;

/// <summary>What a tool may do where it asks first.</summary>
internal sealed record ToolPermissions
{
    private const string Allow = "allow";
    private const string Refuse = "refuse";

    /// <summary>Gets the members that <c>permissions</c> may have.</summary>
    public static IReadOnlyList<string> Members { get; } = ["inside", "outside", "commands", "network"];

    /// <summary>Gets a value indicating whether it may read, and change what its agent may change, inside the workspace.</summary>
    public bool Inside { get; private init; } = true;

    /// <summary>
    /// Gets a value indicating whether it may read and change what is outside of the workspace, and do what nobody can tell.
    /// </summary>
    public bool Outside { get; private init; }

    /// <summary>Gets a value indicating whether it may run commands, which start in the workspace.</summary>
    public bool Commands { get; private init; } = true;

    /// <summary>Gets a value indicating whether it may fetch something from the network.</summary>
    public bool Network { get; private init; }

    /// <summary>Reads the policy.</summary>
    /// <param name="permissions">The object <c>permissions</c>; null: there is none.</param>
    /// <returns>The policy.</returns>
    /// <exception cref="JsonException">It isn't one; the path starts at the object's root.</exception>
    public static ToolPermissions Read(JsonElement? permissions)
    {
        var policy = new ToolPermissions();
        if (permissions is not { } given)
        {
            return policy;
        }

        foreach (var member in given.EnumerateObject())
        {
            var isAllowed = member.Value.ValueKind is JsonValueKind.String && member.Value.GetString() is Allow or Refuse
                ? member.Value.ValueEquals(Allow)
                : throw new JsonException(
                    $"found {member.Value.GetRawText()}, expected \"{Allow}\" or \"{Refuse}\"",
                    "$." + member.Name,
                    null,
                    null);
            policy = member.Name switch
            {
                "inside" => policy with { Inside = isAllowed },
                "outside" => policy with { Outside = isAllowed },
                "commands" => policy with { Commands = isAllowed },
                "network" => policy with { Network = isAllowed },
                var name => throw new JsonException(
                    $"found an unknown member '{name}', expected one of {string.Join(", ", Members)}",
                    "$." + name,
                    null,
                    null),
            };
        }

        return policy;
    }
}
