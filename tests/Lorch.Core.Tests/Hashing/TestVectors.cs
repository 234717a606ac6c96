namespace Lorch.Core.Tests.Hashing;

/// <summary>The folder of vectors that other implementations made; it lies beside the repository or where LORCH_VECTORS says.</summary>
internal static class TestVectors
{
    public static string FolderOrSkip()
    {
        var folder = Environment.GetEnvironmentVariable("LORCH_VECTORS") ?? FindBesideRepository();
        Assert.SkipUnless(Directory.Exists(folder), "There is no folder of vectors: set LORCH_VECTORS to one that has ik.json and jcs/.");
        return folder!;
    }

    private static string? FindBesideRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Join(folder.FullName, "Lorch.Build.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.Parent is { } above ? Path.Join(above.FullName, "shared", "vectors") : null;
    }
}
