using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Lorch.Testing.Shell;

/// <summary>The small programs that every Unix has, as far as they are used.</summary>
internal static class Utilities
{
    private static readonly UTF8Encoding Utf8 = new(false);

    /// <summary>Runs one; null: it is none.</summary>
    public static int? Run(Interpreter shell, List<string> words)
    {
        var arguments = words[1..];
        var operands = arguments.Where(argument => !argument.StartsWith('-') || argument.Length == 1).ToList();
        switch (words[0])
        {
            case "echo":
                var isBare = arguments is ["-n", ..];
                shell.Say(string.Join(' ', isBare ? arguments[1..] : arguments) + (isBare ? "" : "\n"));
                return 0;
            case "printf":
                shell.Say(Printf.Format(arguments[0], arguments[1..]));
                return 0;
            case "cat":
                return ForEach(shell, operands, stream => stream.CopyTo(shell.Output));
            case "pwd":
                shell.Say(shell.Folder + "\n");
                return 0;
            case "env" when arguments.Count == 0:
                shell.Say(string.Concat(shell.Exported.Select(variable => $"{variable.Key}={variable.Value}\n")));
                return 0;
            case "sleep":
                Sleep(operands[0]);
                return 0;
            case "seq":
                shell.Say(string.Concat(Enumerable.Range(1, Int(operands[0])).Select(number => $"{number}\n")));
                return 0;
            case "yes":
                return Yes(shell, operands.Count == 0 ? "y" : string.Join(' ', operands));
            case "head":
                return Head(shell, arguments);
            case "tr":
                return arguments is ["-d", var deleted]
                    ? Translate(shell, Printf.Unescape(deleted), "", deletes: true)
                    : Translate(shell, Printf.Unescape(operands[0]), Printf.Unescape(operands[1]), deletes: false);
            case "grep":
                return Grep(shell, arguments);
            case "sed":
                return Sed(shell, arguments);
            case "wc":
                return ForEach(
                    shell,
                    operands,
                    stream => shell.Say($"{(arguments.Contains("-l") ? Lines(stream).Count : Bytes(stream).Length)}\n"));
            case "sha256sum":
                return ForEach(
                    shell,
                    operands,
                    stream => shell.Say($"{Convert.ToHexStringLower(SHA256.HashData(stream))}  {operands.FirstOrDefault() ?? "-"}\n"));
            case "mkdir" or "touch" or "rm" or "rmdir" or "cp" or "mv" or "ln" or "mkfifo" or "chmod" or "dirname" or "basename":
                return FileUtilities.Run(shell, words[0], arguments, operands);
            default:
                return null;
        }
    }

