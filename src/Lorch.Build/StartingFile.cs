using System.Reflection;
using System.Text;
using Lorch.Core.Configuration.Beginning;

namespace Lorch.Build;

/// <summary>A file that a workspace may begin with.</summary>
/// <param name="Path">Its absolute path.</param>
/// <param name="Text">What is written where there is none.</param>
/// <param name="ToAdd">What somebody who has such a file adds to it; <see langword="null"/> if there is nothing to add.</param>
internal sealed record StartingFile(string Path, string Text, string? ToAdd = null)
{
    private const string Schema = "lorch.v1.json";

    private static readonly string[] Ignored = ["/contents/", "/events/", "/logs/", "/reports/", "/state/", "/transcripts/"];

    public ReadOnlyMemory<byte> Bytes => new UTF8Encoding(false, true).GetBytes(Text);

    public static StartingFile Configuration(string path, string? tool) => new(path, DefaultConfiguration.GetText(Schema, tool));

    // Beside the configuration, where task files are looked for.
    public static StartingFile Task(string configuration, string root) => new(
        System.IO.Path.Combine(System.IO.Path.GetDirectoryName(configuration)!, "tasks", $"{FirstTask.Id}.md"),
        FirstTask.GetText(root));

    // Beside the configuration, so that its $schema holds on every machine and without a network.
    public static StartingFile SchemaOf(string configuration)
    {
        using var stream = new StreamReader(typeof(StartingFile).Assembly.GetManifestResourceStream(Schema)!);
        return new StartingFile(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(configuration)!, Schema), stream.ReadToEnd());
    }

    public static StartingFile Project(string path) => new(path, $"<Project Sdk=\"Lorch.Build/{PackageVersion()}\" />\n");

    public static StartingFile Solution(string root)
    {
        var import = $"<Import Project=\"Solution.targets\" Sdk=\"Lorch.Build\" Version=\"{PackageVersion()}\" />";
        return new StartingFile(
            System.IO.Path.Combine(root, "Directory.Solution.targets"),
            $"<Project>\n\n  <!-- dotnet build of the solution with -t:LorchRun, -t:LorchStatus and so on. A plain build is as it was. "
                + $"-->\n  {import}\n\n</Project>\n",
            import);
    }

    /// <summary>Receipts and snapshots are left out: with them a fresh clone skips what was done.</summary>
    public static StartingFile GitIgnore(string root) =>
        new(System.IO.Path.Combine(root, ".gitignore"), string.Join('\n', Ignored) + '\n', string.Join(' ', Ignored));

    private static string PackageVersion() =>
        typeof(StartingFile).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
