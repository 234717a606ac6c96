using System.Text.Json;
using Lorch.Agent.Working;
using Lorch.Core;
using Lorch.Core.Tools;

namespace Lorch.Agent.Acp;

/// <summary>Decides what a tool may do that asks.</summary>
/// <param name="policy">What lorch.json says.</param>
/// <param name="places">Tells what is inside the workspace.</param>
internal sealed class AcpPermissions(ToolPermissions policy, AcpPlaces places)
{
    // Where tools name files in the input of a call. Locations and differences, which the protocol has for it, are looked at first.
    private static readonly string[] PathMembers =
        ["file_path", "filePath", "path", "absolute_path", "notebook_path", "abs_path", "dir_path", "directory", "cwd", "workdir"];

    /// <summary>Decides.</summary>
    /// <param name="call">The call that the tool wants to make, with all that was said of it.</param>
    /// <param name="writable">What the agent may change.</param>
    /// <returns>The decision.</returns>
    public PermissionDecision Decide(ToolCallFacts call, WritableFiles writable) => call.Kind switch
    {
        "execute" => Outside(call, toWrite: false) is { } place
            ? Of(policy.Outside, $"it works in {place}")
            : Of(policy.Commands, "it runs a command in the workspace"),
        "fetch" => Of(policy.Network, "it reaches into the network"),
        "read" or "search" or "think" => Outside(call, toWrite: false) is { } place
            ? Of(policy.Outside, $"it reads {place}")
            : Of(policy.Inside, "it reads in the workspace"),
        "edit" or "delete" or "move" => Change(call, writable),
        _ when call.Command is not null => Of(policy.Commands, "it runs a command in the workspace"),
        _ when call.Paths.Count > 0 => Change(call, writable),
        var kind => Of(policy.Outside, $"nothing tells what it does (kind '{kind ?? "none"}', no file, no command)"),
    };

    /// <summary>Collects the paths that a call names.</summary>
    /// <param name="call">The call, as a request or an update describes it.</param>
    /// <returns>The paths.</returns>
    public static IEnumerable<string> PathsOf(JsonElement call)
    {
        var locations = call.Items("locations").Select(location => location.FindText("path"));
        var differences = call.Items("content")
            .Where(content => content.FindText("type") == "diff")
            .Select(content => content.FindText("path"));
        var input = call.Find("rawInput") is { ValueKind: JsonValueKind.Object } given
            ? PathMembers.Select(name => given.FindText(name))
            : [];
        return locations.Concat(differences).Concat(input).OfType<string>().Where(path => path.Length > 0);
    }

    private PermissionDecision Change(ToolCallFacts call, WritableFiles writable)
    {
        if (call.Paths.Count == 0)
        {
            return Of(policy.Outside, "it changes something and doesn't say which file");
        }

        if (Outside(call, toWrite: true) is { } place)
        {
            return Of(policy.Outside, $"it changes {place}");
        }

        foreach (var path in call.Paths)
        {
            if (Resolve(path, toWrite: true, out _) is { } inside && !writable.Allows(inside) && !writable.Ignores(inside))
            {
                return new PermissionDecision(
                    IsGranted: false,
                    $"this agent may not change '{inside}' (allowed: {string.Join(", ", writable.Globs)})");
            }
        }

        return Of(policy.Inside, "it changes files that this agent may change");
    }

    private string? Outside(ToolCallFacts call, bool toWrite)
    {
        foreach (var path in call.Paths)
        {
            Resolve(path, toWrite, out var problem);
            if (problem is not null)
            {
                return $"'{path}', which {problem}";
            }
        }

        return null;
    }

    /// <summary>
    /// Paths in a call's input may be relative to the workspace; one of Windows that begins at a drive or at its root isn't.
    /// </summary>
    private RelativePath? Resolve(string path, bool toWrite, out string? problem)
    {
        if (path.StartsWith('~'))
        {
            problem = "is in somebody's home";
            return null;
        }

        var absolute = Path.IsPathRooted(path)
            ? path
            : Path.Join(places.Root, path is "." ? "" : path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path);
        return places.TryFind(absolute, toWrite, out var place, out problem) ? place : null;
    }

    private static PermissionDecision Of(bool isGranted, string reason) => new(isGranted, reason);
}

/// <summary>What is decided.</summary>
/// <param name="IsGranted">Whether the tool may.</param>
/// <param name="Reason">Why, as a clause.</param>
internal sealed record PermissionDecision(bool IsGranted, string Reason);

/// <summary>What is known of a call that a tool makes.</summary>
internal sealed record ToolCallFacts
{
    /// <summary>Gets the kind, as the protocol names it; null if the tool doesn't say.</summary>
    public string? Kind { get; init; }

    /// <summary>Gets the title.</summary>
    public string? Title { get; init; }

    /// <summary>Gets the command, if there is one.</summary>
    public string? Command { get; init; }

    /// <summary>Gets the files and folders that it names.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Adds what a later message says.</summary>
    /// <param name="call">The call, as a request or an update describes it.</param>
    /// <returns>Both together.</returns>
    public ToolCallFacts With(JsonElement call) => new()
    {
        Kind = call.FindText("kind") ?? Kind,
        Title = call.FindText("title") ?? Title,
        Command = call.Find("rawInput")?.FindText("command") ?? Command,
        Paths = [.. Paths.Union(AcpPermissions.PathsOf(call))],
    };
}
