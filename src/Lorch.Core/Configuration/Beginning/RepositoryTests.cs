using System.Text;
using System.Text.Json;
using Lorch.Core.Storage;

namespace Lorch.Core.Configuration.Beginning;

/// <summary>The commands that run a repository's tests, as far as the files in its root say.</summary>
/// <param name="Commands">The commands; if there is a doubt, an example.</param>
/// <param name="Doubt">Why the commands can't be used as they are; <see langword="null"/> if they can.</param>
internal sealed record RepositoryTests(IReadOnlyList<IReadOnlyList<string>> Commands, string? Doubt)
{
    // What npm init writes for who has no tests: a command that always fails.
    private const string NoTestsYet = "no test specified";

    private static readonly string[] Solutions = [".sln", ".slnx"];
    private static readonly string[] Projects = [".csproj", ".fsproj", ".vbproj"];

    /// <summary>Looks what the repository is. A file that can't be read says nothing.</summary>
    public static RepositoryTests Find(string root)
    {
        var names = Names(root);
        var commands = new List<IReadOnlyList<string>>();
        string? doubt = null;
        if (Dotnet(names, ref doubt) is { } dotnet)
        {
            commands.Add(dotnet);
        }

        if (names.Contains("package.json") && HasTestScript(Read(root, "package.json")))
        {
            commands.Add(["npm", "test"]);
        }

        if (names.Contains("Cargo.toml"))
        {
            commands.Add(["cargo", "test"]);
        }

        if (names.Contains("go.mod"))
        {
            commands.Add(["go", "test", "./..."]);
        }

        if (names.Contains("pyproject.toml")
            && new UTF8Encoding(false).GetString(Read(root, "pyproject.toml")).Contains("pytest", StringComparison.Ordinal))
        {
            commands.Add(["pytest"]);
        }

        return commands.Count > 0
            ? new RepositoryTests(commands, doubt)
            : new RepositoryTests(
                [["make", "test"]],
                "No tests were found in this folder. Without such commands the review alone decides.");
    }

    // A plain dotnet test takes what dotnet build takes: the one solution or project of the folder.
    private static IReadOnlyList<string>? Dotnet(HashSet<string> names, ref string? doubt)
    {
        List<string> solutions = [.. names.Where(name => Solutions.Contains(Path.GetExtension(name))).Order(StringComparer.Ordinal)];
        List<string> projects = [.. names.Where(name => Projects.Contains(Path.GetExtension(name))).Order(StringComparer.Ordinal)];
        var candidates = solutions.Count > 0 ? solutions : projects;
        if (candidates.Count == 0)
        {
            return null;
        }

        doubt = candidates.Count > 1 ? $"This folder has {string.Join(" and ", candidates)}: name the one with the tests." : null;
        var isOnlyOne = candidates.Count == 1 && (solutions.Count == 0 || projects.Count == 0) && !names.Contains("lorch.proj");
        return isOnlyOne ? ["dotnet", "test"] : ["dotnet", "test", candidates[0]];
    }

    private static bool HasTestScript(byte[] package)
    {
        try
        {
            using var json = JsonDocument.Parse(package);
            return json.RootElement.ValueKind is JsonValueKind.Object
                && json.RootElement.TryGetProperty("scripts", out var scripts) && scripts.ValueKind is JsonValueKind.Object
                && scripts.TryGetProperty("test", out var test) && test.ValueKind is JsonValueKind.String
                && test.GetString() is { Length: > 0 } script && !script.Contains(NoTestsYet, StringComparison.Ordinal);
        }
        catch (JsonException)
        {
            // npm can't read it either.
            return false;
        }
    }

    private static HashSet<string> Names(string root)
    {
        try
        {
            return [.. Directory.EnumerateFiles(root).Select(path => Path.GetFileName(path))];
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            return [];
        }
    }

    private static byte[] Read(string root, string name)
    {
        try
        {
            return NoFifo.ReadAllBytes(Path.Join(root, name));
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            return [];
        }
    }
}
