using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Lorch.Testing.Shell;

/// <summary>What changes the shell itself.</summary>
internal static class Builtins
{
    /// <summary>Runs one; null: it is none.</summary>
    public static int? Run(Interpreter shell, List<string> words, int status)
    {
        var given = words.Count > 1 && int.TryParse(words[1], CultureInfo.InvariantCulture, out var number) ? number : status;
        switch (words[0])
        {
            case ":" or "true" or "trap" or "set" or "wait":
                // Windows sends no signal that could be trapped, and nothing waits here for what runs in the background but the tests.
                return 0;
            case "false":
                return 1;
            case "exit" or "return":
                throw new Leave(words[0], given);
            case "break" or "continue":
                throw new Leave(words[0], 0);
            case "eval":
                return shell.Run(string.Join(' ', words.Skip(1)));
            case "cd":
                shell.Folder = shell.Resolve(words[1]);
                return 0;
            case "shift":
                shell.Arguments = [.. shell.Arguments.Skip(1)];
                return 0;
            case "export" or "local":
                foreach (var (name, value) in words.Skip(1)
                    .Select(word => word.Split('=', 2))
                    .Select(parts => (parts[0], parts.ElementAtOrDefault(1))))
                {
                    shell.Set(name, value ?? shell.Variable(name), isExported: words[0] == "export");
                }

                return 0;
            case "read":
                return Read(shell, [.. words.Skip(1).Where(word => !word.StartsWith('-'))]);
            case "kill":
                return Kill(words);
            case "test" or "[":
                return Test(shell, words[1..(words[0] == "[" ? words.Count - 1 : words.Count)]) ? 0 : 1;
            default:
                return null;
        }
    }

    private static int Read(Interpreter shell, string[] names)
    {
        var (line, isWhole) = ReadLine(shell.Input);
        var parts = names.Length == 1 ? [line] : line.Split((char[]?)null, names.Length, StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < names.Length; i++)
        {
            shell.Set(names[i], parts.ElementAtOrDefault(i) ?? "");
        }

        return isWhole ? 0 : 1;
    }

    /// <summary>Byte by byte: the rest is for whoever reads next.</summary>
    public static (string Line, bool IsWhole) ReadLine(Stream input)
    {
        var bytes = new List<byte>();
        for (int value; (value = input.ReadByte()) >= 0; bytes.Add((byte)value))
        {
            if (value == '\n')
            {
                return (new UTF8Encoding(false).GetString([.. bytes]), true);
            }
        }

        return (new UTF8Encoding(false).GetString([.. bytes]), false);
    }

    private static int Kill(List<string> words)
    {
        using var process = Process.GetProcessById(int.Parse(words[^1], CultureInfo.InvariantCulture));
        process.Kill();
        return 0;
    }

    private static bool Test(Interpreter shell, List<string> words) => words switch
    {
        ["!", .. var rest] => !Test(shell, rest),
        [.. var left, "-a", _, _, _] => Test(shell, left) && Test(shell, words[^3..]),
        ["-f", var path] => File.Exists(shell.Resolve(path)),
        ["-d", var path] => Directory.Exists(shell.Resolve(path)),
        ["-e", var path] => Path.Exists(shell.Resolve(path)),
        ["-s", var path] => new FileInfo(shell.Resolve(path)) is { Exists: true, Length: > 0 },
        ["-L" or "-h", var path] => new FileInfo(shell.Resolve(path)).LinkTarget is not null,
        ["-n", var text] => text.Length > 0,
        ["-z", var text] => text.Length == 0,
        [var text] => text.Length > 0,
        [var left, "=" or "==", var right] => left == right,
        [var left, "!=", var right] => left != right,
        [var left, ['-', ..] sign, var right] => Compare(Number(left), sign, Number(right)),
        _ => false,
    };

    private static bool Compare(long left, string sign, long right) => sign switch
    {
        "-eq" => left == right,
        "-ne" => left != right,
        "-lt" => left < right,
        "-le" => left <= right,
        "-gt" => left > right,
        "-ge" => left >= right,
        _ => throw new FormatException($"test {sign} isn't known here"),
    };

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
