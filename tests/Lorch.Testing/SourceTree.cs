namespace Lorch.Testing;

/// <summary>The repository that the tests belong to.</summary>
public static class SourceTree
{
    /// <summary>Gets its absolute path.</summary>
    public static string Root { get; } = Find();

    /// <summary>Gets the C# files below a folder that somebody wrote.</summary>
    /// <param name="folder">The folder, with <c>/</c>.</param>
    /// <returns>The absolute paths.</returns>
    public static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(Path.Join(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(Root, file).Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"));

    private static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Join(folder, "Lorch.Build.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests don't lie in the repository.");
        }

        return folder;
    }
}
