using System.Buffers;
using System.Text;

namespace Lorch.Core.Agents.Processes;

/// <summary>
/// Starts a batch file on Windows, which cmd.exe reads: what its arguments are is for cmd to take as they are, not to obey.
/// </summary>
/// <remarks>
/// learn.microsoft.com/windows-server/administration/windows-commands/cmd: between quotes nothing is special to cmd but '"' itself and '%'.
/// A program that the batch file hands its arguments to splits them as learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments
/// says: '""' between quotes is one quote, and back slashes count only before a quote.
/// </remarks>
internal static class CmdLine
{
    /// <summary>
    /// The longest line that cmd.exe reads is 8191 characters (learn.microsoft.com/troubleshoot/windows-client/shell-experience/command-
    /// line-string-limitation).
    /// </summary>
    public const int LongestLine = 8191;

    private static readonly SearchValues<char> EndsALine = SearchValues.Create("\r\n\0");

    /// <summary>Whether a program is a batch file.</summary>
    public static bool IsScript(string program) =>
        Path.GetExtension(program.AsSpan()) is var end
            && (end.Equals(".cmd", StringComparison.OrdinalIgnoreCase) || end.Equals(".bat", StringComparison.OrdinalIgnoreCase));

    /// <summary>Says why a batch file can't be given its arguments.</summary>
    /// <param name="program">The batch file.</param>
    /// <param name="arguments">The arguments.</param>
    /// <returns>A sentence or two; <see langword="null"/> if it can.</returns>
    public static string? FindProblem(string program, IEnumerable<string> arguments)
    {
        var all = arguments.ToList();
        return all.Find(argument => argument.AsSpan().ContainsAny(EndsALine)) is not null
            ? $"'{program}' is a batch file, and an argument of it holds a line break, which cmd.exe can't hand over. "
                + "Name the program that it starts in its place, or hand the text over by standard input or in a file."
            : Arguments(program, all).Length > LongestLine
                ? $"'{program}' is a batch file, and its arguments are longer than the {LongestLine} characters that cmd.exe reads. "
                    + "Name the program that it starts in its place, or hand the text over by standard input or in a file."
                : null;
    }

    /// <summary>
    /// Gives what cmd.exe is started with: /d leaves commands of the registry out, /e:on and /v:off set what the quoting relies on.
    /// </summary>
    /// <param name="program">The batch file.</param>
    /// <param name="arguments">The arguments.</param>
    /// <returns>The arguments of cmd.exe as one text.</returns>
    public static string Arguments(string program, IEnumerable<string> arguments)
    {
        // With /s, cmd takes off the outer quotes and leaves all between them as it is.
        var line = new StringBuilder("/d /e:on /v:off /s /c \"");
        AppendQuoted(line, program);
        foreach (var argument in arguments)
        {
            AppendQuoted(line.Append(' '), argument);
        }

        return line.Append('"').ToString();
    }

    /// <summary>Gives what cmd.exe is started with to read a line as a person would type it.</summary>
    /// <param name="line">The line.</param>
    /// <returns>The arguments of cmd.exe as one text.</returns>
    public static string Arguments(string line) => $"/d /s /c \"{line}\"";

    private static void AppendQuoted(StringBuilder line, string text)
    {
        line.Append('"');
        var slashes = 0;
        foreach (var letter in text)
        {
            switch (letter)
            {
                case '"':
                    line.Append('\\', slashes).Append("\"\"");
                    break;

                // Nothing makes '%' plain, so it is followed by a variable that expands to nothing: no character from the current folder's
                // name.
                case '%':
                    line.Append("%%cd:~,%");
                    break;
                default:
                    line.Append(letter);
                    break;
            }

            slashes = letter == '\\' ? slashes + 1 : 0;
        }

        line.Append('\\', slashes).Append('"');
    }
}