    private static void Sleep(string seconds)
    {
        using var never = new ManualResetEvent(false);
        never.WaitOne(TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)));
    }

    private static int Yes(Interpreter shell, string text)
    {
        var lines = Utf8.GetBytes(string.Concat(Enumerable.Repeat(text + "\n", Math.Max(1, 8192 / (text.Length + 1)))));
        while (true)
        {
            shell.Output.Write(lines);
        }
    }

    private static int Head(Interpreter shell, List<string> arguments)
    {
        var isBytes = arguments is ["-c", ..];
        var count = arguments is ["-c" or "-n", var number, ..] ? Int(number) : 10;
        return ForEach(shell, [.. arguments.Skip(arguments is ["-c" or "-n", ..] ? 2 : 0)], stream =>
        {
            var buffer = new byte[64 * 1024];
            for (var left = count; left > 0;)
            {
                if (!isBytes)
                {
                    var (line, isWhole) = Builtins.ReadLine(stream);
                    shell.Say(isWhole ? line + "\n" : line);
                    left = isWhole ? left - 1 : 0;
                    continue;
                }

                var read = stream.Read(buffer, 0, Math.Min(buffer.Length, left));
                shell.Output.Write(buffer, 0, read);
                left = read == 0 ? 0 : left - read;
            }
        });
    }

    private static int Translate(Interpreter shell, string from, string to, bool deletes) => ForEach(shell, [], stream =>
    {
        var buffer = new byte[64 * 1024];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            var written = 0;
            foreach (var value in buffer.AsSpan(0, read))
            {
                var at = from.IndexOf((char)value, StringComparison.Ordinal);
                if (at < 0 || !deletes)
                {
                    buffer[written++] = at < 0 ? value : (byte)to[Math.Min(at, to.Length - 1)];
                }
            }

            shell.Output.Write(buffer, 0, written);
        }
    });

    private static int Grep(Interpreter shell, List<string> arguments)
    {
        var options = string.Concat(arguments.TakeWhile(argument => argument.StartsWith('-')));
        var operands = arguments.SkipWhile(argument => argument.StartsWith('-')).ToList();
        var (pattern, found) = (options.Contains('F', StringComparison.Ordinal) ? Regex.Escape(operands[0]) : operands[0], 0);
        var status = ForEach(shell, operands[1..], stream =>
        {
            foreach (var line in Lines(
                stream).Where(line => Regex.IsMatch(line, pattern) != options.Contains('v', StringComparison.Ordinal)))
            {
                found++;
                shell.Say(
                    options.Contains('q', StringComparison.Ordinal) || options.Contains('c', StringComparison.Ordinal) ? "" : line + "\n");
            }
        });
        shell.Say(options.Contains('c', StringComparison.Ordinal) ? $"{found}\n" : "");
        return status != 0 ? status : found > 0 ? 0 : 1;
    }

    /// <summary>Substitutions, one after the other, and the removal of the first line.</summary>
    private static int Sed(Interpreter shell, List<string> arguments)
    {
        var operands = arguments.FindAll(argument => argument is not "-i");
        var commands = operands[0].Split(';', StringSplitOptions.TrimEntries);
        if (operands.Count < arguments.Count)
        {
            var path = shell.Resolve(operands[1]);
            File.WriteAllText(path, string.Concat(Edit(File.ReadAllLines(path))));
            return 0;
        }

        return ForEach(shell, operands[1..], stream => shell.Say(string.Concat(Edit(Lines(stream)))));

        IEnumerable<string> Edit(IReadOnlyList<string> lines) =>
            lines.Skip(commands is ["1d"] ? 1 : 0).Select(line => commands.Aggregate(line, Substitute) + "\n");
    }

    private static string Substitute(string line, string command)
    {
        if (command is "1d")
        {
            return line;
        }

        var parts = command[0] == 's' ? command[2..].Split(command[1]) : throw new FormatException($"sed {command} isn't known here");
        var isForAll = parts[2].Contains('g', StringComparison.Ordinal);
        return new Regex(parts[0]).Replace(
            line,
            found => Regex.Replace(parts[1], @"\\(.)|&", part => part.Value is "&" ? found.Value : part.Groups[1].Value),
            isForAll ? -1 : 1);
    }

    private static int ForEach(Interpreter shell, List<string> files, Action<Stream> take)
    {
        if (files.Count == 0)
        {
            take(shell.Input);
        }

        foreach (var file in files)
        {
            using var stream = Open(shell, file);
            if (stream is null)
            {
                shell.Complain($"{file}: No such file or directory");
                return 1;
            }

            take(stream);
        }

        shell.Output.Flush();
        return 0;
    }

    private static Stream? Open(Interpreter shell, string file) => file switch
    {
        "/dev/zero" => new Endless(bytes => bytes.Clear()),
        "/dev/urandom" => new Endless(RandomNumberGenerator.Fill),
        _ => File.Exists(shell.Resolve(file))
            ? new FileStream(shell.Resolve(file), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete)
            : null,
    };

    private static List<string> Lines(Stream stream)
    {
        var lines = new List<string>();
        while (Builtins.ReadLine(stream) is var (line, isWhole) && (isWhole || line.Length > 0))
        {
            lines.Add(line);
        }

        return lines;
    }

    private static byte[] Bytes(Stream stream)
    {
        using var all = new MemoryStream();
        stream.CopyTo(all);
        return all.ToArray();
    }

    private static int Int(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private sealed class Endless(Endless.Fill fill) : MemoryStream
    {
        public delegate void Fill(Span<byte> bytes);

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            fill(buffer);
            return buffer.Length;
        }

        public override void CopyTo(Stream destination, int bufferSize)
        {
            for (var block = new byte[64 * 1024]; ; destination.Write(block))
            {
                fill(block);
            }
        }
    }
}
