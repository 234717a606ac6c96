using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Lorch.Core.Globs;

/// <summary>A pattern for paths below the workspace root, compiled once.</summary>
/// <remarks>
/// <c>*</c> stands for anything within a part of a path, <c>**</c> as a whole part for any number of parts, <c>?</c> for one character,
/// <c>[a-z]</c> for one of some characters (<c>[!a-z]</c>: for none of them), <c>{a,b}</c> for either text. <c>specs/</c> and
/// <c>specs/**</c> are everything below that folder, and <c>specs</c>, like any glob without a wildcard in its last part, is the file of
/// that name or everything below the folder of that name. Matching is ordinal and takes case into account on every system; its time grows
/// with the length of the path times that of the pattern, whatever the pattern.
/// </remarks>
internal sealed class GlobPattern
{
    private const int MaxBytesOnStack = 1024;

    private static readonly UTF8Encoding Utf8 = new(false);

    private readonly GlobProgram _program;

    private GlobPattern(string text, GlobProgram program)
    {
        Text = text;
        _program = program;
    }

    /// <summary>Gets the pattern as it was written.</summary>
    public string Text { get; }

    /// <summary>Compiles a pattern.</summary>
    /// <param name="text">The pattern.</param>
    /// <param name="pattern">The compiled pattern, or <see langword="null"/>.</param>
    /// <param name="problem">A sentence that tells what is wrong and what to write, or <see langword="null"/>.</param>
    /// <returns>Whether the pattern can be used.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out GlobPattern? pattern, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, alwaysCoversFolders: false, out pattern, out problem);
    }

    /// <summary>Compiles a pattern that was checked before.</summary>
    /// <param name="text">The pattern.</param>
    /// <returns>The compiled pattern.</returns>
    /// <exception cref="FormatException">The pattern can't be used.</exception>
    public static GlobPattern Parse(string text) =>
        TryParse(text, out var pattern, out var problem) ? pattern : throw new FormatException(problem);

    /// <summary>
    /// Compiles a pattern of what is left out: a folder that it matches is left out with all that lies in it, whatever the last part, as
    /// git does.
    /// </summary>
    /// <param name="text">The pattern.</param>
    /// <returns>The compiled pattern.</returns>
    /// <exception cref="FormatException">The pattern can't be used.</exception>
    public static GlobPattern ParseOmission(string text) =>
        TryParse(text, alwaysCoversFolders: true, out var pattern, out var problem) ? pattern : throw new FormatException(problem);

    /// <summary>Whether a path matches as a whole.</summary>
    /// <param name="path">A path below the workspace root, with <c>/</c> between its parts.</param>
    /// <returns>Whether it matches.</returns>
    public bool IsMatch(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Ask(path, "", static (program, bytes) => program.Matches(bytes));
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <summary>The folder that every match lies in, as far as it is written out, without a <c>/</c> at its end.</summary>
    internal string FixedFolder => _program.FixedFolder;

    /// <summary>The text that every match begins with, as far as it is written out.</summary>
    internal string Beginning => _program.Beginning;

    /// <summary>
    /// The path that is written out, where there is no choice: that of a file, or of a folder, which stands for all that lies in it.
    /// </summary>
    internal string? Literal => _program.Literal;

    /// <summary>Whether some path below a folder could match.</summary>
    internal bool CanMatchBelow(string folder) => Ask(folder, "/", static (program, bytes) => program.CanMatchBelow(bytes));

    /// <summary>Whether every path below a folder matches.</summary>
    internal bool MatchesAllBelow(string folder) => Ask(folder, "/", static (program, bytes) => program.MatchesAllBelow(bytes));

    /// <summary>Whether a path matches as a whole.</summary>
    /// <param name="path">Its UTF-8 bytes.</param>
    internal bool IsMatch(ReadOnlySpan<byte> path) => _program.Matches(path);

    private static bool TryParse(
        string text,
        bool alwaysCoversFolders,
        [NotNullWhen(true)] out GlobPattern? pattern,
        [NotNullWhen(false)] out string? problem)
    {
        var parser = new GlobParser(text);
        problem = parser.FindProblem();
        pattern = problem is null ? new GlobPattern(text, parser.Compile(alwaysCoversFolders)) : null;
        return pattern is not null;
    }

    private bool Ask(string path, string end, Func<GlobProgram, ReadOnlySpan<byte>, bool> question)
    {
        var most = Utf8.GetMaxByteCount(path.Length + end.Length);
        var bytes = most <= MaxBytesOnStack ? stackalloc byte[most] : new byte[most];
        var count = Utf8.GetBytes(path, bytes);
        count += Utf8.GetBytes(end, bytes[count..]);
        return question(_program, bytes[..count]);
    }
}
