using System.Text;

namespace Lorch.Testing;

/// <summary>What merges, disks, editors and people leave in the place of a file.</summary>
internal static class Garbage
{
    private static readonly Dictionary<string, Func<string, byte[]>> Contents = new(StringComparer.Ordinal)
    {
        ["nothing"] = _ => [],
        ["a line feed"] = _ => "\n"u8.ToArray(),
        ["null"] = _ => "null\n"u8.ToArray(),
        ["an empty object"] = _ => "{}\n"u8.ToArray(),
        ["an empty list"] = _ => "[]\n"u8.ToArray(),
        ["a text"] = _ => "\"text\"\n"u8.ToArray(),
        ["a huge number"] = _ => "{\"format\":1e999}\n"u8.ToArray(),
        ["another format"] = text => Bytes(
            text.Replace("\"format\": 1", "\"format\": 99", StringComparison.Ordinal)
                .Replace("\"format\":1", "\"format\":99", StringComparison.Ordinal)),
        ["the first half"] = text => Bytes(text[..(text.Length / 2)]),
        ["everything twice"] = text => Bytes(text + text),
        ["each member null"] = text => Bytes(
            System.Text.RegularExpressions.Regex.Replace(text, "(\"[a-z_]+\": ?)(\"[^\"]*\"|[0-9]+)", "$1null")),
        ["members that nobody knows"] = text => Bytes(text.Replace("\"format\"", "\"fromat\"", StringComparison.Ordinal)),
        ["numbers for texts"] = text => Bytes(System.Text.RegularExpressions.Regex.Replace(text, "(\"[a-z_]+\": ?)\"[^\"]*\"", "${1}-1")),
        ["zeros"] = text => new byte[Math.Max(1, text.Length)],
        ["UTF-16"] = text => [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(text)],
        ["a byte order mark"] = text => [.. Encoding.UTF8.GetPreamble(), .. Bytes(text)],
        ["no UTF-8"] = text => [.. Bytes(text), 0xFF, 0xFE],
        ["a deep nest"] = _ => Bytes(new string('[', 100_000)),
        ["the marks of a merge"] = text => Bytes(
            $"<<<<<<< HEAD\n{text.TrimEnd('\n')}\n=======\n"
                + $"{text.Replace("run-20", "run-19", StringComparison.Ordinal).TrimEnd('\n')}\n>>>>>>> feature\n"),
        ["the marks of a merge with its base"] = text => Bytes(
            $"{text}<<<<<<< ours\n{text}||||||| base\n{text}=======\n{text}>>>>>>> theirs\n"),
        ["one mark of a merge"] = text => Bytes($"{text.TrimEnd('\n')}\n=======\n{text}"),
    };

    private static readonly Dictionary<string, Action<string>> Things = new(StringComparer.Ordinal)
    {
        ["a folder"] = path => Directory.CreateDirectory(path),
        ["a folder that holds something"] = path => File.WriteAllText(Path.Join(Directory.CreateDirectory(path).FullName, "mine"), "mine"),
        ["a link to nothing"] = path => File.CreateSymbolicLink(path, "/nowhere/at/all"),
        ["a link to itself"] = path => File.CreateSymbolicLink(path, path),
        ["a link to a folder"] = path => File.CreateSymbolicLink(path, Path.GetDirectoryName(Path.GetDirectoryName(path))!),
        ["a FIFO"] = path => System.Diagnostics.Process.Start("mkfifo", [path]).WaitForExit(),
    };

    /// <summary>The names of all kinds.</summary>
    public static IEnumerable<string> Kinds => OperatingSystem.IsLinux() ? [.. Contents.Keys, .. Things.Keys] : Contents.Keys;

    /// <summary>Puts garbage in the place of a file.</summary>
    public static void Put(string kind, string path)
    {
        if (Contents.TryGetValue(kind, out var content))
        {
            File.WriteAllBytes(path, content(File.ReadAllText(path)));
            return;
        }

        File.Delete(path);
        Things[kind](path);
    }

    /// <summary>Whether the kind stands in the file's place in such a way that its path leads to no file.</summary>
    public static bool IsAbsence(string kind) => kind is "a link to nothing";

    private static byte[] Bytes(string text) => new UTF8Encoding(false).GetBytes(text);
}
