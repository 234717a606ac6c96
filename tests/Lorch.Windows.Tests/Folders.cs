namespace Lorch.Windows.Tests;

/// <summary>Copies folders.</summary>
internal static class Folders
{
    /// <summary>Copies all files of a folder; nothing is done if it isn't there.</summary>
    public static void Copy(string from, string to)
    {
        if (!Directory.Exists(from))
        {
            return;
        }

        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Join(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }
    }
}
