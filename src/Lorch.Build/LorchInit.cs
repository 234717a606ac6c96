using System.Reflection;
using System.Text;
using Lorch.Core;
using Lorch.Core.Configuration;
using Lorch.Core.Storage;
using Microsoft.Build.Framework;

namespace Lorch.Build;

/// <summary>Writes what a workspace needs to begin with, never over a file that exists.</summary>
[MSBuildMultiThreadableTask]
public sealed class LorchInit : LorchTask
{
    private const string Schema = "lorch.v1.json";

    private static readonly string[] OtherProjects = ["*.*proj", "*.sln", "*.slnx"];

    /// <summary>Gets or sets the workspace's root folder.</summary>
    [Required]
    public string WorkspaceRoot { get; set; } = "";

    /// <summary>Gets or sets the path of the configuration; <c>lorch.json</c> in the root by default.</summary>
    public string? ConfigurationFile { get; set; }

    /// <summary>Gets or sets a value indicating whether to write a <c>lorch.proj</c> as well.</summary>
    public bool WithProject { get; set; }

    private protected override async Task WorkAsync(BuildLog log, CancellationToken cancellationToken)
    {
        var root = Rooted(WorkspaceRoot)!;
        var files = new DurableFiles();
        var written = 0;

        async Task WriteAsync(string path, ReadOnlyMemory<byte> content)
        {
            if (await files.CreateAsync(path, content, cancellationToken))
            {
                written++;
                log.Say(MessageImportance.High, $"Written: {path}");
            }
            else
            {
                log.Report(new Diagnostic
                {
                    Code = DiagnosticCode.FileExists,
                    Message = "The file exists and is left as it is.",
                    Severity = DiagnosticSeverity.Warning,
                    File = path,
                });
            }
        }

        var configuration = Rooted(ConfigurationFile) ?? Path.Combine(root, "lorch.json");
        await WriteAsync(configuration, Bytes(DefaultConfiguration.GetText(Schema)));
        await WriteAsync(Path.Combine(Path.GetDirectoryName(configuration)!, Schema), SchemaText());
        if (WithProject)
        {
            await WriteAsync(ProjectPath(root, log), ProjectText());
        }

        log.Say(MessageImportance.High, written > 0 ? "Next: say in lorch.json what the first task is, then dotnet build -t:LorchRun" : "Nothing was written.");
    }

    // A second project in the root would make a plain `dotnet build` there fail (MSB1011), or replace what it builds.
    private static string ProjectPath(string root, BuildLog log)
    {
        var own = Path.Combine(root, "lorch.proj");
        var other = OtherProjects.SelectMany(pattern => Directory.EnumerateFiles(root, pattern)).FirstOrDefault(file => file != own);
        if (other is null)
        {
            return own;
        }

        log.Say(MessageImportance.High, $"The project goes into a folder of its own, because a plain dotnet build finds {Path.GetFileName(other)} in {root}.");
        return Path.Combine(root, "lorch", "lorch.proj");
    }

    // Beside the configuration, so that its $schema holds on every machine and without a network.
    private static byte[] SchemaText()
    {
        using var stream = typeof(LorchInit).Assembly.GetManifestResourceStream(Schema)!;
        using var text = new MemoryStream();
        stream.CopyTo(text);
        return text.ToArray();
    }

    private static byte[] ProjectText() => Bytes($"<Project Sdk=\"Lorch.Build/{PackageVersion()}\" />\n");

    private static byte[] Bytes(string text) => new UTF8Encoding(false, true).GetBytes(text);

    private static string PackageVersion() =>
        typeof(LorchInit).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
